from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from portal.chart.drawings import DAY, START, daily, of_class, parsed, points

from waternet.errors import NotAcceptable
from waternet.portal.chart.hydrograph import draw_hydrograph
from waternet.portal.chart.line import Band
from waternet.portal.language.language import get_language
from waternet.portal.series.figures import thin

ENGLISH, HEBREW = get_language("en"), get_language("he")
NAN = float("nan")


def test_a_line_is_broken_where_nothing_is_known() -> None:
    root = parsed(draw_hydrograph([daily([1, 2, NAN, 3, 4])], language=ENGLISH))
    (line,) = of_class(root, "line")
    assert [len(piece) for piece in points(line.get("d", ""))] == [2, 2]


def test_a_year_without_figures_is_a_gap_not_a_slope() -> None:
    line = daily([1.0, 2, 3, 4, 5, 6])
    line.time[3:] += 365 * DAY
    root = parsed(draw_hydrograph([line], language=ENGLISH))
    (drawn,) = of_class(root, "line")
    assert len(points(drawn.get("d", ""))) == 2


def test_fifty_thousand_values_stay_small_and_keep_the_lone_peak() -> None:
    value = np.sin(np.arange(50_000) / 700.0)
    value[31_415] = 9.0
    drawing = draw_hydrograph([daily(value)], width=860, language=ENGLISH)
    assert len(drawing) < 60_000
    (line,) = of_class(parsed(drawing), "line")
    heights = [y for _, y in chain.from_iterable(points(line.get("d", "")))]
    others = sorted(heights)[1]
    assert min(heights) < others - 150  # the peak, alone, far above all others


def test_time_runs_from_left_to_right_and_the_axis_stands_where_text_begins() -> None:
    for language, is_left in ((ENGLISH, True), (HEBREW, False)):
        root = parsed(draw_hydrograph([daily([1, 2, 3])], language=language))
        (line,) = of_class(root, "line")
        across = [x for x, _ in points(line.get("d", ""))[0]]
        assert across == sorted(across)
        axis = [float(one.get("x", "")) for one in of_class(root, "figure")]
        assert max(axis) < min(across) if is_left else min(axis) > max(across)


def test_a_bad_figure_is_marked_and_never_joined_up() -> None:
    grade = np.array([1, 1, 3, 1, 1], np.int8)
    line = daily([1.0, 2, 500, 3, 4], grade=grade)
    root = parsed(draw_hydrograph([line], language=ENGLISH))
    (drawn,) = of_class(root, "line")
    assert [len(piece) for piece in points(drawn.get("d", ""))] == [2, 2]
    assert [one.tag for one in of_class(root, "bad")].count(
        "{http://www.w3.org/2000/svg}rect"
    ) == 1
    assert len(of_class(root, "sign")) == 1
    # One wild value does not flatten the others: the scale is theirs.
    heights = [y for _, y in chain.from_iterable(points(drawn.get("d", "")))]
    assert max(heights) - min(heights) > 100


def test_flags_differ_by_form_not_only_by_colour() -> None:
    grade = np.array([1, 2, 1, 3, 1], np.int8)
    root = parsed(
        draw_hydrograph([daily([1.0, 2, 3, 4, 5], grade=grade)], language=ENGLISH)
    )
    forms = {one.get("class"): one.get("d") for one in of_class(root, "hatch")}
    assert len(set(forms.values())) == 2
    signs = [one.get("d", "").partition("m")[2] for one in of_class(root, "sign")]
    assert len(set(signs)) == 2


def test_a_limit_has_a_sign_that_points_to_where_the_value_is() -> None:
    censor = np.array([0, 1, 2], np.int8)
    root = parsed(
        draw_hydrograph([daily([3.0, 0.05, 9], censor=censor)], language=ENGLISH)
    )
    assert len(of_class(root, "below")) == len(of_class(root, "above")) == 1


def test_totals_are_steps_as_long_as_their_interval() -> None:
    end = START + np.arange(1, 4) * DAY
    root = parsed(draw_hydrograph([daily([5.0, 0, 7], end=end)], language=ENGLISH))
    (line,) = of_class(root, "line")
    (piece,) = points(line.get("d", ""))
    heights = [y for _, y in piece]
    assert heights[0] == heights[1]
    assert heights[2] == heights[3] > heights[0]  # zero lies below five
    lengths = {round(b[0] - a[0]) for a, b in zip(piece[::2], piece[1::2], strict=True)}
    assert max(lengths) - min(lengths) <= 1


def test_a_depth_is_drawn_downwards_with_its_limits() -> None:
    censor = np.array([0, 0, 1], np.int8)  # the last: shallower than 9 m
    line = daily([5.0, 20.0, 9.0], unit="m", censor=censor, is_depth=True)
    root = parsed(draw_hydrograph([line], language=ENGLISH))
    (drawn,) = of_class(root, "line")
    (piece,) = points(drawn.get("d", ""))
    heights = [y for _, y in piece]
    assert heights[0] < heights[2] < heights[1]  # SVG counts from the top
    names = {one.text: float(one.get("y", "")) for one in of_class(root, "figure")}
    assert names["5"] < names["20"]
    (sign,) = of_class(root, "below")
    assert "l-4-7" in sign.get("d", "")  # its tip above its base: less deep


def test_minute_totals_over_years_stay_one_line() -> None:
    count = 40_000
    end = START + (np.arange(count) + 1) * DAY
    value = np.arange(count) % 7 + 1.0
    line = daily(value, end=end, tells_gaps=True)
    few = thin(line, 860)
    root = parsed(draw_hydrograph([few], language=ENGLISH))
    (drawn,) = of_class(root, "line")
    assert len(points(drawn.get("d", ""))) == 1


def test_a_further_axis_has_room_for_great_numbers() -> None:
    lines = [
        daily([value, 2 * value], axis=number, of=number, unit=unit)
        for number, (value, unit) in enumerate(((1.0, "m"), (1e9, "m3"), (3.0, "mg/L")))
    ]
    root = parsed(draw_hydrograph(lines, language=ENGLISH))
    ends = [float(one.get("x", "")) for one in of_class(root, "unit")]
    # Digits are 6.6 px wide: ten of them and three commas.
    assert ends[2] - ends[1] >= 13 * 6.6


def test_lines_in_other_units_have_axes_of_their_own() -> None:
    lines = [
        daily([1.0, 2], axis=number, of=number, unit=unit)
        for number, unit in enumerate(("m", "mm", "mg/L", "Cel", "hm3/a"))
    ]
    root = parsed(draw_hydrograph(lines, language=ENGLISH))
    told = [one.text for one in of_class(root, "unit")]
    assert told == ["m", "mm", "mg/L", "°C", "hm³/a"]
    places = [float(one.get("x", "")) for one in of_class(root, "unit")]
    assert len(set(places)) == 5


def test_six_datastreams_are_too_many() -> None:
    lines = [daily([1.0], of=number) for number in range(6)]
    with pytest.raises(NotAcceptable, match="more than 5"):
        draw_hydrograph(lines, language=ENGLISH)


def test_what_is_usual_is_an_area_with_its_middle() -> None:
    line = daily([1.0, 2, 3, 4])
    usual = Band("usual", line.time, line.value - 1, line.value, line.value + 1)
    root = parsed(draw_hydrograph([line], [usual], language=ENGLISH))
    (area,) = of_class(root, "usual")
    assert len(points(area.get("d", ""))[0]) == 8
    assert len(of_class(root, "usual-middle")) == 1


def test_nothing_known_is_an_empty_frame() -> None:
    for line in (daily([]), daily([NAN, NAN])):
        root = parsed(draw_hydrograph([line], language=ENGLISH))
        assert not of_class(root, "line")


def test_a_drawing_has_no_style_and_no_script_and_names_its_fonts() -> None:
    drawing = draw_hydrograph(
        [daily([1.0, 2], name="<b>&")], language=HEBREW, about='a "b" <c>'
    )
    assert "style=" not in drawing
    assert "<script" not in drawing
    root = parsed(drawing)
    assert root.get("aria-label") == 'a "b" <c>'
    assert "Noto Sans Hebrew" in root.get("font-family", "")
