from __future__ import annotations

import re

import numpy as np
from portal.chart.drawings import DAY, daily

from waternet.portal.chart.sentence import tell_hydrograph, tell_line
from waternet.portal.language.language import get_language

NAN = float("nan")


def test_a_line_is_told_in_a_sentence() -> None:
    line = daily([-211.26, -212.83, NAN, -210.5])
    told = tell_line(line, get_language("en")).striptags()
    assert told == (
        "Level: 3 values from 1 January 2015 to 4 January 2015. Least −212.83 m, "
        "greatest −210.5 m, latest −210.5 m. 1 gap."
    )


def test_depths_are_told_as_depths() -> None:
    line = daily([12.5, 30.0, 14.0], is_depth=True)
    told = tell_line(line, get_language("en")).striptags()
    assert "Shallowest 12.5 m, deepest 30 m, latest 14 m; drawn downwards." in told
    # 'The highest' of a depth would be the lowest water.
    assert "הגבוה" not in tell_line(line, get_language("he")).striptags()
    assert "الأعلى" not in tell_line(line, get_language("ar")).striptags()


def test_every_number_and_date_is_apart_from_the_words_around_it() -> None:
    for code in ("ar", "he"):
        told = str(tell_line(daily([-1.5, 2.25]), get_language(code)))
        bare = re.sub(r"<bdi[^>]*>.*?</bdi>", "", told)
        assert not re.search("[0-9\u2212]", re.sub("<[^>]*>", "", bare))


def test_plural_forms_follow_the_count() -> None:
    hebrew, arabic = get_language("he"), get_language("ar")
    two = tell_line(daily([1.0, 2.0]), hebrew).striptags()
    assert "שני ערכים" in two
    assert "قيمتان" in tell_line(daily([1.0, 2.0]), arabic).striptags()
    assert "3 قيم " in tell_line(daily([1.0, 2.0, 3.0]), arabic).striptags()


def test_limits_are_told_with_their_sign_and_as_limits() -> None:
    line = daily([0.05, 1.0], censor=np.array([1, 0], np.int8))
    told = tell_line(line, get_language("en")).striptags()
    assert "Least <0.05" in told.replace("&lt;", "<")
    assert "1 value is a limit" in told


def test_a_bad_figure_is_counted_but_is_no_extreme() -> None:
    line = daily([1.0, 900.0, 2.0], grade=np.array([1, 3, 1], np.int8))
    told = tell_line(line, get_language("en")).striptags()
    assert "greatest 2 m" in told
    assert "1 value is suspect or bad" in told


def test_a_year_without_figures_is_a_gap() -> None:
    line = daily([1.0, 2, 3, 4])
    line.time[2:] += 400 * DAY
    assert "1 gap." in tell_line(line, get_language("en")).striptags()


def test_nothing_known_is_said_and_no_zero() -> None:
    told = tell_hydrograph([daily([NAN])], get_language("en")).striptags()
    assert told == "Level: no value is known here."
