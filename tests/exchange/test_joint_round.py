"""What a joint total is by the entries of all parties, whoever reads them."""

from typing import Any

import pytest

from waternet.errors import NotFound
from waternet.exchange.joint_round import (
    Round,
    find_round,
    fold_rounds,
    withheld_before,
)
from waternet.exchange.said import Said
from waternet.record.entry import Entry, write_entry

PERIODS = ["2015-01", "2015-02"]
A, B = "0" * 64, "f" * 64


def say(party: str, index: int, kind: str, body: dict[str, Any]) -> Said:
    entry = Entry(kind, f"log/{party}", party, "2026-11-22T08:00:00Z", body)
    return Said(index, entry, write_entry(entry).encode())


def proposal(
    *parties: str, index: int = 0, periods: list[str] = PERIODS, area: str = "x"
) -> Said:
    body = {
        "name": "abstraction",
        "title": "Abstraction",
        "statistic": "sum",
        "observed_property": "groundwater-abstraction",
        "area": area,
        "unit": "hm3",
        "decimals": 2,
        "periods": periods,
        "parties": [{"party": one, "weight": 1} for one in parties],
        "percent": 10,
        "nonce": A,
    }
    return say("a", index, "joint-proposal", body)


def commitment(
    party: str,
    to: Said,
    *,
    index: int = 10,
    periods: list[str] = PERIODS,
    **changed: Any,
) -> Said:
    parties = [one["party"] for one in to.entry.body["parties"]]
    body = {
        "proposal": to.reference(),
        "inputs": [{"period": one, "sha256": A} for one in periods],
        "public": [],
        "parcels": [{"party": one, "sha256": B} for one in parties],
        "certificate": "x",
    }
    return say(party, index, "joint-commitment", {**body, **changed})


def total(
    party: str, to: Said, on: list[Said], told: dict[str, int], *, index: int = 20
) -> Said:
    body = {
        "proposal": to.reference(),
        "commitments": [one.reference() for one in on],
        "totals": [{"period": one, "total": said} for one, said in told.items()],
        "withheld": [],
    }
    return say(party, index, "joint-total", body)


def round_of(*said: Said) -> Round:
    return find_round(fold_rounds(said), "a:0")


def test_a_proposal_waits_until_every_party_committed() -> None:
    to = proposal("a", "b", "c")
    found = round_of(to, commitment("a", to), commitment("c", to))
    assert (found.awaited, found.parties) == (["b"], ["a", "b", "c"])
    found = round_of(to, *(commitment(one, to) for one in "abc"))
    assert found.awaited == []


def test_the_first_commitment_of_a_party_counts() -> None:
    to = proposal("a", "b", "c")
    first, second = commitment("b", to), commitment("b", to, index=11, public=PERIODS)
    found = round_of(to, first, second)
    assert found.commitments["b"] is first
    assert found.passed_over == [
        "entry 11 of 'b': it committed before; the first counts"
    ]


@pytest.mark.parametrize(
    ("party", "changed", "told"),
    [
        ("d", {}, "'d' is not named"),
        ("b", {"periods": ["2015-03"]}, "a period that was not proposed"),
        ("b", {"parcels": []}, "its shares are not for the parties"),
        ("b", {"proposal": {"party": "a", "entry": 0, "sha256": B}}, "by its hash"),
    ],
)
def test_a_commitment_to_something_else_does_not_count(
    party: str, changed: dict[str, Any], told: str
) -> None:
    to = proposal("a", "b", "c")
    found = round_of(to, commitment(party, to, **changed))
    assert found.commitments == {}
    assert told in found.passed_over[0]


def test_a_total_counts_once_every_party_said_the_same() -> None:
    to = proposal("a", "b", "c")
    on = [commitment(one, to) for one in "abc"]
    same = [total(one, to, on, {"2015-01": 6087}) for one in "abc"]
    found = round_of(to, *on, *same)
    assert found.agrees
    assert str(found.value(6087)) == "60.87"
    other = total("c", to, on, {"2015-01": 6088})
    assert not round_of(to, *on, *same[:2], other).agrees
    assert not round_of(to, *on, *same[:2]).agrees


def test_a_total_on_other_commitments_does_not_count() -> None:
    to = proposal("a", "b", "c")
    on = [commitment(one, to) for one in "abc"]
    late = commitment("c", to, index=11)
    found = round_of(to, *on, late, total("c", to, [*on[:2], late], {}))
    assert found.totals == {}
    assert "other commitments" in found.passed_over[-1]
    assert round_of(to, *on[:2], total("a", to, on[:2], {})).totals == {}


def complete(
    *parties: str, index: int, periods: list[str], area: str = "x"
) -> list[Said]:
    to = proposal(*parties, index=index, periods=periods, area=area)
    on = [commitment(one, to, index=100 + index, periods=periods) for one in parties]
    told = dict.fromkeys(periods, 5)
    return [to, *on, *(total(one, to, on, told, index=200 + index) for one in parties)]


@pytest.mark.parametrize(
    ("parties", "periods", "area", "rules"),
    [
        # Of a year's total, those of its months say something; of another area none.
        ("abcd", ["2015"], "x", {"2015": "difference"}),
        ("abcd", ["2015-01", "2015-04"], "x", {"2015-01": "difference"}),
        ("abcd", ["2015-01"], "y", {}),
        ("abc", ["2015-01"], "x", {"2015-01": "difference"}),
        # Of d, e and f the difference tells their sum, less one's: no figure.
        ("abcdef", ["2015-01"], "x", {}),
        ("abcde", ["2015-01"], "x", {"2015-01": "difference"}),
        ("def", ["2015-01"], "x", {}),
    ],
)
def test_what_earlier_totals_would_tell_is_withheld(
    parties: str, periods: list[str], area: str, rules: dict[str, str]
) -> None:
    earlier = complete("a", "b", "c", index=0, periods=["2015-01", "2015-02"])
    new = complete(*parties, index=1, periods=periods, area=area)[: len(parties) + 1]
    rounds = fold_rounds([*earlier, *new])
    assert withheld_before(find_round(rounds, "a:1"), rounds, {}) == rules


def test_a_period_without_a_figure_or_with_public_ones_is_withheld() -> None:
    to = proposal("a", "b", "c")
    on = [commitment(one, to) for one in "ab"]
    on.append(commitment("c", to, periods=["2015-02"]))
    rounds = fold_rounds([to, *on])
    assert withheld_before(rounds[0], rounds, {"2015-02": ["a"]}) == {
        "2015-01": "no-figure",
        "2015-02": "already-public",
    }
    # Where all is public there is nothing to hide.
    assert withheld_before(rounds[0], rounds, {"2015-02": ["a", "b", "c"]}) == {
        "2015-01": "no-figure"
    }


def test_what_was_never_proposed_is_not_found() -> None:
    with pytest.raises(NotFound, match="no joint total 'a:1'"):
        find_round(fold_rounds([proposal("a", "b", "c")]), "a:1")
