"""Whether a server at a URL answers as what it should be."""

import asyncio
from urllib.parse import unquote, urlsplit

import pymongo
from pymongo.errors import PyMongoError

from matka_kit.amqp import BROKER_TROUBLE, close, connect

SECONDS = 3.0  # for one attempt


async def amqp(url: str) -> bool:
    """A broker that takes our name and password."""
    try:
        async with asyncio.timeout(SECONDS):
            await close(await connect(url, "matka asks"))
    except BROKER_TROUBLE:
        return False
    return True


async def mongodb(url: str) -> bool:
    """A MongoDB server that answers a ping."""
    client: pymongo.AsyncMongoClient[dict[str, object]] = pymongo.AsyncMongoClient(
        url, serverSelectionTimeoutMS=int(SECONDS * 1000)
    )
    try:
        await client.admin.command("ping")
    except PyMongoError:
        return False
    finally:
        await client.close()
    return True


async def smtp(url: str) -> bool:
    """A server that greets as SMTP servers do."""
    parts = urlsplit(url)
    port = parts.port or {"smtp": 25, "smtps": 465}.get(parts.scheme, 587)
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(
                parts.hostname, port, ssl=parts.scheme == "smtps" or None
            )
            try:
                greeting = await reader.readline()
                writer.write(b"QUIT\r\n")
            finally:
                writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError, ValueError):
        return False
    return greeting.startswith(b"220")


def without_secrets(url: str) -> str:
    """The URL for people and logs: no name, no password, no options."""
    parts = urlsplit(url)
    place = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{place}{port}{unquote(parts.path)}" if place else f"{parts.scheme}:{parts.path}"
