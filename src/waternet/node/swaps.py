"""Releasing to each other: offer, accept, hold, open, take, and pass on from escrow."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.sharing import Restricted, restricted_releases
from waternet.bank.store import Bank
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAgreed,
    NotAllowed,
    NotFound,
)
from waternet.exchange.finding import Finding
from waternet.exchange.reciprocity import Swap, find_swap, fold_swaps
from waternet.exchange.said import Said
from waternet.exchange.walk import read_entries
from waternet.failpoint import failpoint
from waternet.node.appending import Keys, append_drafts
from waternet.node.arrivals import read_again
from waternet.node.draft import Draft
from waternet.node.entries import entries_of
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Node
from waternet.node.intake import catch_up
from waternet.node.joined_keys import joined_key, keep_joined_key
from waternet.node.log import seen_head, stage_blobs
from waternet.node.opening import opened_blob, own_release_keys
from waternet.node.recovery import recover_node
from waternet.node.restricting import recipient_of
from waternet.node.swap_quorum import cosigned_entries
from waternet.node.swap_shares import (
    COUNTERPART,
    DEPOSITARY,
    OWNER,
    join_key,
    make_side,
    open_line,
    seal_line,
    verify_line,
)
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import write_time

__all__ = [
    "Offered",
    "accept_offer",
    "hold_shares",
    "list_swaps",
    "now_written",
    "offer_release",
    "open_share",
    "pass_on",
    "take_release",
]

_KINDS = ("swap-offer", "swap-acceptance", "swap-deposit", "swap-opening", "swap-share")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a party offers, to whom, in return for what.

    Attributes
    ----------
    release : int
        Of this party, restricted.
    counterpart, depositary : str
    wanted : str
        A dataset of the counterpart.
    accept_by, open_by : str
        Moments of UTC, as entries have them.
    """

    release: int
    counterpart: str
    depositary: str
    wanted: str
    accept_by: str
    open_by: str


def list_swaps(node: Node, bank: Bank) -> list[Swap]:
    """Return every swap that a party of this node's circle offered."""
    return fold_swaps(entries_of(node, bank, _KINDS))


def now_written() -> str:
    """Return the present moment as entries write it."""
    return write_time(datetime.now(UTC).replace(microsecond=0))


def offer_release(node: Node, keys: Keys, offered: Offered) -> Swap:
    """Offer a restricted release in return for one of the counterpart.

    Raises
    ------
    NotFound
        There is no such restricted release that stands.
    NotAcceptable
        A party is not followed, or the moments are not in order.
    NotAllowed
        The counterpart reads it already.
    """
    with _acting(node) as bank:
        one = _restricted(bank, node.party, offered.release)
        if offered.counterpart in one.readers:
            raise NotAllowed(
                f"{offered.counterpart!r} reads release {one.index} already",
                hint="offer one that it does not read",
            )
        nonce = secrets.token_hex(32)
        holders = [offered.counterpart, offered.depositary, node.party]
        bound = {"swap": nonce, "holders": holders}
        key = own_release_keys(node, [one.index])[one.index]
        body = {
            **make_side(node, one.index, key, bound),
            "wanted": offered.wanted,
            "counterpart": offered.counterpart,
            "depositary": offered.depositary,
            "accept_by": offered.accept_by,
            "open_by": offered.open_by,
            "nonce": nonce,
        }
        index = _append(node, keys, bank, "swap-offer", body)
        return find_swap(list_swaps(node, bank), f"{node.party}:{index}")


def accept_offer(node: Node, keys: Keys, name: str, release: int) -> Swap:
    """Accept an offer with a restricted release of this party.

    Raises
    ------
    NotAllowed
        The offer is another's, the release is not of the dataset wanted, or the
        share that came with the offer does not open.
    NotAgreed
        It lapsed.
    Conflict
        It was accepted before.
    Finding
        'bad-share': the share is not the one committed to; the evidence is kept.
    """
    with _acting(node) as bank:
        swap = find_swap(list_swaps(node, bank), name)
        _verify_role(node, swap, swap.sides[1:])
        if swap.acceptance is not None:
            raise Conflict(f"{name} is accepted already")
        _verify_state(swap, "offered")
        one = _restricted(bank, node.party, release)
        if one.body["dataset"] != swap.body["wanted"]:
            raise NotAllowed(
                f"release {release} is of {one.body['dataset']!r}; the offer asks for "
                f"{swap.body['wanted']!r}"
            )
        _opened_line(node, swap, swap.offer, COUNTERPART)
        holders = [swap.offer.party, swap.depositary, node.party]
        key = own_release_keys(node, [release])[release]
        side = make_side(
            node, release, key, {"swap": swap.body["nonce"], "holders": holders}
        )
        body = {**side, "offer": swap.offer.reference()}
        _append(node, keys, bank, "swap-acceptance", body)
        return find_swap(list_swaps(node, bank), name)


def hold_shares(node: Node, keys: Keys, name: str) -> Swap:
    """Say, as the depositary, that the shares of both sides are here and open.

    Raises
    ------
    NotAllowed
        This party is not the depositary, or a share does not open.
    NotAgreed
        It is not accepted yet, or lapsed.
    Finding
        'bad-share'; the evidence is kept.
    """
    with _acting(node) as bank:
        swap = find_swap(list_swaps(node, bank), name)
        _verify_role(node, swap, (swap.depositary,))
        if swap.deposit is None:
            _verify_state(swap, "accepted")
            for side in swap.sides:
                _opened_line(node, swap, _promise(swap, side), DEPOSITARY)
            _append(node, keys, bank, "swap-deposit", swap.agreed())
        return find_swap(list_swaps(node, bank), name)


def open_share(node: Node, keys: Keys, name: str) -> Swap:
    """Give the other side the share that this party kept.

    Only once both releases and promises are in cosigned heads and the depositary holds
    its shares; and where the other side opened before, only if its share is good.

    Raises
    ------
    NotAllowed
        This party is no side of it; or the other's share does not open.
    NotAgreed
        It is too early, or it lapsed.
    Finding
        'bad-share'; the evidence is kept, and nothing is opened.
    """
    with _acting(node) as bank:
        swap = find_swap(list_swaps(node, bank), name)
        _verify_role(node, swap, swap.sides)
        if node.party in swap.openings:
            return swap
        _verify_state(swap, "held", "opened by one")
        _verify_cosigned(node, swap)
        other = swap.other(node.party)
        _opened_line(node, swap, _promise(swap, other), COUNTERPART)
        if other in swap.openings:
            _take(node, bank, swap)
        failpoint("swap.before-opening")
        line = _opened_line(node, swap, _promise(swap, node.party), OWNER)
        sealed = seal_line(line, recipient_of(node, other))
        body = {**swap.agreed(), "locked": sealed}
        _append(node, keys, bank, "swap-opening", body)
        return find_swap(list_swaps(node, bank), name)


def pass_on(node: Node, keys: Keys, name: str) -> Swap:
    """Pass on, as the depositary, each side's share to the other.

    Only where one side opened and the other did not in time. Both get the other's: so
    nobody gains by opening something false.

    Raises
    ------
    NotAllowed
        This party is not the depositary, or it is too early.
    NotAgreed
        Neither side opened, or both did.
    """
    with _acting(node) as bank:
        swap = find_swap(list_swaps(node, bank), name)
        _verify_role(node, swap, (swap.depositary,))
        if swap.share is not None:
            return swap
        _verify_state(swap, "opened by one")
        if now_written() <= swap.body["open_by"]:
            raise NotAllowed(
                f"{name}: the other side has until {swap.body['open_by']}",
                hint="wait, and pull its record once more before",
            )
        rows = []
        for of in sorted(swap.sides):
            line = _opened_line(node, swap, _promise(swap, of), DEPOSITARY)
            to = swap.other(of)
            sealed = seal_line(line, recipient_of(node, to))
            rows.append({"of": of, "to": to, "locked": sealed})
        body = {**swap.agreed(), "shares": rows}
        _append(node, keys, bank, "swap-share", body)
        return find_swap(list_swaps(node, bank), name)


def take_release(node: Node, name: str) -> Swap:
    """Join the other side's key, once two of its shares are here, and read its release.

    Raises
    ------
    NotAllowed
        This party is no side of it.
    NotAgreed
        Only one share is here.
    Finding
        'bad-share': the shares do not make the key promised, or the key does not open
        the release. The evidence is kept.
    """
    with _acting(node) as bank:
        swap = find_swap(list_swaps(node, bank), name)
        _verify_role(node, swap, swap.sides)
        _take(node, bank, swap)
        return swap


def _take(node: Node, bank: Bank, swap: Swap) -> None:
    other = swap.other(node.party)
    promise = _promise(swap, other)
    release, entry = promise.entry.body["release"], _release_entry(node, promise)
    keys_sha256 = entry.entry.body["sealed"]["keys"]["sha256"]
    if not joined_key(node, keys_sha256):
        lines = [_opened_line(node, swap, promise, COUNTERPART)]
        lines.append(_second_line(node, swap, promise))
        with _kept(node):
            key = join_key(swap, promise, lines)
            _verify_opens(node, swap, promise, entry, key)
        failpoint("swap.before-key")
        keep_joined_key(node, keys_sha256, key)
        failpoint("swap.key-kept")
    card = node.cards()[other]
    for arrival, _found in read_again(node, bank, card, release):
        bank.complete(arrival)


def _second_line(node: Node, swap: Swap, promise: Said) -> bytes:
    """Return the share that the other side opened, or else the depositary's."""
    other = promise.party
    trouble: NotAllowed | Finding | None = None
    if other in swap.openings:
        try:
            sealed = swap.openings[other].entry.body["locked"]
            return _verified(node, swap, promise, OWNER, sealed)
        except (NotAllowed, Finding) as error:
            trouble = error
    if swap.share is not None:
        rows = swap.share.entry.body["shares"]
        sealed = next(row["locked"] for row in rows if row["of"] == other)
        return _verified(node, swap, promise, DEPOSITARY, sealed)
    if trouble is not None:
        raise trouble
    raise NotAgreed(
        f"{other!r} has not opened {swap.name} yet",
        hint=f"after {swap.body['open_by']} the depositary, {swap.depositary!r}, may "
        "pass its share on, if you opened: 'waternet swap escrow' at its node",
    )


def _opened_line(node: Node, swap: Swap, promise: Said, place: int) -> bytes:
    """Return this party's share in a promise, decrypted and held to the commitment."""
    sealed = promise.entry.body["shares"][place - 1]["locked"]
    return _verified(node, swap, promise, place, sealed)


def _verified(node: Node, swap: Swap, promise: Said, place: int, sealed: str) -> bytes:
    line = open_line(node, sealed)
    with _kept(node):
        verify_line(swap, promise, place, line)
    return line


def _verify_opens(node: Node, swap: Swap, promise: Said, entry: Said, key: str) -> None:
    """Raise unless the key that was promised opens the release that was promised."""
    reference = entry.entry.references()["observations"]
    path = node.records(promise.party) / blob_path(reference.sha256)
    verify_blob(path, reference)
    try:
        with opened_blob(node, path, reference, key):
            return
    except NotAcceptable as error:
        raise Finding(
            "bad-share",
            f"{promise.party!r} in the swap {swap.name}: the key that it promised does "
            f"not open its release {entry.index}: {error}",
            party=promise.party,
            index=promise.index,
            evidence={
                "promise": promise.signed,
                "release": entry.signed,
                "key": key.encode(),
            },
        ) from error


def _release_entry(node: Node, promise: Said) -> Said:
    """Return the release that a side promised.

    Raises
    ------
    NotFound
        It is no restricted release.
    """
    card = node.cards()[promise.party]
    head = seen_head(node, promise.party)
    one = next(read_entries(card, head, promise.entry.body["release"]))
    if "observations" not in one.entry.body or "sealed" not in one.entry.body:
        raise NotFound(f"entry {one.index} of {promise.party!r} is not restricted")
    return Said(one.index, one.entry, one.signed)


def _promise(swap: Swap, party: str) -> Said:
    swap.agreed()
    said = swap.said_by(party)
    if said is None:
        raise NotFound(f"{party!r} has promised nothing in {swap.name}")
    return said


def _restricted(bank: Bank, party: str, release: int) -> Restricted:
    for one in restricted_releases(bank, party):
        if one.index == release and not (one.opened or one.withdrawn):
            return one
    raise NotFound(
        f"{party!r} has no restricted release {release} that stands",
        hint="'waternet releases' lists them",
    )


def _verify_role(node: Node, swap: Swap, parties: Sequence[str]) -> None:
    if node.party not in parties:
        raise NotAllowed(
            f"in the swap {swap.name} that is for {' or '.join(parties)} to do, not "
            f"for {node.party!r}"
        )


def _verify_state(swap: Swap, *states: str) -> None:
    state = swap.state(now_written())
    if state not in states:
        raise NotAgreed(
            f"{swap.name} is {state}; it had to be {' or '.join(states)}",
            hint="pull the others' records; 'waternet swap show' says how far it is",
        )


def _verify_cosigned(node: Node, swap: Swap) -> None:
    """Raise unless a quorum cosigned both promises, and with them both releases."""
    cosigned = cosigned_entries(node)
    for party in swap.sides:
        promise = _promise(swap, party)
        if promise.index >= cosigned.get(party, 0):
            raise NotAgreed(
                f"entry {promise.index} of {party!r} is not cosigned by a quorum yet",
                hint="let the parties pull from one another, then try again",
            )


@contextmanager
def _kept(node: Node) -> Iterator[None]:
    """Keep the evidence of a finding."""
    try:
        yield
    except Finding as finding:
        keep_evidence(node, finding)
        raise


@contextmanager
def _acting(node: Node) -> Iterator[Bank]:
    """Hold the node for writing, with its bank up to date."""
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            yield bank


def _append(
    node: Node, keys: Keys, bank: Bank, kind: str, body: Mapping[str, Any]
) -> int:
    stage_blobs(node)
    index = append_drafts(node, keys, [Draft(kind, dict(body), kind)])
    catch_up(node, bank, lambda _done, _of: None)
    return index
