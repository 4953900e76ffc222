"""How far a swap is, by the entries of all parties, whoever reads them."""

import base64
from itertools import permutations
from typing import Any

import pyrage
import pytest

from waternet.errors import NotFound
from waternet.exchange.reciprocity import Swap, find_swap, fold_swaps
from waternet.exchange.said import Said
from waternet.record.entry import Entry, write_entry

NOW, LATE = "2026-11-22T08:00:00Z", "2027-03-01T00:00:00Z"
KEY = pyrage.x25519.Identity.generate().to_public()
LOCKED = base64.b64encode(pyrage.encrypt(b"share", [KEY])).decode()


def say(party: str, index: int, kind: str, body: dict[str, Any], at: str = NOW) -> Said:
    entry = Entry(kind, f"log/{party}", party, at, body)
    return Said(index, entry, write_entry(entry).encode())


def side(*holders: str) -> dict[str, Any]:
    shares = [{"to": one, "sha256": "0" * 64, "locked": LOCKED} for one in holders]
    return {"release": 3, "recipient": str(KEY), "shares": shares}


def offer(index: int = 7, nonce: str = "a" * 64) -> Said:
    body = {
        **side("b", "c", "a"),
        "wanted": "levels",
        "counterpart": "b",
        "depositary": "c",
        "accept_by": "2026-12-31T23:59:59Z",
        "open_by": "2027-01-31T23:59:59Z",
        "nonce": nonce,
    }
    return say("a", index, "swap-offer", body)


OFFER = offer()
ACCEPTANCE = say(
    "b", 5, "swap-acceptance", {**side("a", "c", "b"), "offer": OFFER.reference()}
)
AGREED = {"offer": OFFER.reference(), "acceptance": ACCEPTANCE.reference()}
DEPOSIT = say("c", 0, "swap-deposit", AGREED)
BY_A = say("a", 9, "swap-opening", {**AGREED, "locked": LOCKED})
BY_B = say("b", 8, "swap-opening", {**AGREED, "locked": LOCKED})
SHARE = say(
    "c",
    1,
    "swap-share",
    {
        **AGREED,
        "shares": [
            {"of": "a", "to": "b", "locked": LOCKED},
            {"of": "b", "to": "a", "locked": LOCKED},
        ],
    },
)


def swap(*said: Said) -> Swap:
    return find_swap(fold_swaps(said), "a:7")


@pytest.mark.parametrize(
    ("said", "state", "later"),
    [
        ([], "offered", "lapsed"),
        ([ACCEPTANCE], "accepted", "lapsed"),
        ([ACCEPTANCE, DEPOSIT], "held", "lapsed"),
        ([ACCEPTANCE, BY_B, DEPOSIT], "opened by one", "opened by one"),
        ([ACCEPTANCE, BY_B, DEPOSIT, BY_A], "complete", "complete"),
        ([ACCEPTANCE, BY_B, DEPOSIT, SHARE], "escrow used", "escrow used"),
        ([ACCEPTANCE, BY_B, DEPOSIT, SHARE, BY_A], "complete", "complete"),
    ],
)
def test_a_swap_gets_as_far_as_its_entries_say(
    said: list[Said], state: str, later: str
) -> None:
    found = swap(OFFER, *said)
    assert (found.state(NOW), found.state(LATE)) == (state, later)
    assert found.passed_over == []


def test_the_order_in_which_logs_are_read_means_nothing() -> None:
    logs = [[OFFER, BY_A], [ACCEPTANCE, BY_B], [DEPOSIT, SHARE]]
    for order in permutations(logs):
        found = swap(*(one for log in order for one in log))
        assert (found.state(NOW), found.passed_over) == ("complete", [])
        assert (found.acceptance, found.deposit) == (ACCEPTANCE, DEPOSIT)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (say("d", 5, "swap-acceptance", ACCEPTANCE.entry.body), "to another party"),
        (say("b", 2, "swap-acceptance", ACCEPTANCE.entry.body), "not released before"),
        (say("b", 5, "swap-acceptance", ACCEPTANCE.entry.body, LATE), "it came after"),
        (
            say(
                "b",
                5,
                "swap-acceptance",
                {**side("c", "a", "b"), "offer": OFFER.reference()},
            ),
            "not for the parties of the offer",
        ),
        (
            say(
                "b",
                5,
                "swap-acceptance",
                {**side("a", "c", "b"), "offer": offer(nonce="b" * 64).reference()},
            ),
            "another offer by its hash",
        ),
    ],
)
def test_an_acceptance_of_something_else_does_not_count(said: Said, told: str) -> None:
    found = swap(OFFER, said)
    assert found.acceptance is None
    assert told in found.passed_over[0]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (say("a", 9, "swap-deposit", AGREED), "not the depositary"),
        (say("c", 9, "swap-opening", BY_A.entry.body), "no side of this swap"),
        (say("a", 9, "swap-share", SHARE.entry.body), "not the depositary"),
        (SHARE, "neither side has opened"),
        (
            say(
                "a",
                9,
                "swap-opening",
                {**AGREED, "acceptance": OFFER.reference(), "locked": LOCKED},
            ),
            "another acceptance",
        ),
    ],
)
def test_nobody_acts_in_anothers_place(said: Said, told: str) -> None:
    found = swap(OFFER, ACCEPTANCE, said)
    assert found.state(NOW) == "accepted"
    assert told in found.passed_over[0]


def test_an_offer_with_a_nonce_that_was_used_does_not_count() -> None:
    again = offer(index=8)
    swaps = fold_swaps([OFFER, again])
    assert [one.state(NOW) for one in swaps] == ["offered", "refused"]
    with pytest.raises(NotFound, match="same nonce"):
        find_swap(swaps, "a:8")
    with pytest.raises(NotFound, match="not released before"):
        find_swap(fold_swaps([offer(index=3)]), "a:3")
