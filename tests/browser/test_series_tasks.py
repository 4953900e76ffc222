"""What people come for, by clicks: compare, take along, see what was corrected."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.screens import Reader
from python_calamine import CalamineWorkbook

# With scripts at a desk; without them on a phone, where the same links and forms do.
READERS = (Reader("en"), Reader("ar", "phone", scripts=False))
BESIDE = {"en": "Well AL1043", "ar": "بئر AL1043"}
NAMED = {"en": "Groundwater level", "ar": "منسوب المياه الجوفية"}


@pytest.fixture(params=READERS, ids=str)
def reader(request) -> Reader:
    return request.param


def test_the_abstraction_of_amman_is_taken_along_as_a_workbook(
    reader, look, address
) -> None:
    watched = look(reader, address)
    page = watched.page
    watched.visit(f"/find?lang={reader.language}")
    page.locator("#find-text").fill("Amman")
    page.locator("#find-text").press("Enter")
    link = page.locator('table a[href*="/station/jordan:amman-zarqa"]').first
    link.wait_for()
    link.click()
    page.wait_for_selector("#canvas")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()
    book = CalamineWorkbook.from_path(str(Path(taken.value.path())))
    rows = book.get_sheet_by_index(0).to_python()
    value = rows[0].index("value")
    # The source's figure of 2013, in m3 a year.
    assert rows[-1][value] == 148_712_766
    assert len(rows) == 1 + 19


def test_wells_are_put_beside_one_another(reader, look, address) -> None:
    watched = look(reader, address)
    page = watched.page
    watched.visit(f"/station/jordan:AL1040?lang={reader.language}")
    page.locator(".chips a", has_text=NAMED[reader.language]).first.click()
    page.wait_for_selector("#canvas")
    page.locator(".beside a", has_text=BESIDE[reader.language]).click()
    page.wait_for_selector(".swatch.of-1")
    page.locator("#add").fill("kinneret")
    page.locator("#add").press("Enter")
    page.locator(".beside a", has_text="+").first.click()
    page.wait_for_selector(".swatch.of-2")
    assert page.locator(".latest-value").count() == 3
    watched.verify()


def test_what_a_correction_changed_is_seen(reader, look, address) -> None:
    watched = look(reader, address)
    page = watched.page
    watched.visit(
        f"/chart?datastream=jordan:jordan/water-stress&lang={reader.language}"
    )
    page.locator(".controls > summary").click()
    offered = page.locator("#against option")
    # The oldest entry of the dataset: what was published first.
    page.locator("#against").select_option(index=offered.count() - 1)
    page.locator(".controls button").click()
    page.wait_for_selector("#changed")
    rows = page.locator("section.card tbody tr")
    assert rows.count() >= 1
    assert "AQUASTAT revised" in rows.first.inner_text()
    watched.verify()
