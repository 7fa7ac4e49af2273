"""From facts to sentences: what a certificate says in one of its holder's languages."""

from dataclasses import dataclass

from matka_certificates.facts import CertificateFacts, GatheringAttended
from matka_certificates.texts import NO_BREAK, Texts

_MOST_GATHERINGS = 24
_STATEMENTS = {
    ("mentor", False): (
        "has taken part as a mentor in the mentoring program “{program}” from its start to its closing"
    ),
    ("mentee", False): (
        "has taken part as a mentee in the mentoring program “{program}” from its start to its closing"
    ),
    ("mentor", True): "has taken part as a mentor in the mentoring program “{program}”",
    ("mentee", True): "has taken part as a mentee in the mentoring program “{program}”",
}
_PREPARATIONS = {
    "training": "Preparation: mentor training",
    "self-study": "Preparation: self-study course on the basics of mentoring",
}
_THANKS = {
    "mentor": "With warm thanks for the time and the experience given.",
    "mentee": "With warm wishes for the journey into working life.",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A certificate's text in one language, ready to be set."""

    language: str
    direction: str
    title: str
    certifies: str
    statement: str
    period: str
    facts: list[str]
    thanks: str
    issued: str
    number: str
    check: str
    qr: str


def wording(facts: CertificateFacts, texts: Texts) -> Wording:
    """The certificate in the words of these texts; what is zero or empty is left unsaid."""
    say = texts.say
    return Wording(
        language=texts.locale.language,
        direction=texts.direction,
        title=say("Certificate of Participation"),
        certifies=say("This is to certify that"),
        statement=say(_STATEMENTS[facts.role, facts.ended_early], program=texts.choose(facts.program_title)),
        period=texts.period(facts.starts, facts.ends),
        facts=[fact for fact in _facts(facts, texts) if fact],
        thanks=say(_THANKS[facts.role]),
        issued=say("Issued on {day}", day=texts.day(facts.issued_on)),
        number=say("Certificate {number}", number=facts.number),
        check=say("Anyone can check this certificate at"),
        qr=say("QR code: the page on which this certificate can be checked, {url}", url=facts.verify_url),
    )


def _facts(facts: CertificateFacts, texts: Texts) -> list[str]:
    return [
        texts.say(_PREPARATIONS[facts.preparation]) if facts.preparation else "",
        texts.count("{number} meeting of the pair", "{number} meetings of the pair", facts.meetings),
        texts.count("{number} hour of training", "{number} hours of training", facts.training_hours),
        _gatherings(facts.gatherings, texts),
        texts.say("Replaces certificate {number}", number=facts.replaces) if facts.replaces else "",
    ]


def _gatherings(gatherings: tuple[GatheringAttended, ...], texts: Texts) -> str:
    """The gatherings in the order of their days, each name once; what goes beyond the page is counted."""
    if not gatherings:
        return ""
    titles = [texts.choose(g.title) for g in sorted(gatherings, key=lambda g: g.day)]
    several = {title: titles.count(title) for title in titles}
    named = [title if times == 1 else f"{title} ({times})" for title, times in several.items()]
    shown, rest = named[:_MOST_GATHERINGS], len(named) - _MOST_GATHERINGS
    if rest > 0:
        shown.append(texts.count("{number} more", "{number} more", rest))
    return texts.say("Gatherings: {list}", list=f"{NO_BREAK}· ".join(shown))
