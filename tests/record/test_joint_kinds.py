"""Entries of joint totals and swaps are closed: what does not fit is refused."""

import base64
from typing import Any

import pyrage
import pytest

from waternet.errors import NotAcceptable
from waternet.record.entry import Entry, write_entry

SHA = "0" * 64
REFERENCE = {"party": "a", "entry": 0, "sha256": SHA}
PROPOSAL: dict[str, Any] = {
    "name": "abstraction",
    "title": "Abstraction",
    "statistic": "sum",
    "observed_property": "groundwater-abstraction",
    "area": "x",
    "unit": "hm3",
    "decimals": 3,
    "periods": ["2015-01", "2015-02"],
    "parties": [{"party": one, "weight": 1} for one in "abc"],
    "percent": 10,
    "nonce": SHA,
}
COMMITMENT: dict[str, Any] = {
    "proposal": REFERENCE,
    "inputs": [{"period": "2015-01", "sha256": SHA}],
    "public": [],
    "parcels": [{"party": one, "sha256": SHA} for one in "abc"],
    "certificate": "x",
}
TOTAL: dict[str, Any] = {
    "proposal": REFERENCE,
    "commitments": [{**REFERENCE, "party": one} for one in "abc"],
    "totals": [{"period": "2015-01", "total": 5}],
    "withheld": [{"period": "2015-02", "rule": "dominance"}],
}
KEY = pyrage.x25519.Identity.generate().to_public()
LOCKED = base64.b64encode(pyrage.encrypt(b"share", [KEY])).decode()
OFFER: dict[str, Any] = {
    "release": 3,
    "recipient": str(KEY),
    "shares": [{"to": one, "sha256": SHA, "locked": LOCKED} for one in "bca"],
    "wanted": "levels",
    "counterpart": "b",
    "depositary": "c",
    "accept_by": "2026-12-31T23:59:59Z",
    "open_by": "2027-01-31T23:59:59Z",
    "nonce": SHA,
}


def write(kind: str, body: dict[str, Any]) -> str:
    return write_entry(Entry(kind, "log/a", "a", "2026-11-22T08:00:00Z", body))


def test_what_fits_is_written() -> None:
    for kind, body in (
        ("joint-proposal", PROPOSAL),
        ("joint-commitment", COMMITMENT),
        (
            "joint-commitment",
            {**COMMITMENT, "address": {"host": "10.0.0.1", "port": 4400}},
        ),
        ("joint-total", TOTAL),
        ("swap-offer", OFFER),
    ):
        assert f'"kind":"{kind}"' in write(kind, body)


@pytest.mark.parametrize(
    ("kind", "body", "changed", "told"),
    [
        ("joint-proposal", PROPOSAL, {"periods": ["2015-13"]}, "'2015' or '2015-06'"),
        ("joint-proposal", PROPOSAL, {"periods": ["2015", "2015-01"]}, "beside months"),
        ("joint-proposal", PROPOSAL, {"periods": ["2016", "2015"]}, "not in order"),
        ("joint-proposal", PROPOSAL, {"periods": []}, "names no period"),
        ("joint-proposal", PROPOSAL, {"percent": 0}, "from 1"),
        ("joint-proposal", PROPOSAL, {"percent": 101}, "at most 100"),
        ("joint-proposal", PROPOSAL, {"decimals": 10}, "at most 9"),
        (
            "joint-proposal",
            PROPOSAL,
            {"parties": [{"party": one, "weight": 2} for one in "abc"]},
            "have the weight 1",
        ),
        (
            "joint-proposal",
            PROPOSAL,
            {"parties": [{"party": "a", "weight": 1}] * 2},
            "one of them twice",
        ),
        ("joint-commitment", COMMITMENT, {"public": ["2015-02"]}, "'inputs' has not"),
        ("joint-commitment", COMMITMENT, {"inputs": []}, "'inputs' has not"),
        (
            "joint-total",
            TOTAL,
            {"withheld": [{"period": "2015-01", "rule": "dominance"}]},
            "a total and is withheld",
        ),
        (
            "joint-total",
            TOTAL,
            {"withheld": [{"period": "2015-02", "rule": "because"}]},
            "expected 'no-figure'",
        ),
        ("swap-offer", OFFER, {"depositary": "b"}, "are three parties"),
        ("swap-offer", OFFER, {"shares": OFFER["shares"][::-1]}, "in order"),
        ("swap-offer", OFFER, {"shares": OFFER["shares"][:2]}, "expected 3 shares"),
        ("swap-offer", OFFER, {"open_by": OFFER["accept_by"]}, "before 'open_by'"),
        ("swap-offer", OFFER, {"recipient": "age1x"}, "not one of age"),
        (
            "swap-opening",
            {"offer": REFERENCE, "acceptance": REFERENCE},
            {"locked": base64.b64encode(b"share").decode()},
            "encrypted by age",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    kind: str, body: dict[str, Any], changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(NotAcceptable, match=told):
        write(kind, {**body, **changed})
