"""Long questions in parts: nothing is asked twice, and nothing is left out."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from waternet.client.answers import places_asked
from waternet.client.asking import wanted
from waternet.client.parts import FIGURES_AT_ONCE, Part, halves, in_parts
from waternet.client.progress import watched

FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def series(name: str, figures: int, days: int = 3650) -> dict:
    last = FIRST + timedelta(days=days)
    return {"address": name, "figures": figures, "first": FIRST, "last": last}


def whole(*addresses: str, **query: str) -> Part:
    return Part(query, addresses, None, None)


@given(st.lists(st.integers(0, 4 * FIGURES_AT_ONCE), min_size=1, max_size=40))
def test_each_figure_falls_into_one_part(counts) -> None:
    listing = [series(f"p:{number}", count) for number, count in enumerate(counts)]
    parts = in_parts(whole(*(one["address"] for one in listing)), listing)
    for one in listing:
        own = [part for part in parts if one["address"] in part.addresses]
        assert own[0].start is None
        assert own[-1].end is None
        assert [a.end for a in own[:-1]] == [b.start for b in own[1:]]


def test_a_question_within_the_limit_is_one_request() -> None:
    listing = [series("p:a", 1000), series("p:b", 2000)]
    assert len(in_parts(whole("p:a", "p:b"), listing)) == 1


def test_a_series_of_ten_limits_is_asked_for_in_ten_stretches_of_time() -> None:
    listing = [series("p:a", 10 * FIGURES_AT_ONCE)]
    parts = in_parts(whole("p:a"), listing)
    assert len(parts) == 10
    assert parts[4].end - parts[4].start == timedelta(days=365)


def test_filters_are_divided_by_time_too() -> None:
    listing = [series(f"p:{number}", FIGURES_AT_ONCE) for number in range(3)]
    parts = in_parts(Part({"party": "p"}, (), None, None), listing)
    assert len(parts) == 3
    assert {part.parameters()["party"] for part in parts} == {"p"}


def test_statistics_are_never_cut_in_the_middle_of_a_period() -> None:
    listing = [series("p:a", 10 * FIGURES_AT_ONCE)]
    (part,) = in_parts(whole("p:a", aggregate="month"), listing)
    assert halves(part) == []


def test_addresses_never_make_a_request_longer_than_servers_take() -> None:
    names = [f"party:{'x' * 60}{number:04}" for number in range(500)]
    parts = in_parts(whole(*names), [series(name, 1) for name in names])
    assert max(len(part.parameters()["datastream"]) for part in parts) <= 4_000
    assert [name for part in parts for name in part.addresses] == names


def test_what_a_node_refuses_as_too_large_is_halved() -> None:
    one, other = halves(whole("p:a", "p:b", "p:c"))
    assert one.addresses + other.addresses == ("p:a", "p:b", "p:c")
    (part,) = in_parts(whole("p:a"), [series("p:a", 100)])
    early, late = halves(part)
    assert early.end == late.start
    assert (early.start, late.end) == (None, None)


def test_parts_with_dictionaries_of_their_own_are_one_answer() -> None:
    def part(name: str) -> pa.Table:
        names = pa.array([f"{name}/stage/instant/PT0S/x"]).dictionary_encode()
        return pa.table(
            {"party": pa.array(["p"]).dictionary_encode(), "datastream": names}
        )

    both = pa.concat_tables([part("a"), part("b")])
    _, stations = places_asked(both, wanted(None, {}))
    assert stations == {("p", "a"), ("p", "b")}


def test_a_bar_shows_only_where_somebody_watches(capfd, monkeypatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    with watched(3, "observations") as tell:
        tell(2)
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with watched(3, "observations") as tell:
        tell(3)
    assert "3/3" in capfd.readouterr().err
