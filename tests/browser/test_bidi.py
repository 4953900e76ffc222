"""Numbers, dates and ids keep their order inside Arabic and Hebrew text.

What becomes of them without isolation was measured in Chromium: a range turns round, a
minus sign goes to the end, an ISO date reads backwards in Arabic.
"""

import pytest
from browser.looking import out_of_order, seen_order

ARABIC, HEBREW = "القياس في {} هو", "המדידה של {} היא"
LOGICAL = (
    "2024-11-22",
    "3.5–7.25",
    "-4.02 m",
    "−211.26 m",
    "jordan:AL1040",
    "12:30 +02:00",
)
SPOILT = {
    "2024-11-22": ("22-11-2024", ARABIC),
    "3.5-7.25": ("7.25-3.5", ARABIC),
    "-4.02 m": ("m 4.02-", HEBREW),
}


@pytest.fixture
def page(browser):
    """Return an empty tab."""
    page = browser.new_page()
    yield page
    page.close()


def show(page, sentence: str, what: str) -> None:
    text = sentence.format(f"<span id=here>{what}</span>")
    page.set_content(f"<!doctype html><html dir=rtl><p>{text}</p>")


@pytest.mark.parametrize("text", SPOILT)
def test_without_isolation_it_is_spoilt_so_the_measure_can_tell(page, text) -> None:
    seen, sentence = SPOILT[text]
    show(page, sentence, text)
    assert seen_order(page, "#here").strip() == seen


@pytest.mark.parametrize("text", ["2024-11-22", "3.5-7.25"])
def test_what_is_spoilt_is_found_on_a_page(page, text) -> None:
    show(page, ARABIC, text)
    assert len(out_of_order(page)) == 1


@pytest.mark.parametrize("sentence", [ARABIC, HEBREW], ids=["ar", "he"])
@pytest.mark.parametrize("text", LOGICAL)
def test_isolated_it_is_seen_as_it_is_read(page, text, sentence) -> None:
    show(page, sentence, f"<bdi dir=ltr>{text}</bdi>")
    assert seen_order(page, "#here").replace("\u00a0", " ") == text
    assert out_of_order(page) == []
