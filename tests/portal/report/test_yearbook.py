"""The PDF itself: read back by pypdf, which is not ours."""

import io
import re
from datetime import UTC, date, datetime

import pypdf
import pytest
from fontTools.ttLib import TTFont
from portal.report.conftest import HOSTILE

from waternet.errors import NotAcceptable, NotFound
from waternet.portal.language.language import get_language
from waternet.portal.report import yearbook
from waternet.portal.report.contents import Period
from waternet.portal.report.fonts import FAMILIES, unpack_fonts
from waternet.portal.report.scope import area_scope, station_scope
from waternet.portal.report.typesetting import set_report
from waternet.portal.report.yearbook import make_yearbook, newest_entry

LANGUAGES = [get_language(code) for code in ("ar", "he", "en")]


def make(party, bank, languages=LANGUAGES, **more):
    scope = area_scope(bank, "jordan:basin")
    return make_yearbook(party.node, bank, scope, languages, Period(), **more)


@pytest.fixture(scope="module")
def made(party, bank):
    return make(party, bank)


@pytest.fixture(scope="module")
def book(made):
    return pypdf.PdfReader(io.BytesIO(made))


@pytest.fixture(scope="module")
def text(book):
    return "\n".join(page.extract_text() for page in book.pages)


def test_the_same_records_give_the_same_bytes(party, bank, made):
    assert make(party, bank) == made
    assert make(party, bank, day=date(2030, 1, 1)) != made


def test_it_bears_the_day_of_the_newest_entry(bank, book):
    assert book.metadata.creation_date == newest_entry(bank)


def test_it_is_tagged_for_screen_readers(book):
    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ar"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert re.search(rb"pdfuaid:part>1<", root["/Metadata"].get_data())
    kinds = set()

    def walk(one):
        one = one.get_object()
        if not isinstance(one, dict):
            return
        kinds.add(one.get("/S"))
        if one.get("/S") == "/Figure":
            assert one["/Alt"]
        below = one.get("/K", [])
        for each in below if isinstance(below, list) else [below]:
            walk(each)

    walk(root["/StructTreeRoot"])
    assert {"/Figure", "/Table", "/TH", "/TD", "/H1", "/P"} <= kinds


def test_every_font_is_in_it_and_is_the_portals(book):
    fonts = {}
    for page in book.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            told = inner["/FontDescriptor"].get_object()
            name = str(inner["/BaseFont"]).partition("+")[2]
            fonts[name] = any(f"/FontFile{end}" in told for end in ("", "2", "3"))
    assert all(fonts.values())
    named = " ".join(fonts)
    for family in ("NotoSans-", "Vazirmatn", "NotoSansHebrew"):
        assert family in named


def test_words_of_each_language_are_read_back_letter_by_letter(text):
    words = set(re.findall(r"\w+", text))
    assert {"الكتاب", "السنوي", "للمياه", "القرية", "بئر", "البرهان"} <= words
    assert {"שנתון", "המים", "באר", "הכפר", "הוכחה"} <= words
    assert {"yearbook", "Village", "well", "Proof"} <= words


def test_a_name_is_text_whatever_it_holds(party, bank):
    scope = station_scope(bank, "jordan:W2")
    made = make_yearbook(party.node, bank, scope, LANGUAGES[2:], Period())
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    flat = " ".join(page.extract_text().replace("\n", " ") for page in pages)
    assert f"Place {HOSTILE} (jordan:W2)" in flat.replace("  ", " ")


def test_a_figure_is_one_run_from_left_to_right(text):
    # Unisolated in a line of Arabic or Hebrew it would be read back as 217.00−.
    assert text.count("−217.00\u00a0m") + text.count("−217.00 m") >= 3
    assert not re.search(r"217\.00−(?!\d)", text)


def test_it_leads_to_the_proof(party, text):
    flat = text.replace("\n", "")
    head = party.node.state.head("jordan")
    root = head.checkpoint.decode().split("\n")[2]
    import base64

    assert base64.b64decode(root).hex() in flat
    assert "waternet verify figure.tlog-proof --policy parties.policy" in text
    assert "CC-BY-4.0" in text


def test_a_letter_that_no_font_has_is_told():
    words = {"lang": "en", "dir": "ltr", "title": "\U0001f30a", "subtitle": ""}
    words |= {"foot": "", "facts": [], "opening": [], "contents": "", "map": None}
    words |= {"chapters": [], "sections": []}
    when = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(NotAcceptable, match="cannot be set"):
        set_report({"title": "x", "parts": [words]}, {}, when)
    words["title"] = "Water"
    assert set_report({"title": "x", "parts": [words]}, {}, when)[:5] == b"%PDF-"


def test_a_party_can_leave_layers_out(party, bank):
    scope = station_scope(bank, "jordan:W1")
    book = make_yearbook(
        party.node, bank, scope, LANGUAGES[2:], Period(), layers="none"
    )
    assert len(pypdf.PdfReader(io.BytesIO(book)).pages) == 5


def test_more_than_a_machine_should_set_is_refused_before_it_is_set(
    party, bank, monkeypatch
):
    monkeypatch.setattr(yearbook, "MOST_CELLS", 30)
    with pytest.raises(NotAcceptable, match="cells; a yearbook holds 30") as refused:
        make(party, bank)
    assert "--from" in refused.value.hint


def test_a_layer_that_is_not_there_is_told(party, bank):
    with pytest.raises(NotFound, match="no layer"):
        make(party, bank, layers="jordan:none")


def test_the_fonts_of_a_report_are_four_families_and_one_glyph_a_letter(tmp_path):
    unpack_fonts(tmp_path)
    found = {
        path.name: TTFont(path)["name"].getDebugName(1) for path in tmp_path.iterdir()
    }
    assert set(found.values()) == set(FAMILIES)
    # A letter set as two glyphs, body and dots, is read back twice.
    font = TTFont(tmp_path / "vazirmatn-arabic-400.ttf")
    letters = {
        font.getBestCmap()[code]
        for code in range(0x0621, 0x064B)
        if code in font.getBestCmap()
    }
    parted = set()
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            inner = getattr(table, "ExtSubTable", table)
            if inner.LookupType == 2:
                parted |= set(inner.mapping)
    assert len(letters) > 35
    assert letters & parted == set()
