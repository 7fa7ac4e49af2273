"""What the checker takes for a sentence of a language, for a name, and for a page's words."""

import pytest

from matka_cli.check.text import Named, mentions, plain, printed, words_of
from matka_cli.check.words import foreign_words, written_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Tervetuloa! Sinulla on paikka mentorointiohjelmassa."),
        ("fi-simple", "Tapaat pian parisi. Kerro, sopiiko aika sinulle."),
        ("sv", "På startmötet träffas paren för första gången och lär känna varandra. Svara ja eller nej."),
        ("en", "We would like to bring you together as a mentoring pair."),
        ("ar", "Open your page"),  # a language that has no list is not judged
    ],
)
def test_a_sentence_of_its_own_language_has_no_foreign_words(language: str, text: str) -> None:
    assert foreign_words(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fi", "Open your page", ["open", "page", "your"]),
        ("fi-simple", "Öppna din sida", ["din", "sida", "öppna"]),
        ("sv", "Avaa oma sivusi", ["oma", "sivusi"]),
        ("en", "Ystävällisin terveisin", ["terveisin", "ystävällisin"]),
    ],
)
def test_a_sentence_of_another_language_is_seen(language: str, text: str, found: list[str]) -> None:
    assert foreign_words(text, language) == found


@pytest.mark.parametrize(
    ("language", "written"),
    [("fi", "fi"), ("fi-simple", "fi-simple"), ("sv-FI", "sv"), ("ar", "en"), ("so", "en")],
)
def test_letters_are_written_in_the_readers_language_or_one_that_stands_in(
    language: str, written: str
) -> None:
    assert written_in(language) == written


def test_a_name_is_compared_as_a_mail_may_carry_it() -> None:
    assert plain("Evil\r\nBcc: x\u202e  Na\u0308me") == "Evil Bcc: x N\u00e4me"
    assert mentions("Hei  Evil Bcc: x Näme,", "Evil\r\nBcc: x\u202e Na\u0308me")
    assert not mentions("Hei Annabel,", "Anna")


def test_names_titles_and_links_are_no_words_of_ours() -> None:
    text = "Hei You {{ and }} Me, tervetuloa: On the way, https://example.org/your/page"
    named = Named(["You", "You {{ and }} Me", "On the way", "...", "Anna"])
    assert named.without(text).split() == ["Hei", ",", "tervetuloa:", ","]
    assert named.without("Annabel, <Anna>").split() == ["Annabel,", "<", ">"]


def test_a_pages_words_are_those_that_one_reads() -> None:
    page = "<html><head><style>p { your: page }</style></head><body><p>Hei &lt;b&gt;,</p><p>a<br>b</p></body>"
    assert words_of(page) == "Hei <b>,\na\nb"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("todistetaan, että\nMaija Meikäläinen\non osallistunut", "Maija Meikäläinen"),
        ("että\nالشامي الهدى نور\non", "نور الهدى الشامي"),  # the words as they stand on the page
        ("että\nआरतीती शर्मार्मार्मा\non", "आरती शर्मा"),  # some letters come again
        ("A very long name that\nis broken", "A very long name that is broken"),
    ],
)
def test_a_name_is_found_on_a_page_however_it_is_set(page: str, name: str) -> None:
    assert printed(page, name)


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("että\nMeikäläinen Maija\non", "Maija Meikäläinen"),
        ("että\nالشامي الهدى\non", "نور الهدى الشامي"),
        ("että", "نور الهدى الشامي"),
        ("että\nआरतीती\non", "आरती शर्मा"),
    ],
)
def test_another_name_is_not_taken_for_it(page: str, name: str) -> None:
    assert not printed(page, name)
