"""Who plays in a rehearsal asks again when a service is away for a moment, and says the same command."""

import asyncio

import pytest

from matka_cli.rehearse import people
from matka_cli.rehearse.people import Player, RefusedInRehearsal, Stagehands
from matka_contracts.terms import Role

_ANSWER = b"HTTP/1.1 %d x\r\ncontent-length: 2\r\n\r\n{}"
AMAL = Player("amal@example.org", "Amal", Role.MENTEE, "fi")


@pytest.mark.parametrize(
    ("statuses", "refused"),
    [((503, 503, 200), False), ((503,), True), ((422,), True), ((500,), True)],
)
async def test_only_what_may_pass_is_asked_again(
    statuses: tuple[int, ...], refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_PAUSE", 0)
    monkeypatch.setattr(people, "_PATIENCE", 0 if statuses == (503,) else 10)
    left, keys = [*statuses], set[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            head = await reader.readuntil(b"\r\n\r\n")
            keys.update(line for line in head.split(b"\r\n") if line.startswith(b"Idempotency-Key"))
            writer.write(_ANSWER % left.pop(0))
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    hands = Stagehands(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", seed=1)
    if refused:
        with pytest.raises(RefusedInRehearsal):
            await hands.post(AMAL, "/deeds")
    else:
        assert await hands.post(AMAL, "/deeds") == {}
    assert left == []
    assert len(keys) == 1
    await hands.close()
    listening.close()
