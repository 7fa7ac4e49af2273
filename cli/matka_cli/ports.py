"""Finds ports on loopback that are free, so that no port is ever assumed."""

import random
import socket

# Below the range from which Linux and macOS take the near ends of outgoing connections: what is found here is
# not taken by the next client while its server is still starting.
FIRST, LAST = 20_000, 32_000


def free(count: int = 1) -> list[int]:
    """So many different free ports. Raises `RuntimeError` when the machine has none left."""
    start = random.SystemRandom().randrange(FIRST, LAST)
    found: list[int] = []
    for offset in range(LAST - FIRST):
        port = FIRST + (start - FIRST + offset) % (LAST - FIRST)
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"no {count} free ports between {FIRST} and {LAST} on 127.0.0.1")


def is_free(port: int) -> bool:
    """Whether a server could listen at the port on loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
