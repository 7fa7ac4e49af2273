"""Somebody is erased at people: their own words and what matching knew of them go here too."""

from matka_contracts.event import Envelope
from matka_contracts.people import PersonErased
from matka_kit.cause import Cause
from matka_kit.store import Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.case import Case
from matka_pairing.handlers.staffing import retire


async def on_person_erased(deps: Pairing, event: PersonErased, envelope: Envelope) -> None:
    """Forget what an erased person told staff and wrote when applying; as staff they act no longer."""
    cause = Cause.of_event(envelope)
    for case in await deps.cases.every(Query({"opened_by": event.person_id}, order=("opened_at",))):
        await deps.cases.update(case.id, Case.forget_words, cause.child(case.id))
    for application in await deps.applications.every(Query({"person_id": event.person_id})):
        await deps.applications.update(application.id, Application.forget, cause.child(application.id))
    await retire(deps, event, envelope)
