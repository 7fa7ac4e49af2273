"""Who may do what on the broker: an administrator, and each service as little as its work needs."""

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matka_kit.topology.spec import EVENTS, Topology, lane_queue, own_exchange

_SALT_BYTES = 4  # what RabbitMQ puts before its hash


@dataclass(frozen=True, slots=True)
class Rights:
    """What a service's user may do, as patterns over names; it may declare nothing.

    It consumes its own lanes, publishes events under its own name, and sends messages of its own lanes to
    its rungs and dead letters.
    """

    read: str
    write: str
    keys: str


def rights(topology: Topology, service: str) -> Rights:
    """The least rights with which a service does its work."""
    lanes = [lane_queue(service, lane) for lane in topology.lanes(service)]
    return Rights(_any(*lanes), _any(EVENTS, own_exchange(service)), f"^{re.escape(service)}\\.")


def user_definitions(
    topology: Topology, administrator: str, passwords: Mapping[str, str], vhost: str = "/"
) -> dict[str, Any]:
    """Users and rights in the format of RabbitMQ's `definitions.json`, with hashes in place of passwords.

    `passwords` has the administrator's and those of the services that get a user of their own.
    """
    services = [name for name in passwords if name != administrator]
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": vhost}],
        "users": list(_users(administrator, passwords)),
        "permissions": [
            {"user": administrator, "vhost": vhost, **everything},
            *(_permission(topology, name, vhost) for name in services),
        ],
        "topic_permissions": [
            {
                "user": name,
                "vhost": vhost,
                "exchange": EVENTS,
                "write": rights(topology, name).keys,
                "read": "^$",
            }
            for name in services
        ],
    }


def _users(administrator: str, passwords: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name, password in passwords.items():
        yield {
            "name": name,
            "password_hash": _hash(password, os.urandom(_SALT_BYTES)),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": ["administrator"] if name == administrator else [],
        }


def _permission(topology: Topology, service: str, vhost: str) -> dict[str, str]:
    least = rights(topology, service)
    return {"user": service, "vhost": vhost, "configure": "^$", "write": least.write, "read": least.read}


def _hash(password: str, salt: bytes) -> str:
    return b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _any(*names: str) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"
