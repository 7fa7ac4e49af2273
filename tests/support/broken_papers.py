"""Ways to break what the checker reads of certificates, mails and figures, with what is to be named."""

from typing import Any

from pypdf import PdfWriter

from matka_cli.check import addressing, certificates, leftovers, summary, wording
from tests.support.broken_pairs import ALONE, BJORN, LAST, MAIJA, NOUR, OLENA, Break
from tests.support.checked import Trail


def _certificates(trail: Trail) -> Any:
    (found,) = (each for key, each in trail.answers.items() if key.endswith("/certificates? "))
    return found["certificates"]


def _drop_certificate(trail: Trail) -> None:
    lines = _certificates(trail)
    lines.remove(next(line for line in lines if line["person_id"] == trail.person(NOUR)))


def _certify_again(trail: Trail) -> None:
    lines = _certificates(trail)
    mine = next(line for line in lines if line["person_id"] == trail.person(NOUR))
    lines.append(mine | {"number": "MTK-2027-AAAA-BBBB-CCCC"})


def _certify_nobody(trail: Trail) -> None:
    _certificates(trail).append(_certificates(trail)[0] | {"person_id": trail.person(ALONE)})


def _miscount(trail: Trail) -> None:
    lines = trail.answer("/participation")["people"]
    next(line for line in lines if line["person_id"] == trail.person(NOUR))["meetings_held"] += 1


def _swap(trail: Trail) -> None:
    first, second = trail.paper(NOUR), trail.paper(OLENA)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)


def _retitle(trail: Trail) -> None:
    writer = PdfWriter(clone_from=trail.paper(NOUR))
    writer.add_metadata({"/Title": "Osallistumistodistus – Somebody Else"})
    writer.write(trail.paper(NOUR))


def _rename(trail: Trail, address: str, name: str) -> None:
    persons = trail.answer("/lookup")["persons"]
    next(person for person in persons if person["email"] == address)["name"] = name


def _register(trail: Trail, address: str) -> Any:
    mine = next(line for line in _certificates(trail) if line["person_id"] == trail.person(address))
    return trail.answer(f"/register/{mine['number']}")


CERTIFICATES: dict[str, tuple[str, str, Break]] = {
    "somebody who took part and has none": (certificates.ONE_EACH, NOUR, _drop_certificate),
    "somebody with two": (certificates.ONE_EACH, NOUR, _certify_again),
    "somebody who took no part and has one": (certificates.ONE_EACH, ALONE, _certify_nobody),
    "a meeting that nobody held is counted": (certificates.PARTICIPATION, NOUR, _miscount),
    "one that was not mailed": (
        certificates.MAILED,
        NOUR,
        lambda t: t.mail("certificate", NOUR).path.unlink(),
    ),
    "one that was mailed twice": (
        certificates.MAILED,
        NOUR,
        lambda t: t.mail("certificate", NOUR).copied(LAST),
    ),
    "one that does not lie in the folder": (certificates.MAILED, NOUR, lambda t: t.paper(NOUR).unlink()),
    "another file than was mailed": (certificates.MAILED, NOUR, _swap),
    "somebody else's in the folder": (certificates.NAMED, NOUR, _swap),
    "another name in the title": (certificates.NAMED, NOUR, _retitle),
    "a former name on the page": (
        certificates.NAMED,
        NOUR,
        lambda t: _rename(t, NOUR, "نور القمر"),
    ),
    "a file that is nobody's": (
        certificates.NAMED,
        "nobody@example.org",
        lambda t: t.paper(NOUR).rename(t.paper("nobody@example.org")),
    ),
    "a file that was edited": (certificates.VERIFIABLE, NOUR, _retitle),
    "a file that is no PDF": (
        certificates.NAMED,
        NOUR,
        lambda t: t.paper(NOUR).write_bytes(b"nothing"),
    ),
    "a number that the register calls revoked": (
        certificates.VERIFIABLE,
        NOUR,
        lambda t: _register(t, NOUR).update(status="revoked"),
    ),
    "a number registered for somebody else": (
        certificates.VERIFIABLE,
        NOUR,
        lambda t: _register(t, NOUR).update(holder_name="Somebody Else"),
    ),
}


def _old_name_again(trail: Trail) -> None:
    """Maija is called Maija Virtanen in her first mail, and by her former name in all that follow."""
    _rename(trail, MAIJA, "Maija Virtanen")
    first = trail.mail("application-received", MAIJA)
    first.say("Maija Meikäläinen", "Maija Virtanen")
    first.mark("To", f"Maija Virtanen <{MAIJA}>")


MAILS: dict[str, tuple[str, str, Break]] = {
    "a mail to a stranger": (
        addressing.STRANGER,
        "stranger@example.org",
        lambda t: t.mail("pair-formed", NOUR).copied(LAST, "stranger@example.org"),
    ),
    "the same mail twice": (addressing.TWICE, NOUR, lambda t: t.mail("pair-formed", NOUR).copied(LAST)),
    "the same words under another id": (
        addressing.TWICE,
        NOUR,
        lambda t: t.mail("pair-formed", NOUR).copied(LAST).mark("Message-ID", "<another@example.org>"),
    ),
    "another name in the header": (
        addressing.RIGHT_NAME,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).mark("To", f"Maija <{MAIJA}>"),
    ),
    "another name in the greeting": (
        addressing.RIGHT_NAME,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).say("Hei Maija Meikäläinen", "Hei Nour"),
    ),
    "the former name after the new one": (addressing.RIGHT_NAME, MAIJA, _old_name_again),
    "a mail marked as another language": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).mark("Content-Language", "sv"),
    ),
    "a page marked as another language": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).say('lang="fi"', 'lang="sv"'),
    ),
    "an English sentence in a Finnish mail": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).say("Avaa parin sivu", "Open your pair's page"),
    ),
    "a Finnish closing in a Swedish mail": (
        addressing.OWN_LANGUAGE,
        BJORN,
        lambda t: t.mail("pair-formed", BJORN).say("Vänliga hälsningar", "Ystävällisin terveisin"),
    ),
    "an English greeting in a Swedish mail": (
        addressing.OWN_LANGUAGE,
        BJORN,
        lambda t: t.mail("pair-formed", BJORN).say("Hej", "Hello"),
    ),
    "an English subject in a Finnish mail": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).mark("Subject", "You are a mentoring pair"),
    ),
} | {
    f"{what} in a mail": (
        wording.LEFTOVERS,
        MAIJA,
        lambda t, what=what: t.mail("pair-formed", MAIJA).say("Onnittelut!", f"Onnittelut! {what}"),
    )
    for what in ("{{ name }}", "{% if", "%(other)s", "None", "KeyError: 'name'", "Traceback (most recent")
}


def _plant(trail: Trail, service: str, *dead: str) -> None:
    """The rehearsal planted one message, and these are dead."""
    trail.breaks(planted=[{"service": service, "event_id": "planted"}])
    trail.queues[f"{service}.dead"] = len(dead)
    trail.dead[f"{service}.dead"] = [*dead]


MACHINERY: dict[str, tuple[str, str, Break]] = {
    "a dead letter": (
        leftovers.DEAD_LETTERS,
        "notifications.dead",
        lambda t: t.queues.update({"notifications.dead": 1}),
    ),
    "a dead letter beside the one that was planted": (
        leftovers.DEAD_LETTERS,
        "people.dead",
        lambda t: _plant(t, "people", "planted", "another"),
    ),
    "a planted message that did not die": (
        leftovers.DEAD_LETTERS,
        "people.dead",
        lambda t: _plant(t, "people"),
    ),
    "a dead-letter queue that is gone": (
        leftovers.DEAD_LETTERS,
        "people.dead",
        lambda t: t.queues.update({"people.dead": None}),
    ),
    "a message that waits": (
        leftovers.NOTHING_WAITS,
        "pairing.work",
        lambda t: t.queues.update({"pairing.work": 2}),
    ),
    "a message on a rung": (
        leftovers.NOTHING_WAITS,
        "people.retry.5s",
        lambda t: t.queues.update({"people.retry.5s": 1}),
    ),
    "an event that was not told": (
        leftovers.OUTBOXES,
        "outbox_left",
        lambda t: t.rewrite("summary.json", '"outbox_left": 0', '"outbox_left": 1'),
    ),
    "a pair that the table lacks": (
        summary.TABLE,
        NOUR,
        lambda t: t.rewrite("pairs.csv", f"{MAIJA},{NOUR}", f"{MAIJA},{OLENA}"),
    ),
    "an event that the timeline lacks": (
        summary.SUMMARY,
        "pairs.formed",
        lambda t: t.rewrite("timeline.csv", "pairing.pair-formed.v1", "pairing.pair-forgotten.v1"),
    ),
}
