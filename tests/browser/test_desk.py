"""A steward works by clicks: a file in, its objections, an edit, a release, a proof."""

import math
from datetime import date, timedelta

import pytest
from browser.looking import barriers, out_of_order, sideways, walk
from browser.screens import DARK, Reader
from parties import make_party
from typer.testing import CliRunner
from web_servers import serving

from waternet.cli.main import app
from waternet.portal.app import make_app

PAGE = "/desk/imports/0001-levels"
DAYS = [date(2014, 1, 1) + timedelta(days=number) for number in range(200)]
LEVELS = [round(-214 + 2 * math.sin(number / 30), 2) for number in range(200)]
LEVELS[120] = -21407.0
ROWS = zip(DAYS, LEVELS, strict=True)
FILE = "Well;Date;Level (m)\n" + "".join(f"W1;{d:%d/%m/%Y};{v}\n" for d, v in ROWS)
FILE += "W1;20/07/2014;x12\n"


@pytest.fixture
def party(tmp_path):
    return make_party(tmp_path, "palestine")


@pytest.fixture
def served(party):
    """Return where the party's Desk is served to whoever is on this machine."""
    with serving(make_app(party.node, rate=0, is_unguarded=True)) as address:
        yield address


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "قراءات 2014.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def send(page, path):
    form = page.locator("form[data-drop]")
    form.locator("[name=author]").fill("رنا")
    form.locator("[type=file]").set_input_files(path)
    form.locator("button").click()
    page.wait_for_url("**/desk/files/*")


def seen_well(watched, *, scripts):
    """Say what is wrong with the page that is open, for whoever looks."""
    watched.settle()
    watched.verify()
    assert sideways(watched.page) == 0
    assert out_of_order(watched.page) == []
    if scripts:
        assert barriers(watched.page) == []


READERS = (Reader("ar"), Reader("he", "phone", "dark", scripts=False), Reader("en"))


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_a_new_file_is_published_by_clicks_alone(
    reader, look, served, party, file, pictures
):
    watched = look(reader, served)
    page = watched.page
    watched.visit(f"/desk?lang={reader.language}")
    send(page, file)
    page.wait_for_selector("[name='answer.time.zone']")
    seen_well(watched, scripts=reader.scripts)
    page.locator("[name='answer.time.zone']").fill("Asia/Hebron")
    page.locator("[name=source]").fill("دفتر الميدان 3")
    page.locator("form[action*='/say'] button").first.click()
    page.wait_for_selector("form[action*='/import'] button")
    (pictures / f"desk-file-{reader}.png").write_bytes(watched.picture(full=True))
    page.locator("form[action*='/import'] button").click()
    page.wait_for_url("**/desk/imports/*")
    seen_well(watched, scripts=reader.scripts)
    assert page.locator(".grade.bad").first.is_visible()
    assert page.locator("svg.hydrograph").is_visible()
    (pictures / f"desk-import-{reader}.png").write_bytes(watched.picture(full=True))

    # The objection leads to its figure, whose row says where an edit begins.
    page.locator("a[href*='tab=figures'][href*='rows=flagged']").first.click()
    page.wait_for_selector("tr.bad")
    page.locator("tr.bad a[href*='#edit']").first.click()
    page.wait_for_selector("#from:not([value=''])")
    page.locator("#operation").select_option("correct")
    page.locator("#value").fill("-214.07")
    page.locator("#reason").fill("في الدفتر 214.07")
    page.locator("#editor").fill("رنا")
    page.locator("#edit button").click()
    page.wait_for_selector("del")
    seen_well(watched, scripts=reader.scripts)
    (pictures / f"desk-edited-{reader}.png").write_bytes(watched.picture(full=True))

    page.locator("#signer").fill("يوسف")
    page.locator("form[action*='/publish'] button").click()
    page.wait_for_url("**/desk/receipt*")
    seen_well(watched, scripts=reader.scripts)
    assert "palestine:2" in page.locator("main").inner_text()
    told = CliRunner().invoke(app, ["verify", "--node", str(party.node.folder)])
    assert told.exit_code == 0, told.output
    page.locator("a[href*='/proof']").first.click()
    page.wait_for_url("**/proof*")
    watched.settle()
    watched.verify()


def test_a_file_is_dragged_in(look, served, party):
    watched = look(Reader("he"), served)
    page = watched.page
    watched.visit("/desk?lang=he")
    page.locator("[name=author]").fill("רנה")
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "levels.csv", {type: "text/csv"}));
            const card = document.querySelector("form[data-drop]").closest(".card");
            const dropped = {dataTransfer: data, bubbles: true, cancelable: true};
            card.dispatchEvent(new DragEvent("dragover", dropped));
            card.dispatchEvent(new DragEvent("drop", dropped));
        }""",
        FILE,
    )
    page.wait_for_url("**/desk/files/*")
    page.wait_for_selector("[name='answer.time.zone']")
    watched.settle()
    watched.verify()
    assert [one.name for one in (party.node.folder / "inbox").iterdir()]


def test_a_time_is_chosen_by_a_click_on_its_row(look, served, party):
    party.read()
    watched = look(Reader("ar"), served)
    page = watched.page
    watched.visit(f"{PAGE}?tab=figures&lang=ar")
    rows = page.locator("tr[data-time]")
    rows.nth(0).locator("td").first.click()
    rows.nth(1).locator("td").first.click(modifiers=["Shift"])
    assert page.locator("#from").input_value() == rows.nth(0).get_attribute("data-time")
    assert page.locator("#to").input_value() == rows.nth(1).get_attribute("data-time")
    watched.verify()


@pytest.mark.parametrize("reader", [Reader("ar"), DARK[0]], ids=str)
def test_an_import_is_worked_on_by_the_keyboard_alone(reader, look, served, party):
    party.read()
    watched = look(reader, served)
    for tab in ("figures", "rejects", "edits"):
        watched.visit(f"{PAGE}?tab={tab}&lang={reader.language}")
        assert walk(watched.page) == []
