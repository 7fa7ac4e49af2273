"""The certificate's file: names of any script, standards, one page, the same bytes every time."""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from matka_certificates.display import NotDisplayable
from matka_certificates.fonts import FontsMissing
from matka_certificates.pdf import render
from matka_certificates.texts import DASH, LOCALES
from tests.support.certificates import a_gathering, some_facts

READ_AS_WRITTEN = {
    "Finnish": "Päivi Äärelä-Öst",
    "Ukrainian": "Олександра Шевченко",
    "Vietnamese": "Nguyễn Thị Mỹ Hạnh",
    "Somali": "Xaawo Cabdullaahi Maxamed",
    "Tigrinya": "ሃይለ ገብረስላሴ",
    "Chinese": "王小明",
    "Japanese": "佐藤 さくら",
    "Korean": "김민수",
    "Georgian": "ნინო ბერიძე",
    "single word": "Suharto",
    "apostrophes and particles": "Síle O\u2019Brien-d'Aulaire van der Wäijnants",
    "markup": "<b>Bobby</b> &amp; \\textbf{Tables} %s {0}",
    "typst": '#panic("x") $x^2$ *b* _i_ @ref <l> `raw` = // #import "x"',
}
REORDERED_BY_READERS = {
    "Arabic": "محمد علي عبد الرحمن الأحمدي",
    "Persian": "فاطمه می‌رزایی",
    "Hebrew": "משה כהן",
    "Thai": "สมชาย ใจดี",
    "Bengali": "রবীন্দ্রনাথ ঠাকুর",
    "Hindi": "आरती शर्मा",
    "Burmese": "အောင်ဆန်း",
    "both directions": "محمد Mohammed علي",
}
LONG = {
    "many words": ("Maria Esperanza Fernanda " * 12).strip(),
    "one word": "Wolfeschlegel" * 23,
    "widest word": "W" * 300,
    "Arabic": ("عبد الرحمن بن محمد بن " * 13).strip(),
    "Chinese": "王小明李娜" * 60,
}


def read(made: bytes) -> PdfReader:
    return PdfReader(BytesIO(made), strict=True)


def text_of(made: bytes) -> str:
    """The page's text with every run of white space as one space."""
    return " ".join(read(made).pages[0].extract_text().replace("\u200b", "").split())


def root_of(made: bytes) -> Any:
    """The catalogue of the document; pypdf's types stop here."""
    return read(made).root_object


def title_of(made: bytes) -> str:
    metadata = read(made).metadata
    assert metadata is not None
    return str(metadata.title)


def everything_in(found: Any) -> Iterator[DictionaryObject]:
    """Every dictionary below a structure element, parents left out."""
    node = found.get_object() if isinstance(found, IndirectObject) else found
    if isinstance(node, ArrayObject):
        for child in node:
            yield from everything_in(child)
    elif isinstance(node, DictionaryObject):
        yield node
        yield from everything_in(node.get("/K", ArrayObject()))


@pytest.mark.parametrize("name", READ_AS_WRITTEN.values(), ids=READ_AS_WRITTEN.keys())
def test_a_name_can_be_read_from_the_page(name: str) -> None:
    made = render(some_facts(holder_name=name))
    assert name in text_of(made)
    assert title_of(made) == f"Osallistumistodistus {DASH} {name}"
    assert len(read(made).pages) == 1


@pytest.mark.parametrize("name", REORDERED_BY_READERS.values(), ids=REORDERED_BY_READERS.keys())
def test_a_name_that_readers_reorder_can_be_read_from_the_title(name: str) -> None:
    made = render(some_facts(holder_name=name))
    assert title_of(made) == f"Osallistumistodistus {DASH} {name}"
    assert set(name) - {"\u200c"} <= set(text_of(made))


@pytest.mark.parametrize("name", [name[:300] for name in LONG.values()], ids=LONG.keys())
def test_the_longest_names_fit_on_one_page(name: str) -> None:
    made = render(some_facts(holder_name=name))
    assert len(read(made).pages) == 1
    assert name.replace(" ", "") in text_of(made).replace(" ", "") or title_of(made).endswith(name)


def test_a_name_from_another_keyboard_is_composed_and_keeps_to_one_line() -> None:
    made = render(some_facts(holder_name="  Andre\u0301\n  \u202eLevi\u202c\x07 "))
    assert title_of(made).endswith(f"{DASH} André Levi")


def test_emoji_are_left_out_of_a_name() -> None:
    assert title_of(render(some_facts(holder_name="Ada 🌸👩🏽‍💻️ Lovelace"))).endswith(f"{DASH} Ada Lovelace")


@pytest.mark.parametrize("name", ["🌸", " \u200d ", "Ada \u0378", "ሃ\ufdff\U0003ffff", "あ\u20d1"])
def test_a_letter_that_no_font_has_is_an_error_and_never_dropped(name: str) -> None:
    with pytest.raises(NotDisplayable):
        render(some_facts(holder_name=name))


def test_an_error_names_the_letters() -> None:
    with pytest.raises(NotDisplayable, match=r"U\+0378") as refused:
        render(some_facts(organisation="Ada \u0378"))
    assert refused.value.characters == ["\u0378"]


@pytest.mark.parametrize(("cluster", "letter"), [("あ\u20d1", "あ"), ("ا\u20ec", "\u20ec")])
def test_an_error_names_letters_that_no_font_has_together(cluster: str, letter: str) -> None:
    with pytest.raises(NotDisplayable) as refused:
        render(some_facts(holder_name=cluster))
    assert refused.value.characters == [letter]


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_name_makes_one_page_or_is_refused_for_its_letters(name: str) -> None:
    try:
        made = render(some_facts(holder_name=name))
    except NotDisplayable:
        return
    assert len(read(made).pages) == 1


def test_the_page_holds_as_much_as_facts_can_say() -> None:
    made = render(
        some_facts(
            holder_name=LONG["many words"],
            gatherings=tuple(
                a_gathering(f"Theme evening {n} on the rules of working life") for n in range(60)
            ),
            organisation="O" * 200,
            signatory="S" * 200,
            verify_url="https://matka.example.org/" + "c" * 94,
            role="mentor",
            preparation="self-study",
            replaces="MK-2027-0007",
        )
    )
    assert len(read(made).pages) == 1
    assert "https://matka.example.org/" + "c" * 94 in text_of(made)


def test_the_file_claims_both_standards_and_states_title_language_and_author() -> None:
    made = render(some_facts(languages=("sv",)))
    root, metadata = root_of(made), read(made).metadata
    xmp = root["/Metadata"].get_data().decode()
    for claim in ("pdfaid:part>2<", "pdfaid:conformance>A<", "pdfuaid:part>1<"):
        assert claim in xmp
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert metadata is not None
    assert metadata.author == "Esimerkkilän monikulttuurikeskus ry"
    assert metadata.get("/Keywords") == "MK-2027-0042"


def test_headings_and_the_code_are_tagged_and_each_text_has_its_language() -> None:
    made = render(some_facts())
    tags = list(everything_in(root_of(made)["/StructTreeRoot"]))
    assert [str(tag["/S"]) for tag in tags if str(tag.get("/S", "")).startswith("/H")] == ["/H1", "/H2"]
    alternatives = [str(tag["/Alt"]) for tag in tags if "/Alt" in tag]
    assert len(alternatives) == 1
    assert "https://matka.example.org/certificates/MK-2027-0042" in alternatives[0]
    assert {"en", "und"} <= {str(tag["/Lang"]) for tag in tags if "/Lang" in tag}


def test_every_font_is_embedded() -> None:
    page: Any = read(render(some_facts(holder_name="王 محمد ሃይለ"))).pages[0]
    fonts = [font.get_object()["/DescendantFonts"][0] for font in page["/Resources"]["/Font"].values()]
    descriptors = [font.get_object()["/FontDescriptor"] for font in fonts]
    assert len(descriptors) >= 5
    assert all("/FontFile2" in font or "/FontFile3" in font for font in descriptors)


def test_the_same_facts_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    facts = some_facts(holder_name="محمد 王小明 Nguyễn")
    program = (
        "import sys; from matka_certificates.facts import CertificateFacts;"
        "from matka_certificates.pdf import render;"
        "facts = CertificateFacts.model_validate_json(sys.stdin.read());"
        "sys.stdout.buffer.write(render(facts))"
    )
    path = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        input=facts.model_dump_json().encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=path,
    )
    assert elsewhere.stdout == render(facts) == render(facts)


def test_another_fact_gives_other_bytes() -> None:
    assert render(some_facts()) != render(some_facts(meetings=15))


def test_the_fonts_are_asked_for_by_name_when_they_are_missing(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="fonts-noto-core"):
        render(some_facts(), (tmp_path, tmp_path / "nowhere"))


def test_a_catalogue_file_alone_adds_a_language_from_right_to_left(tmp_path: Path) -> None:
    catalogue = tmp_path / "ar" / "LC_MESSAGES" / "certificates.po"
    catalogue.parent.mkdir(parents=True)
    english = (LOCALES / "en" / "LC_MESSAGES" / "certificates.po").read_text(encoding="utf-8")
    arabic = english.replace("en_GB", "ar").replace(
        'msgstr "Certificate of Participation"', 'msgstr "شهادة مشاركة"'
    )
    catalogue.write_text(arabic, encoding="utf-8")
    made = render(some_facts(languages=("ar",)), locales=tmp_path)
    assert title_of(made) == f"شهادة مشاركة {DASH} Aino Järvinen"
    assert root_of(made)["/Lang"] == "ar"
