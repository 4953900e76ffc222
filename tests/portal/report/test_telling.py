"""A chapter's words and tables, against counts by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from waternet.errors import NotFound
from waternet.portal.chart.line import Line
from waternet.portal.language.language import get_language
from waternet.portal.report.contents import Period, read_chapters
from waternet.portal.report.direction import code_of, foreign, left_to_right, name
from waternet.portal.report.scope import station_scope
from waternet.portal.report.telling import tell_chapter

EN, AR, HE = (get_language(code) for code in ("en", "ar", "he"))


def bare(words):
    return words.translate(dict.fromkeys(range(0x2066, 0x206A)))


def told(bank, station, language=EN, first_month=1):
    scope = station_scope(bank, f"jordan:{station}")
    (chapter,) = read_chapters(bank, scope, Period(first_month=first_month))
    return tell_chapter(chapter, 1, language, first_month, {})


def test_months_stand_in_the_order_of_the_calendar(bank):
    years, months = told(bank, "W1").words["tables"]
    assert [bare(one) for one in months["rows"][0]] == [
        "2015",
        *(f"−{214 + month / 4:.2f}" for month in range(1, 13)),
    ]
    assert [bare(one) for one in years["rows"][0]] == [
        *("2015", "12"),
        # -214 less a quarter of 12; of 6.5, the mean of 1 to 12; of 1.
        *("−217.00", "−215.62", "−214.25"),
    ]


def test_a_hydrological_year_begins_with_its_first_month(bank):
    _, months = told(bank, "W1", first_month=10).words["tables"]
    assert [bare(one) for one in months["head"][:2]] == ["Year", "Oct"]
    first, second, third = months["rows"]
    assert [bare(row[0]) for row in (first, second, third)] == [
        *("2014/15", "2015/16", "2016/17")
    ]
    assert bare(first[1]) == "—"
    assert bare(second[1]) == "−216.50"  # October 2015: -214 - 10 / 4
    assert [bare(one) for one in third[1:4]] == ["−212.50", "−212.75", "−209.00"]


def test_one_figure_a_year_needs_no_table_of_years(bank):
    (months,) = told(bank, "W3").words["tables"]
    assert [bare(one) for one in months["rows"][1]] == [
        *("2016", "—", "—", "—", "—", "8", "—", "—", "—", "—", "—", "—", "—")
    ]


def test_a_statistic_with_limits_is_a_bound(bank):
    years, _ = told(bank, "W2").words["tables"]
    assert [bare(one) for one in years["rows"][0]] == [
        *("2015", "2", "≤0.50", "≤0.88", "≤1.25")
    ]
    assert "bound" in years["note"]


def test_extremes_are_told_with_their_day(bank):
    facts = {bare(key): value for key, value in told(bank, "W1").words["facts"]}
    assert bare(facts["Lowest"]) == "−217.00\u00a0m (10 December 2015)"
    assert bare(facts["Highest"]) == "−209.00\u00a0m (10 December 2016)"


def test_an_extreme_that_is_a_limit_bears_its_sign(bank):
    facts = {bare(key): value for key, value in told(bank, "W2").words["facts"]}
    assert bare(facts["Lowest"]).startswith("<0.50")
    assert bare(facts["Highest"])[0] not in "<>"


def test_a_long_chapter_is_told_with_all_its_figures(bank):
    count = 20_000
    (chapter,) = read_chapters(bank, station_scope(bank, "jordan:W1"), Period())
    days = np.arange(count) * 86_400_000
    long = Line("", "m", days, np.sin(np.arange(count) * 2.0), tells_gaps=True)
    words = tell_chapter(replace(chapter, line=long), 1, EN, 1, {})
    assert ": 20,000 values from" in words.words["chart"]["alt"]
    (drawing,) = words.drawings.values()
    assert len(drawing) < 200_000


def test_the_least_of_depths_is_the_shallowest(bank):
    (chapter,) = read_chapters(bank, station_scope(bank, "jordan:W1"), Period())
    deep = replace(chapter, line=replace(chapter.line, is_depth=True))
    words = tell_chapter(deep, 1, EN, 1, {}).words
    facts = {bare(key) for key, _ in words["facts"]}
    assert {"Shallowest", "Deepest"} <= facts
    assert not {"Lowest", "Highest"} & facts
    assert words["tables"][0]["head"][-3:] == ["Shallowest", "Mean", "Deepest"]


def test_every_number_stands_apart_in_every_language(bank):
    for language in (AR, HE, EN):
        words = told(bank, "W1", language).words
        for table in words["tables"]:
            for row in table["rows"]:
                assert all(
                    one == "—" or (one[0], one[-1]) == ("\u2066", "\u2069")
                    for one in row
                )


def test_a_period_without_figures_is_told(bank):
    scope = station_scope(bank, "jordan:W1")
    late = Period(start=datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(NotFound, match="no figure"):
        read_chapters(bank, scope, late)


def test_a_name_is_marked_only_where_it_runs_against_its_sentence():
    assert name("Village well", EN) == "Village well"
    assert name("Village well", AR) == "\u2066Village well\u2069"
    assert name("באר הכפר", AR) == "באר הכפר"
    assert name("באר הכפר", EN) == "\u2067באר הכפר\u2069"
    # What is too long for one line is left to break.
    assert name("w" * 60, AR) == "w" * 60


def test_marks_that_came_along_do_not_open_or_close_others():
    assert left_to_right("a\u2069b\u2067c") == "\u2066abc\u2069"


def test_a_text_is_of_the_script_that_it_begins_with():
    assert code_of("2015: AQUASTAT سلطة", AR) == "en"
    assert code_of("«سلطة المياه» AQUASTAT", EN) == "ar"
    assert code_of("2015", HE) == "he"
    assert foreign("רשות המים", HE) == "רשות המים"
    assert foreign("רשות המים", AR) == {
        "text": "רשות המים",
        "lang": "he",
        "dir": "rtl",
    }
