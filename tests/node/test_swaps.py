"""Two parties release to each other; a third holds a share; nobody can walk away."""

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest
from circle import Circle, make_circle
from parties import ADDRESS

from waternet.bank.query import get_observations
from waternet.bank.seal import reading_bank
from waternet.cli.main import run
from waternet.errors import Conflict, NotAgreed, NotAllowed, NotFound
from waternet.exchange.finding import Finding
from waternet.exchange.reciprocity import Swap, find_swap
from waternet.node import swap_shares, swaps
from waternet.node.follow import pull_folder
from waternet.node.intake import rebuild_bank
from waternet.node.opening import own_release_keys
from waternet.node.swaps import (
    Offered,
    accept_offer,
    hold_shares,
    list_swaps,
    offer_release,
    open_share,
    pass_on,
    take_release,
)
from waternet.record.sealing import generate_release_key

AMON = [-214.87, -215.0, -214.5]
BASIN = [7.0, 8.0]
BASINS = "well,day,level\nW1,2015-01-01,7\nW1,2015-02-01,8\n"


def _later(days: float) -> str:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Circle:
    """Return two parties with a restricted release each, and coast. Do not write."""
    folder = tmp_path_factory.mktemp("swap")
    names = ("amon", "basin", "coast")
    circle = make_circle(folder, names, access="parties", parties=())
    circle.parties["amon"].read()
    circle.parties["amon"].publish()
    circle.parties["basin"].read(BASINS)
    circle.parties["basin"].publish()
    circle.tell()
    return circle


@pytest.fixture
def circle(released: Circle, tmp_path: Path) -> Circle:
    return released.copied(tmp_path)


def release_of(circle: Circle, party: str) -> int:
    node = circle.parties[party].node
    with reading_bank(node.bank) as bank:
        sql = "SELECT max(number) FROM entry WHERE party = ? AND kind = 'release'"
        return int(bank.catalogue.rows(sql, (party,))[0][0])


def offer(circle: Circle, open_by: str = "") -> str:
    node = circle.parties["amon"].node
    offered = Offered(
        release=release_of(circle, "amon"),
        counterpart="basin",
        depositary="coast",
        wanted="levels",
        accept_by=_later(1 if not open_by else -0.5),
        open_by=open_by or _later(2),
    )
    swap = offer_release(node, circle.keys("amon"), offered)
    circle.tell()
    return swap.name


def accept(circle: Circle, name: str) -> None:
    node = circle.parties["basin"].node
    accept_offer(node, circle.keys("basin"), name, release_of(circle, "basin"))
    circle.tell()


def hold(circle: Circle, name: str) -> None:
    hold_shares(circle.parties["coast"].node, circle.keys("coast"), name)
    circle.tell()
    circle.tell()  # cosignatures come back with the second round


def open_(circle: Circle, name: str, party: str) -> None:
    open_share(circle.parties[party].node, circle.keys(party), name)
    circle.tell()
    circle.tell()


def held(circle: Circle) -> str:
    name = offer(circle)
    accept(circle, name)
    hold(circle, name)
    return name


def seen(circle: Circle, party: str, name: str) -> Swap:
    node = circle.parties[party].node
    with reading_bank(node.bank) as bank:
        return find_swap(list_swaps(node, bank), name)


def states(circle: Circle, name: str) -> set[str]:
    now = swaps.now_written()
    return {seen(circle, party, name).state(now) for party in circle.parties}


def values(
    circle: Circle, reader: str, owner: str, shown_to: str | None = None
) -> list[float] | None:
    node = circle.parties[reader].node
    with reading_bank(node.bank, shown_to) as bank:
        if not bank.catalogue.series("s.party = ?", (owner,)):
            return None
        found = get_observations(bank, [f"{owner}:{ADDRESS}"])["value"].to_pylist()
        return [float(one) for one in found]


def after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swaps, "now_written", lambda: _later(3))


def test_each_side_reads_the_others_figures_once_both_opened(circle: Circle) -> None:
    name = offer(circle)
    assert states(circle, name) == {"offered"}
    accept(circle, name)
    assert states(circle, name) == {"accepted"}
    hold(circle, name)
    assert states(circle, name) == {"held"}
    assert values(circle, "amon", "amon", shown_to="basin") is None
    open_(circle, name, "amon")
    assert states(circle, name) == {"opened by one"}
    assert values(circle, "amon", "basin") is None
    assert values(circle, "amon", "amon", shown_to="basin") == AMON
    assert values(circle, "basin", "basin", shown_to="amon") is None
    open_(circle, name, "basin")
    assert states(circle, name) == {"complete"}
    take_release(circle.parties["amon"].node, name)
    assert values(circle, "amon", "basin") == BASIN
    assert values(circle, "basin", "amon") == AMON
    assert values(circle, "basin", "basin", shown_to="amon") == BASIN
    assert values(circle, "amon", "amon", shown_to="coast") is None
    assert values(circle, "coast", "amon") is None
    assert values(circle, "coast", "basin") is None
    for party, other, told in (("amon", "basin", BASIN), ("basin", "amon", AMON)):
        rebuild_bank(circle.parties[party].node, lambda _done, _of: None)
        assert values(circle, party, other) == told


def test_a_false_opening_does_not_undo_a_swap(circle: Circle) -> None:
    name = held(circle)
    open_(circle, name, "amon")
    open_(circle, name, "basin")
    amon, basin = (circle.parties[one].node for one in ("amon", "basin"))
    take_release(amon, name)
    wrong = {"release": release_of(circle, "basin"), "key": generate_release_key()}
    body = {"dataset": "levels", "releases": [wrong]}
    with swaps._acting(basin) as bank:
        index = swaps._append(basin, circle.keys("basin"), bank, "open", body)
    (told,) = pull_folder(amon, basin.public, lambda _done, _of: None).findings
    assert (told.name, told.index) == ("unreadable-blob", index)
    assert values(circle, "amon", "basin") == BASIN
    findings = rebuild_bank(amon, lambda _done, _of: None)["findings"]
    assert any(f"open {index} of 'basin'" in text for text in findings)
    assert values(circle, "amon", "basin") == BASIN


def test_no_party_alone_holds_two_shares_of_anothers_key(circle: Circle) -> None:
    name = held(circle)
    open_(circle, name, "amon")
    swap = seen(circle, "coast", name)
    said = [swap.offer, swap.acceptance, *swap.openings.values()]
    sealed = [
        text
        for one in said
        if one is not None
        for text in (
            [row["locked"] for row in one.entry.body["shares"]]
            if "shares" in one.entry.body
            else [one.entry.body["locked"]]
        )
    ]
    for party in circle.parties:
        lines = []
        for text in sealed:
            try:
                lines.append(
                    json.loads(swap_shares.open_line(circle.parties[party].node, text))
                )
            except NotAllowed:
                continue
        places: dict[str, set[int]] = {}
        for line in lines:
            places.setdefault(line["log"], set()).add(line["place"])
        own = f"waternet/{party}"
        others = {log: have for log, have in places.items() if log != own}
        # Amon opened: Basin alone has two shares of Amon's key, and nobody of Basin's.
        expected = {"amon": [{1}], "basin": [{1, 3}], "coast": [{2}, {2}]}
        assert sorted(map(sorted, others.values())) == sorted(
            map(sorted, expected[party])
        )


def test_any_two_shares_make_the_key_and_one_makes_another(circle: Circle) -> None:
    node = circle.parties["amon"].node
    release = release_of(circle, "amon")
    key = own_release_keys(node, [release])[release]
    name = offer(circle)
    accept(circle, name)
    swap = seen(circle, "amon", name)
    rows = swap.body["shares"]
    lines = []
    for row, party in zip(rows, ("basin", "coast", "amon"), strict=True):
        line = swap_shares.open_line(circle.parties[party].node, row["locked"])
        assert hashlib.sha256(line).hexdigest() == row["sha256"]
        lines.append(line)
    for two in combinations(lines, 2):
        assert swap_shares.join_key(swap, swap.offer, two) == key
    with pytest.raises(Finding, match="do not make the key"):
        swap_shares.join_key(swap, swap.offer, lines[:1])


def test_a_side_that_walks_away_has_its_share_passed_on(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = held(circle)
    open_(circle, name, "amon")
    coast = circle.parties["coast"].node
    with pytest.raises(NotAllowed, match="has until"):
        pass_on(coast, circle.keys("coast"), name)
    with pytest.raises(NotAgreed, match="has not opened"):
        take_release(circle.parties["amon"].node, name)
    after_the_deadline(monkeypatch)
    pass_on(coast, circle.keys("coast"), name)
    circle.tell()
    assert states(circle, name) == {"escrow used"}
    take_release(circle.parties["amon"].node, name)
    assert values(circle, "amon", "basin") == BASIN
    assert values(circle, "coast", "basin") is None


def test_who_opens_garbage_and_calls_the_depositary_gains_nothing(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = held(circle)
    monkeypatch.setattr(
        swaps, "seal_line", lambda _line, to: swap_shares.seal_line(b"nothing", to)
    )
    open_(circle, name, "amon")
    monkeypatch.undo()
    basin = circle.parties["basin"].node
    with pytest.raises(Finding, match=r"'amon'.*not the one it committed to") as caught:
        open_share(basin, circle.keys("basin"), name)
    assert caught.value.name == "bad-share"
    assert "basin" not in seen(circle, "basin", name).openings
    after_the_deadline(monkeypatch)
    pass_on(circle.parties["coast"].node, circle.keys("coast"), name)
    circle.tell()
    take_release(basin, name)
    take_release(circle.parties["amon"].node, name)
    assert values(circle, "basin", "amon") == AMON
    assert values(circle, "amon", "basin") == BASIN


@pytest.mark.parametrize(
    "changed",
    [
        *({"share": json.loads(one)} for one in ("1e999", "-Infinity", "1.5", "1")),
        {"share": "1.5"},
        {"share": "-1"},
        {"share": str(2**607 - 1)},
        {"share": "1" * 5000},
        {"nonce": 7},
        {"place": True},
        {"more": "1"},
    ],
)
def test_a_share_of_another_form_is_a_bad_share(changed: dict[str, object]) -> None:
    right = {"log": "waternet/amon", "nonce": "0" * 64, "place": 1, "release": 2}
    right |= {"share": "12", "swap": "1" * 32, "to": "basin"}
    line = json.dumps({**right, **changed}, sort_keys=True, separators=(",", ":"))

    def verify(line: bytes) -> None:
        rows = [{"to": "basin", "sha256": hashlib.sha256(line).hexdigest()}]
        body = {"release": 2, "shares": rows, "nonce": "1" * 32}
        entry = SimpleNamespace(log="waternet/amon", body=body)
        said = SimpleNamespace(entry=entry, party="amon", index=5, signed=b"")
        swap = SimpleNamespace(body=body, name="amon:5")
        swap_shares.verify_line(swap, said, 1, line)  # type: ignore[arg-type]

    verify(json.dumps(right, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(Finding, match="committed to") as caught:
        verify(line.encode())
    assert caught.value.name == "bad-share"


def test_shares_of_another_key_than_promised_are_named_with_evidence(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = swap_shares.split

    def false(secrets: list[int], *how: int) -> list[list[int]]:
        return honest([secrets[0] ^ 1], *how)

    monkeypatch.setattr(swap_shares, "split", false)
    name = offer(circle)
    monkeypatch.undo()
    accept(circle, name)
    hold(circle, name)
    open_(circle, name, "amon")
    basin = circle.parties["basin"].node
    with pytest.raises(Finding, match=r"'amon'.*do not make the key") as caught:
        open_share(basin, circle.keys("basin"), name)
    assert caught.value.name == "bad-share"
    assert set(caught.value.evidence) == {"promise", "share-1", "share-2"}
    kept = [path.read_bytes() for path in basin.evidence.iterdir()]
    assert sorted(kept) == sorted(caught.value.evidence.values())
    assert "basin" not in seen(circle, "basin", name).openings


def test_a_key_that_does_not_open_the_release_is_named(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = swap_shares.recipient_for  # any key but the release's own will do
    wrong = generate_release_key()
    monkeypatch.setattr(
        swaps, "own_release_keys", lambda _node, of: dict.fromkeys(of, wrong)
    )
    name = offer(circle)
    monkeypatch.undo()
    assert seen(circle, "amon", name).body["recipient"] == other(wrong)
    accept(circle, name)
    hold(circle, name)
    open_(circle, name, "amon")
    with pytest.raises(Finding, match="does not open its release") as caught:
        open_share(circle.parties["basin"].node, circle.keys("basin"), name)
    assert set(caught.value.evidence) == {"promise", "release", "key"}


def test_nothing_is_opened_before_both_are_cosigned_and_held(circle: Circle) -> None:
    name = offer(circle)
    amon, keys = circle.parties["amon"].node, circle.keys("amon")
    with pytest.raises(NotAgreed, match="is offered"):
        open_share(amon, keys, name)
    accept(circle, name)
    with pytest.raises(NotAgreed, match="is accepted"):
        open_share(amon, keys, name)
    hold_shares(circle.parties["coast"].node, circle.keys("coast"), name)
    lone = ["pull", str(circle.parties["coast"].node.public)]
    for line in ("amon",):
        words = [*lone, "--node", str(circle.parties[line].node.folder)]
        assert run(words) == 0
    # What basin accepted is here; that others cosigned it is forgotten.
    path = amon.folder / "policy"
    own, other = (circle.parties[one].node.cards()[one] for one in ("amon", "basin"))
    strangers = "".join(
        f"witness w{number} {card.witness_key}\n"
        for number, card in enumerate((own, other))
    )
    logs = "".join(f"log {card.log_key}\n" for card in (own, other))
    path.write_text(f"{logs}{strangers}group g all w0 w1\nquorum g\n")
    with pytest.raises(NotAgreed, match="not cosigned"):
        open_share(amon, keys, name)


def test_an_offer_that_is_repeated_does_not_count(circle: Circle) -> None:
    name = offer(circle)
    node, keys = circle.parties["amon"].node, circle.keys("amon")
    body = dict(seen(circle, "amon", name).body)
    with swaps._acting(node) as bank:
        again = swaps._append(node, keys, bank, "swap-offer", body)
    circle.tell()
    basin = circle.parties["basin"].node
    with pytest.raises(NotFound, match="same nonce"):
        accept_offer(
            basin, circle.keys("basin"), f"amon:{again}", release_of(circle, "basin")
        )
    accept(circle, name)
    with pytest.raises(Conflict):
        accept(circle, name)


def test_an_offer_lapses_and_a_late_acceptance_does_not_count(circle: Circle) -> None:
    name = offer(circle, open_by=_later(1))
    assert states(circle, name) == {"lapsed"}
    with pytest.raises(NotAgreed, match="lapsed"):
        accept(circle, name)


def test_only_those_named_act(circle: Circle) -> None:
    name = held(circle)
    for party, act in (
        ("coast", open_share),
        ("amon", hold_shares),
        ("amon", pass_on),
        ("basin", pass_on),
    ):
        with pytest.raises(NotAllowed, match="to do, not for"):
            act(circle.parties[party].node, circle.keys(party), name)
    with pytest.raises(NotAgreed, match="had to be"):
        pass_on(circle.parties["coast"].node, circle.keys("coast"), name)


def test_a_share_is_for_its_holder_alone(circle: Circle) -> None:
    name = offer(circle)
    swap = seen(circle, "coast", name)
    for row in swap.body["shares"]:
        assert base64.b64decode(row["locked"]).startswith(b"age-encryption.org/v1")
        for party, one in circle.parties.items():
            if party != row["to"]:
                with pytest.raises(NotAllowed, match="does not open"):
                    swap_shares.open_line(one.node, row["locked"])


@pytest.mark.parametrize(
    "point", ["swap.before-key", "swap.key-kept", "swap.before-opening"]
)
def test_a_side_that_is_killed_goes_on_where_it_was(circle: Circle, point: str) -> None:
    name = held(circle)
    open_(circle, name, "amon")
    basin = circle.parties["basin"].node
    words = [sys.executable, "-m", "waternet.cli.main", "swap", "open", name]
    words += ["--node", str(basin.folder)]
    environment = {**os.environ, "WATERNET_FAILPOINT": point}
    killed = subprocess.run(words, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert run(words[3:]) == 0
    assert run(words[3:]) == 0  # a third time changes nothing
    circle.tell()
    take_release(circle.parties["amon"].node, name)
    assert values(circle, "amon", "basin") == BASIN
    assert values(circle, "basin", "amon") == AMON
    kept = basin.folder / "joined"
    assert kept.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(kept)
    take_release(basin, name)
    assert len(list(kept.iterdir())) == 1
