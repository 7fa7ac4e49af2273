"""Requests of tests and the two answers that they expect."""

from typing import Any

import httpx2


async def asked(client: httpx2.AsyncClient, method: str, path: str, body: Any = None) -> Any:
    """The JSON of an answer that must be a success."""
    answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def refused(client: httpx2.AsyncClient, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Status and code of an answer that must be a refusal."""
    answer = await client.request(method, path, json=body)
    problem = answer.json()
    assert answer.status_code == problem["status"], answer.text
    return answer.status_code, problem["code"]
