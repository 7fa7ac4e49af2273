"""Notifications: every letter that Matka sends."""

from matka_contracts.certificates import CertificateReleased, CertificateReplaced
from matka_contracts.event import Event
from matka_contracts.pairing import ProgramOpened
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingHeld,
    MeetingLogDue,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
    MeetingReminderDue,
    SignUpConfirmed,
    SignUpWithdrawn,
)
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service
from matka_notifications.deps import Notifications
from matka_notifications.handlers import (
    on_certificate_released,
    on_certificate_replaced,
    on_event,
    on_meeting_changed,
    on_program_opened,
    on_seat_changed,
)
from matka_notifications.settings import NotificationsSettings
from matka_notifications.store import CERTIFICATES, LETTERS, MEETINGS, PROGRAMS, SEATS
from matka_notifications.writing import LETTERS_OF, URGENT

_MEETINGS = (
    MeetingPlanned,
    MeetingMoved,
    MeetingCancelled,
    MeetingHeld,
    MeetingMissed,
    MeetingReminderDue,
    MeetingLogDue,
)
SUBSCRIPTIONS: dict[type[Event], Handler[Notifications]] = {
    **dict.fromkeys(LETTERS_OF, on_event),
    **dict.fromkeys(_MEETINGS, on_meeting_changed),
    **dict.fromkeys((SignUpConfirmed, SignUpWithdrawn), on_seat_changed),
    CertificateReplaced: on_certificate_replaced,
    CertificateReleased: on_certificate_released,
    ProgramOpened: on_program_opened,
}
SERVICE = Service(
    name="notifications",
    collections=(LETTERS, MEETINGS, CERTIFICATES, PROGRAMS, SEATS),
    build=Notifications.build,
    subscriptions=SUBSCRIPTIONS,
    urgent=URGENT,
    background=lambda deps: (deps.sender.run,),
    waiting=lambda deps: deps.sender.waiting(),
    close=lambda deps: deps.mailer.close(),
    settings=NotificationsSettings,
)

if __name__ == "__main__":
    serve(SERVICE)
