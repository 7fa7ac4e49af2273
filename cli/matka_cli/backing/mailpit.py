"""Copies what Mailpit received into a folder, through its API."""

from pathlib import Path
from typing import Any

import httpx2

from matka_cli.backing.received import Received

PAGE = 200  # messages asked for at once


async def collect(page: str, folder: Path) -> int:
    """Writes the mails that the folder lacks, in order of arrival; returns how many lie there then."""
    received = Received(folder)
    async with httpx2.AsyncClient(base_url=page, timeout=30, trust_env=False) as client:
        summaries: list[dict[str, Any]] = []
        while True:
            answer = await client.get("/api/v1/messages", params={"start": len(summaries), "limit": PAGE})
            batch = answer.raise_for_status().json()["messages"]
            summaries += batch
            if len(batch) < PAGE:
                break
        fresh = sorted(summaries, key=lambda summary: str(summary["Created"]))[len(received.files()) :]
        for summary in fresh:
            raw = (await client.get(f"/api/v1/message/{summary['ID']}/raw")).raise_for_status().content
            received.keep(raw, [person["Address"] for person in summary["To"]])
    return len(received.files())
