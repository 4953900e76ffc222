"""What a yearbook is about: nothing else is in it, and not too much."""

import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.portal.report.contents import Period, read_chapters
from waternet.portal.report.scope import (
    MOST_DATASTREAMS,
    Scope,
    area_scope,
    chosen_scope,
    release_scope,
    station_scope,
)


def places(scope):
    return [one.about["feature"] for one in scope.datastreams]


def test_a_station_is_its_own_datastreams_alone(bank):
    scope = station_scope(bank, "jordan:W1")
    assert (scope.kind, places(scope)) == ("station", ["W1"])
    assert scope.names["he"] == "באר הכפר"


def test_an_area_is_what_lies_in_it(bank):
    # W3 was never said to lie in the basin.
    assert places(area_scope(bank, "jordan:basin")) == ["W1", "W2"]


@pytest.mark.parametrize(
    ("of", "address", "error"),
    [
        (station_scope, "jordan:W9", NotFound),
        (station_scope, "nobody:W1", NotFound),
        (station_scope, "jordan:basin", NotFound),
        (area_scope, "jordan:W1", NotAcceptable),
        (area_scope, "jordan:none", NotFound),
        (area_scope, "wikidata:Q1", NotFound),
        (release_scope, "jordan:0", NotFound),
        (release_scope, "jordan:9999999999999999999", NotFound),
        (release_scope, "jordan:-1", NotFound),
        (release_scope, "jordan", NotFound),
    ],
)
def test_what_is_not_there_is_told_with_the_next_step(bank, of, address, error):
    with pytest.raises(error) as refused:
        of(bank, address)
    assert refused.value.hint


def test_a_release_is_its_own_figures_as_they_stood_then(bank):
    rows = bank.catalogue.rows(
        "SELECT number, kind FROM entry WHERE kind IN ('release', 'revise')"
        " ORDER BY number"
    )
    (first, _), (second, kind) = rows
    assert kind == "revise"
    before = release_scope(bank, f"jordan:{first}")
    assert places(before) == ["W1", "W2", "W3"]
    (well, *_) = read_chapters(bank, before, Period())
    assert well.line.value[-1] == -213.0  # -210 - 12 / 4: it was corrected later
    after = release_scope(bank, f"jordan:{second}")
    (well,) = read_chapters(bank, after, Period())
    assert (places(after), well.figures) == (["W1"], 1)
    assert well.line.value.tolist() == [-209.0]


def test_a_yearbook_is_about_one_thing(bank):
    for named in ({}, {"station": "jordan:W1", "area": "jordan:basin"}):
        with pytest.raises(NotAcceptable, match="one thing"):
            chosen_scope(bank, named)


def test_too_much_is_refused_before_anything_is_drawn(bank):
    (one,) = station_scope(bank, "jordan:W1").datastreams
    with pytest.raises(NotAcceptable, match="41 datastreams; a yearbook holds 40"):
        Scope("area", "x", {}, "", (one,) * (MOST_DATASTREAMS + 1))
