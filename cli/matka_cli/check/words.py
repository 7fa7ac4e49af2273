"""Which language a sentence is in, told by small words that no other of our languages has."""

import re

WRITTEN = ("fi", "fi-simple", "sv", "en")
_STAND_IN = "en"  # for whoever reads a language that no letter is written in

# How a letter begins and ends in each language.
GREETINGS = {"fi": "Hei", "sv": "Hej", "en": "Hello"}
CLOSINGS = {"fi": "terveisin", "sv": "hälsningar", "en": "regards"}

_SMALL_WORDS = {
    "en": """
        about after and are at because been before but by can cancel cancelled case certificate changed
        check could did does each enter everyone everything face from gathering get give has have hello
        here how if invitation invited its kind know let link look made make may meet meeting must need
        new next not now number open other overdue page phone place please propose reason regards reminder
        reminders reserved seat sign something than thank that the their them then there they this time
        together was welcome were what when where which who will with without work would write yes you
        your
    """,
    "fi": """
        aika aktori ehdotus ehkä ei eikä emme ette hanketiimi hei hyvä joka jos jossa jotta kaikki kanssa
        kerro kiitos koodi kuin kun kutsu linkki meille mentorointi mentorointipari miksi
        mikä mitä muistutus mutta myös ne niin nyt nähdä ohjelma ohjelmassa olemme olet olette olisi oma
        omalla ovat paikka paikkasi pari parin parisi sekä sen siellä siihen silloin sinua sinulla sinulle
        sinun sinut sitten sivu sivulla sivusi sopii tai tapa tapaaminen tapaamisen tapaamisenne tapaatte
        tehdä terveisin tervetuloa tilaisuus todistuksen todistus toinen tämä tämän tässä uuden vai vaikka
        vastaa viesti viestin voi voit vuoksi ystävällisin
    """,
    "sv": """
        adept alla annan att av avböja bli blir bort brevet det detta dig din dina ditt du där därför
        efter eller er ett från får för förslaget gör hade har hej hjälp hur hälsningar här ihop inbjudan
        inte intyg intyget ju kan klar kommer kontrollera kunde länk länken med möte möter mötet mötte ni
        nu när någon något och också ombud oss par paret plats på reserverad sedan sida skicka skriver som
        svara så tack tid tiden till träff träffa träffas träffen upp utan vad var varför varje vem vi vid
        vill väg välkommen vänliga vänligen ännu är öppna över
    """,
}
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")  # not the letters of a code


def base_of(language: str) -> str:
    """The language that a variant is a variant of."""
    return language.partition("-")[0]


def written_in(language: str) -> str:
    """The language in which letters to this reader are written."""
    if language in WRITTEN:
        return language
    return base_of(language) if base_of(language) in WRITTEN else _STAND_IN


def _only_here(language: str) -> frozenset[str]:
    others = {word for each, words in _SMALL_WORDS.items() if each != language for word in words.split()}
    return frozenset(_SMALL_WORDS[language].split()) - others


_ONLY = {language: _only_here(language) for language in _SMALL_WORDS}


def foreign_words(text: str, language: str) -> list[str]:
    """The words of a text that are another of our languages' alone; none in a language that is not ours."""
    base = base_of(language)
    if base not in _ONLY:
        return []
    words = _WORD.findall(text.casefold())
    others = frozenset().union(*(known for each, known in _ONLY.items() if each != base))
    return sorted({word for word in words if word in others and word not in _ONLY[base]})
