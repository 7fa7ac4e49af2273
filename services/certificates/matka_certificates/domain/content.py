"""What a certificate states, computed from the sealed facts alone."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from matka_contracts.scheduling import ParticipationSealed
from matka_contracts.terms import Door, GatheringKind, Role

_TRAININGS = (GatheringKind.MENTOR_TRAINING, GatheringKind.COACHING_TRAINING, GatheringKind.THEME)

Preparation = Literal["", "training", "self-study"]


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
    """All that a certificate states but its number; the same content needs no new edition.

    `handed_out_on` is the day of the closing event, where one is planned: the certificate is dated then.
    `ended_early` tells that it does not speak of the whole way, be it that not all of it is sealed.
    """

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
    preparation: Preparation = ""
    gatherings: tuple[Attended, ...]
    handed_out_on: date | None = None

    def naming(self, name: str) -> "Content":
        """The same facts under another name."""
        return self.model_copy(update={"holder_name": name})

    def issued_on(self, today: date) -> date:
        """The date of an edition made today: the day on which it is handed out, if that is still ahead."""
        return max(today, self.handed_out_on or today)


def took_part(seal: ParticipationSealed) -> bool:
    """Whether a seal holds at least one recorded participation; a correction may take the last one away."""
    return bool(seal.gatherings or seal.meetings_held)


def stated(seal: ParticipationSealed, program: KnownProgram, holder: Holder, issuer: Issuer) -> Content:
    """What the certificate of a seal states."""
    attended = sorted(seal.gatherings, key=lambda fact: (fact.held_at, fact.gathering_id))
    days = [program.day_of(fact.held_at) for fact in attended]
    handed_out_on = program.day_of(seal.handed_out_at) if seal.handed_out_at else None
    starts, ends = _period(seal, program, days, handed_out_on)
    to_the_end = seal.outcome == "completed" and ends in {handed_out_on, program.ends_on}
    return Content(
        holder_name=holder.name,
        languages=_languages(holder, program, issuer),
        program_title=program.title,
        organisation=issuer.organisation,
        signatory=issuer.signatory,
        role=seal.role,
        starts=starts,
        ends=ends,
        ended_early=not to_the_end,
        meetings=seal.meetings_held,
        training_hours=sum(fact.hours for fact in attended if fact.kind in _TRAININGS),
        preparation=_preparation(seal),
        gatherings=tuple(
            Attended(title=fact.title, day=day) for fact, day in zip(attended, days, strict=True)
        ),
        handed_out_on=handed_out_on,
    )


def _period(
    seal: ParticipationSealed, program: KnownProgram, days: list[date], handed_out_on: date | None
) -> tuple[date, date]:
    """The program up to the closing event for whoever went on to it; else the days that are on record.

    Nothing that lies ahead when the certificate is handed out, or sealed where no day is set for that.
    """
    sealed_on = program.day_of(seal.sealed_at)
    if seal.outcome == "completed":
        starts, last = program.starts_on, handed_out_on or sealed_on
    else:
        starts, last = min([program.starts_on, *days]), max(days, default=sealed_on)
    return starts, max(starts, min(last, program.ends_on))


def _preparation(seal: ParticipationSealed) -> Preparation:
    """How a mentor prepared: by the door that is on record, else by the training if they were there."""
    if seal.role is not Role.MENTOR:
        return ""
    if seal.door is not None:
        return "training" if seal.door is Door.TRAINING else "self-study"
    trained = any(fact.kind is GatheringKind.MENTOR_TRAINING for fact in seal.gatherings)
    return "training" if trained else ""


def _languages(holder: Holder, program: KnownProgram, issuer: Issuer) -> tuple[str, ...]:
    """The holder's language and, for those who will read the certificate here, the program's first."""
    own, base = holder.language, holder.language.partition("-")[0]
    wanted = [next((each for each in (own, base, "en") if each in issuer.languages), "en")]
    wanted += [each for each in program.languages[:1] if each in issuer.languages and each not in wanted]
    return tuple(wanted)
