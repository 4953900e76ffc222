"""A citizen finds the level of a lake on a given day, and who signed it."""

import pytest
from browser.screens import Reader

# The survey's figure for that day, from the source that the release names:
# examples/jordan-basin/israel/kinneret-levels.csv.
DAY, LEVEL = "2024-10-01", "−210.88"
READERS = (
    Reader("en"),
    Reader("he", "phone", theme="dark"),
    Reader("ar", scripts=False),
)
LAKE = {"ar": "بحيرة طبريا", "en": "Lake Kinneret", "he": "ים כנרת"}
TABLE = {"ar": "جدول", "en": "Table", "he": "טבלה"}
SIGNER = {"ar": "إسرائيل", "en": "Israel", "he": "ישראל"}


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_a_level_and_its_signer_are_three_clicks_from_home(reader, look, address):
    watched = look(reader, address)
    page = watched.page
    page.goto(f"{address}/?lang={reader.language}")
    clicks = [
        page.get_by_role("link", name=LAKE[reader.language], exact=True).first,
        page.locator(".tabs").get_by_role("link", name=TABLE[reader.language]),
        page.locator("tr", has=page.locator(f'time[datetime^="{DAY}"]'))
        .locator('a[href*="/proof?datastream="]')
        .first,
    ]
    for click in clicks:
        click.click()
        page.wait_for_load_state()
    verdict = page.locator(".notice").first.inner_text()
    assert SIGNER[reader.language] in verdict
    assert LEVEL in page.locator("main").inner_text()
    watched.verify()
    assert len(clicks) <= 4
