"""What a private RabbitMQ node finds in its data folder and its environment: ports, secrets, settings."""

import json
import os
import secrets
import socket
from pathlib import Path

_NODE = "matka@localhost"


def ports(data: Path, *, fresh: bool) -> dict[str, int]:
    """Three free ports: those of the last run if they still are and `fresh` ones are not asked for."""
    record = data / "ports.json"
    if not fresh and record.exists():
        remembered: dict[str, int] = json.loads(record.read_text())
        if not any(listens(port) for port in remembered.values()):
            return remembered
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    found = {name: h.getsockname()[1] for name, h in zip(("amqp", "epmd", "dist"), holders, strict=True)}
    for holder in holders:
        holder.close()
    record.write_text(json.dumps(found))
    return found


def listens(port: int) -> bool:
    """Whether something on loopback accepts connections at the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def secret(path: Path) -> str:
    """The file's content, made up at the first call and readable by its owner only."""
    if not path.exists():
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
            file.write(secrets.token_hex(20))
        draft.replace(path)
    return path.read_text()


def configure(data: Path, found: dict[str, int], disk_free_limit: str) -> None:
    """Write the node's settings; below `disk_free_limit` (`1GB`) of free space it takes no more messages."""
    secret(data / ".erlang.cookie")
    (data / "enabled_plugins").write_text("[].")
    settings = data / "rabbitmq.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f"listeners.tcp.default = 127.0.0.1:{found['amqp']}\n"
        "default_user = matka\n"
        f"default_pass = {secret(data / 'password')}\n"
        f"disk_free_limit.absolute = {disk_free_limit}\n"
        "log.console = false\n"
        "log.file.level = warning\n",
    )


def environment(data: Path, found: dict[str, int]) -> dict[str, str]:
    """The node's environment; what this machine sets for its own node must not reach ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
    return kept | {
        "HOME": str(data),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(found["epmd"]),
        "RABBITMQ_NODENAME": _NODE,
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(found["amqp"]),
        "RABBITMQ_DIST_PORT": str(found["dist"]),
        "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
        "RABBITMQ_LOG_BASE": str(data / "log"),
        "RABBITMQ_PID_FILE": str(data / "rabbitmq.pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(data / "none" / "*.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(data / "none.config"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_ALLOW_INPUT": "1",  # makes the script become the node instead of waiting beside it
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}",
    }


def last_lines(data: Path) -> str:
    """The end of what the node said, for an error's text."""
    texts = [data / "epmd.out", data / "node.out", *sorted((data / "log").glob("*.log"))]
    return "\n".join(text.read_text(errors="replace")[-2000:] for text in texts if text.exists())
