"""Which faults there are by name, from which scene on each may strike, and what a run with them needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from matka_cli.backing.mishaps import Mishap
from matka_cli.rehearse.faults import disk, servers
from matka_cli.rehearse.faults.crashes import Killed, Upgraded
from matka_cli.rehearse.faults.director import Planned
from matka_cli.rehearse.faults.fault import Fault, Rig, Unfit
from matka_cli.rehearse.faults.mail import MailServerFails
from matka_cli.rehearse.faults.poison import Poisoned
from matka_cli.rehearse.faults.proxy import Proxy
from matka_cli.rehearse.timetable import Timetable
from matka_cli.roster import SERVICES

ALL = "all"
GROUPS = ("kill", "broker", "smtp", "store", "upgrade", "poison")
_FULL, _CUT = "store-full", "broker-cut"
_STORE = "store"
_DISK_MEGABYTES = 96
MAIL_PATIENCE = (
    5  # seconds: a rehearsal does not wait a quarter of an hour for the claim of a vanished sender
)
_ENV = {"MATKA_MAIL_PATIENCE": str(MAIL_PATIENCE)}

# From which scene on each service has much to do.
_SCENES: Mapping[str, Callable[[Timetable], datetime]] = {
    "people": lambda times: times.opening + timedelta(hours=1),
    "pairing": lambda times: times.opening + timedelta(hours=3),
    "gateway": lambda times: times.decisions,
    "notifications": lambda times: times.decisions,
    "learning": lambda times: times.study,
    "scheduling": lambda times: times.months,
    "certificates": lambda times: times.sealing,
}


@dataclass(frozen=True)
class Kind:
    """A fault by its name: when it may strike at the earliest, and how it is made for a run."""

    scene: Callable[[Timetable], datetime]
    make: Callable[[Rig], Fault]


def _share(share: float) -> Callable[[Timetable], datetime]:
    """So far into the months."""
    return lambda times: times.months + (times.sealing - times.months) * share


def _kinds(plan: "Plan") -> dict[str, Kind]:
    """All faults; those that need something of the plan find it there once the run has begun."""
    found: dict[str, Kind] = {}
    for name in SERVICES:
        found[f"kill-{name}"] = Kind(_SCENES[name], partial(Killed, service=name))
    found |= {
        "broker-restart": Kind(lambda times: times.matching, servers.BrokerRestarted),
        "broker-freeze": Kind(_share(0.5), servers.BrokerFrozen),
        "broker-cut": Kind(_share(0.1), lambda rig: servers.ConnectionsCut(rig, plan.proxy)),
        "smtp-refuse": Kind(_SCENES["notifications"], partial(MailServerFails, mishap=Mishap.REFUSES)),
        "smtp-drop": Kind(lambda times: times.matching, partial(MailServerFails, mishap=Mishap.DROPS)),
        "smtp-stall": Kind(_share(0.6), partial(MailServerFails, mishap=Mishap.STALLS)),
        "store-lock": Kind(_share(0.3), disk.StoreLocked),
        "store-full": Kind(_share(0.4), disk.DiskFull),
        "store-read-only": Kind(lambda times: times.matching, disk.StoreReadOnly),
        "store-stop": Kind(lambda times: times.matching, servers.StoreStopped),
    }
    for name in SERVICES:
        found[f"upgrade-{name}"] = Kind(_SCENES[name], partial(Upgraded, service=name))
    return found | {"poison": Kind(_share(0.2), Poisoned)}


class UnknownFault(Exception):
    """A word of the list names no fault and no group; the text says what there is."""


class Plan:
    """The faults of one run, and what has to be laid out for them before anything is started."""

    def __init__(self, words: Sequence[str]) -> None:
        self._kinds = _kinds(self)
        self.names = [*dict.fromkeys(name for word in words for name in self._named(word))]
        self.left_out: dict[str, str] = {}
        self.env: dict[str, str] = dict(_ENV) if self.names else {}
        self.proxy: Proxy | None = None
        self._disk = disk.SmallDisk(_DISK_MEGABYTES)

    def _named(self, word: str) -> list[str]:
        """The faults that one word stands for. Raises `UnknownFault`."""
        if names := [name for name in self._kinds if word in {ALL, name, _group(name)}]:
            return names
        raise UnknownFault(f"{word!r} is no fault; there are {', '.join((ALL, *GROUPS, *self._kinds))}")

    def tidy(self, out: Path) -> None:
        """Take away what a run that was killed left mounted in its output folder."""
        disk.forget_disk(out / _STORE)

    def lay_out(self, out: Path) -> None:
        """Before anything is started: the small disk that is to be full."""
        if _FULL in self.names:
            try:
                self._disk.mount(out / _STORE)
            except Unfit as why:
                self.left_out[_FULL] = str(why)

    async def prepare(self, broker: str) -> None:
        """Once the broker is there and before services are: the proxy whose connections are to be cut."""
        if _CUT in self.names:
            parts = urlsplit(broker)
            self.proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or 5672)
            await self.proxy.start()
            place = parts.netloc.rpartition(":")[0]
            around = parts._replace(netloc=f"{place}:{self.proxy.port}")
            self.env["MATKA_BROKER_URL"] = urlunsplit(around)

    async def aclose(self) -> None:
        """Once everything is ended: no proxy, and the data where they belong."""
        if self.proxy is not None:
            await self.proxy.aclose()
        self._disk.unmount()

    def of(self, rig: Rig, times: Timetable) -> list[Planned]:
        """The faults that can be brought about here; `left_out` says why of the others."""
        found = []
        for name in self.names:
            kind = self._kinds[name]
            try:
                found.append(Planned(name, kind.scene(times), kind.make(rig)))
            except Unfit as why:
                self.left_out.setdefault(name, str(why))
        return found


def parse(text: str) -> Plan:
    """The plan that a comma-separated list of names, groups or `all` stands for. Raises `UnknownFault`."""
    return Plan([word.strip() for word in text.split(",") if word.strip()])


def _group(name: str) -> str:
    return name.partition("-")[0]
