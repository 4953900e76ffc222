"""What a notebook shows: a drawing, the figures, and the line of their proof."""

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

import waternet as wn
from waternet.client.chart import Course, draw

W1 = "jordan:W1/groundwater-level"


@pytest.fixture(scope="module")
def source(folder):
    with wn.open(folder) as source:
        yield source


class Tags(HTMLParser):
    """Counts how far elements are open; void ones are not used."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        del attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_notebook_shows_figures_drawing_and_proof(source) -> None:
    shown = source.get_observations(W1)._repr_html_()
    assert Tags(shown).open == []
    assert shown.count("<svg") == 2  # the drawing, and a line in its legend
    assert "Village well" in shown
    assert "&lt;-215" in shown
    assert "Signed by" in shown
    assert "jordan:2,4" in shown
    assert "not verified here" in shown


@pytest.mark.parametrize(
    ("language", "name"), [("ar", "بئر القرية"), ("he", "באר הכפר")]
)
def test_it_runs_from_right_to_left_where_that_is_asked_for(
    folder, language, name
) -> None:
    with wn.open(folder, language=language) as source:
        shown = source.get_observations(W1)._repr_html_()
    assert shown.startswith(f'<div class="waternet" lang="{language}" dir="rtl"')
    assert name in shown
    assert '<svg viewBox="0 0 620 170" width="620" role="img" direction="ltr"' in shown


def test_numbers_and_dates_stand_apart_from_the_words_around_them(folder) -> None:
    with wn.open(folder, language="ar") as source:
        shown = source.get_observations(W1)._repr_html_()
    assert '<bdi dir="ltr">jordan:2,4</bdi>' in shown
    assert "<bdi>&lt;-215</bdi>" in shown


@pytest.mark.parametrize("what", ["stations", "datastreams", "releases"])
def test_lists_are_shown_too(source, what) -> None:
    shown = getattr(source, f"get_{what}")()._repr_html_()
    assert Tags(shown).open == []
    assert "<table" in shown


def test_statistics_are_said_to_be_the_nodes_own(source) -> None:
    shown = source.get_observations(W1, aggregate="month")._repr_html_()
    assert "statistics that the node made" in shown


def test_nothing_is_said_to_be_nothing(source) -> None:
    shown = source.get_observations(W1, "1990/1991")._repr_html_()
    assert "No figures." in shown
    assert "<svg" not in shown


def test_a_name_cannot_bring_markup_along(source) -> None:
    frame, metadata = source.get_observations(W1)
    station = {**metadata.stations[0], "names": {"en": "<script>x</script>"}}
    told = replace(metadata, stations=(station,))
    assert "<script>" not in wn.client.metadata.Answer(frame, told)._repr_html_()


def course(values, step=86_400_000_000) -> Course:
    times = np.arange(len(values), dtype=np.int64) * step
    return Course(times, np.array(values), np.zeros(len(values), bool))


def test_a_drawing_is_well_formed_and_has_no_word_in_it() -> None:
    drawn = fromstring(draw([course([1.0, 3.0, 2.0]), course([2.0, np.nan, 5.0])]))
    texts = [text.text for text in drawn.iter("text") if text.text]
    assert all(set(text) <= set("0123456789.-\u2212") for text in texts)


def test_a_gap_in_the_figures_breaks_the_line() -> None:
    whole = course([1.0, 2, 3, 4, 5, 6])
    later = whole.time.copy()
    later[3:] += 100 * 86_400_000_000
    (path,) = (
        one.get("d")
        for one in fromstring(draw([Course(later, whole.value, whole.is_limit)])).iter(
            "path"
        )
        if one.get("fill") == "none"
    )
    assert path.count("M") == 2


def test_a_long_series_keeps_its_extremes_and_stays_small() -> None:
    values = np.sin(np.arange(100_000) / 50)
    values[54_321] = 40.0
    drawn = draw([course(values, 3_600_000_000)])
    assert len(drawn) < 20_000
    assert ">40<" in drawn


def test_of_no_figures_nothing_is_drawn() -> None:
    assert draw([]) == draw([course([np.nan])]) == ""
    assert "<svg" in draw([course([1.0])])
