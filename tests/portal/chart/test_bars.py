"""Counts by year as columns."""

import itertools
import re

import pytest

from waternet.portal.chart.bars import draw_counts
from waternet.portal.language.language import get_language

ENGLISH, ARABIC = get_language("en"), get_language("ar")


def _named(drawn: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn)


def _heights(drawn: str) -> list[float]:
    return [float(one) for one in re.findall(r'<rect[^>]* height="([0-9.]+)"', drawn)]


def test_columns_are_as_tall_as_their_counts():
    drawn = draw_counts([{1992: 4, 1993: 0, 1994: 2}], (400, 200), ENGLISH, "x")
    first, second = _heights(drawn)  # no column where nothing was counted
    assert first == pytest.approx(2 * second, abs=0.2)


@pytest.mark.parametrize("greatest", [0, 1, 2, 7, 40, 12_345])
def test_named_counts_are_whole_and_begin_at_zero(greatest):
    drawn = draw_counts([{2000: greatest}], (400, 240), ENGLISH, "x")
    named = [int(one.replace(",", "")) for one in _named(drawn)][:-1]
    steps = {after - before for before, after in itertools.pairwise(named)}
    assert named[0] == 0
    assert named[-1] >= greatest
    assert len(steps) == 1
    assert len(named) <= 8


def test_years_run_from_left_to_right_and_the_axis_stands_where_text_begins():
    counts = [{1992: 1, 1993: 2}]
    for language, side in ((ENGLISH, "end"), (ARABIC, "start")):
        drawn = draw_counts(counts, (400, 200), language, "x")
        assert drawn.index(">1992<") < drawn.index(">1993<")
        assert f'text-anchor="{side}">2<' in drawn


def test_what_it_shows_is_said_without_breaking_the_markup():
    drawn = draw_counts([{1992: 1}], (400, 200), ENGLISH, 'a "b" <c>')
    assert 'aria-label="a &quot;b&quot; &lt;c&gt;"' in drawn
