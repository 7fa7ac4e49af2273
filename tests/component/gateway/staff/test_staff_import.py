"""Staff bring people in from a table: checked, mistakes named by row in their language, then progress."""

import pytest

from matka_gateway.import_texts import COLUMNS, EXAMPLE, NEEDED, PROBLEMS, WORDS
from matka_kit.testing import World
from matka_pairing import importing
from tests.support.forms import Page
from tests.support.gateway import FROM_OUR_PAGE
from tests.support.people import grant, register
from tests.support.small_program import STAFF, SmallProgram
from tests.support.staff_browser import StaffBrowser, at_work

HEADER = "role,name,email,languages,training,capacity"
MAIJA = "mentor,Maija Meikäläinen,maija@example.org,fi:C2,training,1"
AMAL = 'mentee,"أمل حداد <b>",amal@example.org,fi:B1;ar:C2,,'
TABLE = f"{HEADER}\n{MAIJA}\n{AMAL}\n"
TWICE = f"{HEADER}\n{MAIJA}\nboss,,nowhere,,,many\n{MAIJA}\n"


@pytest.fixture
async def staff(program: SmallProgram) -> StaffBrowser:
    browser = await at_work(program.world, STAFF)
    await browser.open(f"/programs/{program.id}/import")
    return browser


async def uploads(staff: StaffBrowser, world: World, content: bytes) -> None:
    """Choose a file and have it checked."""
    form, button = Page(staff.page.text).with_button("Check the table")
    sent = form.filled(button, {})
    file = {"file": ("people.csv", content, "text/csv")}
    staff.page = await staff.http.post(form.action, data=sent, files=file, headers=FROM_OUR_PAGE)
    await world.drain()


async def applicants(program: SmallProgram) -> int:
    return len((await program.ask("pairing/programs/*/applications"))["applications"])


async def test_a_table_is_checked_then_taken_in_and_its_progress_is_seen(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    await staff.press(world, "Check the table", table=TABLE)
    assert "The table is in order" in staff.words
    assert "1 mentor, 1 mentee" in staff.words
    assert await applicants(program) == 0, "a check takes nobody in"
    checked = staff.page
    await staff.press(world, "Import them")
    await staff.open(staff.page.url.path)
    assert "2 people of the table have been taken in." in staff.words
    assert await applicants(program) == 2
    staff.page = checked
    await staff.press(world, "Import them")
    assert await applicants(program) == 2, "a double click imports once"
    await staff.open(f"/programs/{program.id}/people?status=received")
    assert "أمل حداد <b>" in staff.words


@pytest.mark.parametrize(
    "content", [TABLE.encode(), TABLE.encode("utf-8-sig"), TABLE.replace("\n", "\r\n").encode()]
)
async def test_a_file_is_read_as_spreadsheets_write_it(
    world: World, staff: StaffBrowser, content: bytes
) -> None:
    await uploads(staff, world, content)
    assert "The table is in order" in staff.words


async def test_semicolons_will_do(world: World, staff: StaffBrowser) -> None:
    await staff.press(world, "Check the table", table="role;name;email\nmentee;Amal;amal@example.org\n")
    assert "The table is in order" in staff.words


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TABLE.replace("أمل حداد", "Åke").encode("latin-1"), "This file is not in UTF-8. Save it anew"),
        (TABLE.encode("utf-16"), "This file is not in UTF-8. Save it anew"),
        (b" \n", "This file is empty."),
        (f"{HEADER}\n".encode(), "There is nobody below the header line."),
        (b'role,name,email\nmentor,"Maija', "cannot be read as a CSV table"),
        (b"role,name,email,origin\n", "These columns are not known: origin."),
        (b"role,name,email,origin\n", "Columns can be called: role, name, email, phone, language,"),
        (b"role,name\n", "The file lacks these columns: email."),
    ],
)
async def test_a_file_that_is_no_such_table_is_refused_in_words(
    world: World, staff: StaffBrowser, program: SmallProgram, content: bytes, sentence: str
) -> None:
    await uploads(staff, world, content)
    assert staff.page.status_code == 422
    assert sentence in staff.words
    assert await applicants(program) == 0


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "English",
            (
                "Row 3, role: This is none of the words that can stand here. It can be: mentor, mentee.",
                "Row 3, email: This is not an email address.",
                "Row 3, capacity: This is not a number.",
                "Row 3, name: This is missing.",
                "Row 4, email: The same address stands in row 2 already.",
            ),
        ),
        ("Suomi", ("Rivi 4, email: Sama osoite on jo rivillä 2.", "Rivi 3, name: Tämä puuttuu.")),
        ("Svenska", ("Rad 4, email: Samma adress finns redan på rad 2.", "Rad 3, name: Det här saknas.")),
        ("Selkosuomi", ("Rivi 4, email: Sama osoite on jo rivillä 2.",)),
    ],
)
async def test_mistakes_are_named_by_row_in_the_reader_s_language_and_the_table_is_kept(
    world: World, staff: StaffBrowser, program: SmallProgram, language: str, sentences: tuple[str, ...]
) -> None:
    await staff.press(world, language)
    await staff.open(f"/programs/{program.id}/import")
    form = next(each for each in Page(staff.page.text).forms if each.action.endswith("/import"))
    await staff.press(world, form.buttons[0].words, table=TWICE)
    assert staff.page.status_code == 422
    for sentence in sentences:
        assert sentence in staff.words
    assert "boss,,nowhere,,,many" in staff.words
    assert await applicants(program) == 0


async def test_of_very_many_mistakes_the_first_are_shown_and_the_others_counted(
    world: World, staff: StaffBrowser
) -> None:
    rows = "\n".join("mentee,Amal,nowhere,,," for _ in range(60))
    await staff.press(world, "Check the table", table=f"{HEADER}\n{rows}\n")
    assert "Row 51, email:" in staff.words
    assert "Row 52" not in staff.words
    assert "And 10 more mistakes." in staff.words


async def test_a_table_to_fill_in_is_offered_and_can_be_taken_in_as_it_is(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    path = f"/programs/{program.id}/import/template.csv"
    assert f'href="{path}" download' in staff.page.text
    file = await staff.http.get(path)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    await uploads(staff, world, file.content)
    assert "1 mentee" in staff.words
    assert "Import them" in staff.words


async def test_nothing_at_all_is_asked_for_again(world: World, staff: StaffBrowser) -> None:
    await staff.press(world, "Check the table")
    assert "Choose a file, or paste the table." in staff.words


async def test_readers_cannot_import_and_a_started_program_takes_nobody_in(
    world: World, staff: StaffBrowser, program: SmallProgram
) -> None:
    person = await register(world, "reader@example.org", "Lukija")
    await grant(world, person, "reader", program.id)
    await world.drain()
    reader = await at_work(world, "reader@example.org")
    await reader.open(f"/programs/{program.id}/people")
    assert "Import people" not in reader.words
    await reader.open(f"/programs/{program.id}/import")
    assert "Those who only read cannot do this." in reader.words
    await staff.press(world, "Check the table", table=TABLE)
    checked = staff.page
    await program.tell("pairing/programs/*/start")
    staff.page = checked
    await staff.press(world, "Import them")
    assert staff.page.status_code == 409
    assert "The program is not open for applications." in staff.words
    await staff.open(f"/programs/{program.id}/import/people")
    assert staff.page.headers["location"] == f"/programs/{program.id}/import"


def test_the_page_describes_the_columns_that_the_import_knows() -> None:
    assert set(COLUMNS) == set(importing.COLUMNS)
    assert set(NEEDED) <= set(COLUMNS)
    assert set(EXAMPLE) <= set(COLUMNS)
    assert set(PROBLEMS) >= {what for _, what in importing._CONTACTS.values()}


@pytest.mark.parametrize("column", ["role", "language", "languages", "forms", "availability", "training"])
def test_each_word_that_the_page_allows_is_one_that_the_import_takes(column: str) -> None:
    for word in WORDS[column]:
        given = {"role": "mentor", "name": "Maija", "email": "m@example.org", "languages": "fi"} | {
            column: word
        }
        table = ",".join(given) + "\n" + ",".join(given.values()) + "\n"
        assert len(importing.read_people(table)) == 1, word
