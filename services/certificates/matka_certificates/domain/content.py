"""What a certificate states, computed from the sealed facts alone."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from matka_contracts.scheduling import ParticipationSealed
from matka_contracts.terms import GatheringKind, Role

_TRAININGS = (GatheringKind.MENTOR_TRAINING, GatheringKind.COACHING_TRAINING, GatheringKind.THEME)


class KnownProgram(BaseModel):
    """What certificates need of a program, as its owner last told."""

    id: str
    title: dict[str, str]
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    timezone: str
    closed: bool

    def day_of(self, moment: datetime) -> date:
        """The local date of an instant."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names, and the language they read."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who certifies: the organisation, who signs for it, and the languages it can write certificates in."""

    organisation: str
    signatory: str
    languages: AbstractSet[str]


class Attended(BaseModel):
    """A gathering at which the holder was present."""

    model_config = ConfigDict(frozen=True)

    title: dict[str, str]
    day: date


class Content(BaseModel):
    """All that a certificate states but number and day of issue; the same content needs no new edition."""

    model_config = ConfigDict(frozen=True)

    holder_name: str
    languages: tuple[str, ...]
    program_title: dict[str, str]
    organisation: str
    signatory: str
    role: Role
    starts: date
    ends: date
    ended_early: bool
    meetings: int
    training_hours: float
    mentor_training: bool
    gatherings: tuple[Attended, ...]

    def naming(self, name: str) -> "Content":
        """The same facts under another name."""
        return self.model_copy(update={"holder_name": name})


def took_part(seal: ParticipationSealed) -> bool:
    """Whether a seal holds at least one recorded participation; a correction may take the last one away."""
    return bool(seal.gatherings or seal.meetings_held)


def stated(seal: ParticipationSealed, program: KnownProgram, holder: Holder, issuer: Issuer) -> Content:
    """What the certificate of a seal states."""
    attended = sorted(seal.gatherings, key=lambda fact: (fact.held_at, fact.gathering_id))
    days = [program.day_of(fact.held_at) for fact in attended]
    starts, ends = _period(seal, program, days)
    return Content(
        holder_name=holder.name,
        languages=_languages(holder, program, issuer),
        program_title=program.title,
        organisation=issuer.organisation,
        signatory=issuer.signatory,
        role=seal.role,
        starts=starts,
        ends=ends,
        ended_early=seal.outcome != "completed",
        meetings=seal.meetings_held,
        training_hours=sum(fact.hours for fact in attended if fact.kind in _TRAININGS),
        mentor_training=any(fact.kind is GatheringKind.MENTOR_TRAINING for fact in attended),
        gatherings=tuple(
            Attended(title=fact.title, day=day) for fact, day in zip(attended, days, strict=True)
        ),
    )


def _period(seal: ParticipationSealed, program: KnownProgram, days: list[date]) -> tuple[date, date]:
    """The program's dates for whoever went to its end; else from the first to the last day on record."""
    if seal.outcome == "completed":
        return program.starts_on, program.ends_on
    starts = min([program.starts_on, *days])
    last = max(days, default=program.day_of(seal.sealed_at))
    return starts, max(starts, min(last, program.ends_on))


def _languages(holder: Holder, program: KnownProgram, issuer: Issuer) -> tuple[str, ...]:
    """The holder's language and, for those who will read the certificate here, the program's first."""
    own, base = holder.language, holder.language.partition("-")[0]
    wanted = [next((each for each in (own, base, "en") if each in issuer.languages), "en")]
    wanted += [each for each in program.languages[:1] if each in issuer.languages and each not in wanted]
    return tuple(wanted)
