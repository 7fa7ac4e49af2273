"""Copies what Mailpit received into a folder, through its API."""

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from matka_cli.backing.received import Received

PAGE = 200  # messages asked for at once
COPIED = ".mailpit"  # Mailpit's ids of the mails that lie in the folder, one a line


async def collect(page: str, folder: Path) -> int:
    """Writes the mails that the folder lacks, in order of arrival; returns how many lie there then."""
    received, copied = Received(folder), folder / COPIED
    known = set(copied.read_text(encoding="utf-8").split()) if copied.exists() else set()
    async with httpx2.AsyncClient(base_url=page, timeout=30, trust_env=False) as client:
        for summary in await _fresh(client, known):
            raw = (await client.get(f"/api/v1/message/{summary['ID']}/raw")).raise_for_status().content
            received.keep(raw, [person["Address"] for person in summary["To"]])
            with copied.open("a", encoding="utf-8") as file:
                file.write(f"{summary['ID']}\n")
    return len(received.files())


async def _fresh(client: httpx2.AsyncClient, known: set[str]) -> list[dict[str, Any]]:
    """What is not known yet, oldest first; Mailpit lists the newest first, and more arrives meanwhile."""
    fresh: dict[str, dict[str, Any]] = {}
    start = 0
    while True:
        answer = await client.get("/api/v1/messages", params={"start": start, "limit": PAGE})
        batch = answer.raise_for_status().json()["messages"]
        new = {summary["ID"]: summary for summary in batch if summary["ID"] not in known}
        fresh |= new
        if not new or len(batch) < PAGE:
            oldest_first = [*reversed(fresh.values())]  # which holds for those of one moment
            return sorted(oldest_first, key=lambda summary: _moment(summary["Created"]))
        start += PAGE


def _moment(words: str) -> datetime:
    """Mailpit leaves out zeros at the end of a second's fraction: as text, `.5Z` would sort after `.51Z`."""
    return datetime.fromisoformat(words)
