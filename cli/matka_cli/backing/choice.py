"""Chooses broker, store and mail, each on its own, and remembers what a data folder was written with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from matka_cli.backing import containers, embedded, from_url, servers
from matka_cli.backing.engine import Engine
from matka_cli.backing.serving import Door, NotHere, Serving, first, once
from matka_cli.logs import Say
from matka_cli.process import Site

RECORD = "backing.json"


@dataclass(frozen=True)
class Backing:
    """What serves a run; `own_stores` are those that the environment names for one service."""

    broker: Serving
    store: Serving
    mail: Serving
    own_stores: Mapping[str, str]

    def store_url(self, service: str) -> str:
        """Where this service keeps its data."""
        return self.own_stores.get(service, self.store.url)

    def summary(self) -> dict[str, str]:
        """What served, for people and for the rehearsal's summary."""
        return {"broker": self.broker.line, "store": self.store.line, "mail": self.mail.line}

    async def stop(self) -> None:
        """Ends what was started here, mail first, broker last."""
        for serving in (self.mail, self.store, self.broker):
            await serving.stop()


async def choose(site: Site, services: tuple[str, ...], say: Say) -> Backing:
    """Starts or finds all three. Raises `BadUrl`, `NotHere`, `NotReady`; nothing is left running then."""
    from_url.check(services)
    say = once(say)
    started: list[Serving] = []
    try:
        for what, doors in _doors(site).items():
            started.append(await first(what, doors, say))
    except BaseException:
        for serving in reversed(started):
            await serving.stop()
        raise
    broker, store, mail = started
    record = {"broker": broker.kind, "store": store.kind}
    (site.data / RECORD).write_text(json.dumps(record), encoding="utf-8")
    return Backing(broker, store, mail, from_url.own_stores(services))


def _doors(site: Site) -> dict[str, list[Door]]:
    """In the order in which they are tried; a store that holds the folder's data is the only one."""
    engine = Engine(site.data, site.guard)
    brokers: dict[str, Door] = {
        "url": from_url.broker,
        "docker": partial(containers.broker, site, engine),
        "server": partial(servers.broker, site),
        "embedded": partial(embedded.broker, site),
    }
    stores: dict[str, Door] = {
        "url": from_url.store,
        "docker": partial(containers.store, site, engine),
        "server": partial(servers.store, site),
        "embedded": partial(embedded.store, site),
    }
    mails: list[Door] = [
        from_url.mail,
        partial(containers.mail, site, engine),
        partial(embedded.mail, site),
    ]
    path = site.data / RECORD
    before: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kind = before.get("store", "")
    only: list[Door] = [stores[kind], partial(_lost, kind)] if kind in stores else list(stores.values())
    ordered = sorted(brokers, key=lambda name: name != before.get("broker"))
    return {"broker": [brokers[name] for name in ordered], "store": only, "mail": mails}


async def _lost(kind: str) -> Serving:
    raise NotHere(
        f"this folder's data were written with the store of kind {kind!r}, which is not to be had now"
    )
