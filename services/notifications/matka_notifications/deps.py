"""What notifications' handlers and its sender are given."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from matka_kit.clock import Clock
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.runtime import Runtime
from matka_notifications.composing import Composer
from matka_notifications.domain import Letter
from matka_notifications.mail import Mailer
from matka_notifications.rendering import Writer
from matka_notifications.sending import Sender
from matka_notifications.settings import NotificationsSettings
from matka_notifications.store import (
    CERTIFICATES,
    LETTER_SHAPE,
    MEETINGS,
    PROGRAMS,
    SEATS,
    KnownCertificate,
    KnownSeat,
    MeetingPlan,
    ProgramTitle,
)


@dataclass(frozen=True)
class Notifications:
    """The service's letters, what they are checked against, and what sends them."""

    letters: Repository[Letter]
    meetings: Rows[MeetingPlan]
    certificates: Rows[KnownCertificate]
    seats: Rows[KnownSeat]
    programs: Rows[ProgramTitle]
    clock: Clock
    sender: Sender
    mailer: Mailer
    wake: asyncio.Event

    @classmethod
    def build(cls, runtime: Runtime) -> "Notifications":
        """Put the service together."""
        settings = runtime.settings
        if not isinstance(settings, NotificationsSettings):
            raise TypeError("notifications needs its own settings")
        letters = runtime.repository(LETTER_SHAPE)
        meetings = runtime.rows(MEETINGS, MeetingPlan)
        certificates = runtime.rows(CERTIFICATES, KnownCertificate)
        seats = runtime.rows(SEATS, KnownSeat)
        programs = runtime.rows(PROGRAMS, ProgramTitle)
        mailer = Mailer(settings.smtp_url.get_secret_value(), settings.senders, settings.mail_patience)
        wake = asyncio.Event()
        composer = Composer(programs, runtime.clock, runtime.client, Writer(), settings)
        sender = Sender(
            letters=letters,
            meetings=meetings,
            certificates=certificates,
            seats=seats,
            clock=runtime.clock,
            client=runtime.client,
            mailer=mailer,
            composer=composer,
            wake=wake,
            hurry=asyncio.Event(),
            places=asyncio.Semaphore(settings.senders),
            patience=timedelta(seconds=settings.mail_patience),
            ending=asyncio.Event(),
        )
        return cls(letters, meetings, certificates, seats, programs, runtime.clock, sender, mailer, wake)
