"""The languages that people speak, to choose from: their codes; each reader's locale names them."""

from babel import Locale

# In the country's own languages and English work is done and programs are run: they are asked for first.
AT_WORK = ("fi", "sv", "en")
_CODES = frozenset(
    """ab af ak am ar as ay az ba be bg bm bn bo br bs ca ce ckb cs cv cy da de dv dz ee el en eo es et eu fa
    fil fi fo fr fy ga gd gl gn gu ha he hi hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky lb lg ln lo lt
    lv mg mk ml mn mr ms mt my ne nl no ny om or os pa pl prs ps pt qu rn ro rom ru rw sd se sg si sk sl smn
    sms sn so sq sr st sv sw ta te tg th ti tk tn tr ts tt tw ug uk ur uz vi wo xh yi yo yue zh zu""".split()  # noqa: SIM905 - a list of 130 literals is harder to read
)
_OWN_NAMES = {"prs": {"fi": "dari", "sv": "dari", "en": "Dari"}}  # where the locale data has none


def is_tongue(code: str) -> bool:
    """Whether this is the code of a language that one can choose."""
    return code in _CODES


def name_of(code: str, locale: Locale) -> str:
    """What a reader calls a language, or its code."""
    named = locale.languages.get(code) or _OWN_NAMES.get(code, {}).get(locale.language, code)
    return str(named)


def by_name(locale: Locale) -> dict[str, str]:
    """All languages that one can choose, with their names in the order of the names."""
    named = {code: name_of(code, locale) for code in _CODES}
    return dict(sorted(named.items(), key=lambda each: each[1].casefold()))
