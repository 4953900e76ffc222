"""Whether this node may know less than others do, because a backup was restored.

A log that is continued from an older copy forks. So before anything is appended, the
other parties that can be reached are asked which head of this log they cosigned or
mirror: a larger one, signed by this log's own key, proves that something is missing
here (finding ``restored-backup``), and nothing is written.

Where nobody can be reached, a mark helps: ``state.sqlite`` says on which file system
and in which inode it lies. A copy lies elsewhere. Then nothing is appended or cosigned
until enough of the others said that they know no more, by being asked or by a pull; or
somebody decided so, with a reason that is kept. A party that agreed on no policy with
others is not held up: there is nobody who must be asked.

A file overwritten in place and a whole disk set back keep their mark: there only asking
helps, which is why it comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.card import Card, read_card
from waternet.exchange.finding import Finding
from waternet.exchange.witness import witness_path
from waternet.exchange.witness_client import Asked, Shown, ask_what_they_show
from waternet.node.cosigning import verify_known
from waternet.node.durable import write_durably
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Node
from waternet.node.trust import agreed_policy, is_enough, may_know_less
from waternet.node.witnessed import raise_seen
from waternet.record.policy import Policy

__all__ = ["accept_whereabouts", "forget_heard", "hear_from", "verify_newest"]

_CARD = "card.json"
_TABLE = "CREATE TABLE IF NOT EXISTS heard (party TEXT PRIMARY KEY) STRICT"


def verify_newest(node: Node) -> None:
    """Raise unless this node knows the newest head of its own log, as far as is told.

    Parameters
    ----------
    node : Node
        Held for writing, and recovered.

    Raises
    ------
    Finding
        'restored-backup': somebody knows more of the log; or this node was copied or
        restored, and too few of the others could be asked.
    """
    # Emptied whenever the node is taken for writing: what was heard then may be old.
    asked = node.folder / "writing.lock"
    if asked.exists() and asked.stat().st_size and not may_know_less(node):
        return
    answered = _ask(node)
    if may_know_less(node):
        _settle(node, answered | _heard(node))
    asked.write_text("the others were asked\n", encoding="utf-8")


def hear_from(node: Node, party: str) -> None:
    """Note that a party cosigned just the head of the own log that this node knows.

    Parameters
    ----------
    node : Node
        Held for writing.
    party : str
    """
    if may_know_less(node):
        with node.state.connection() as connection, connection:
            connection.execute(_TABLE)
            connection.execute("INSERT OR IGNORE INTO heard VALUES (?)", (party,))


def forget_heard(node: Node) -> None:
    """Forget who knew no more: somebody knows more, so that it says nothing now.

    Parameters
    ----------
    node : Node
        Held for writing.
    """
    with node.state.connection() as connection, connection:
        connection.execute(_TABLE)
        connection.execute("DELETE FROM heard")


def accept_whereabouts(node: Node, reason: str) -> None:
    """Go on from a restored copy although too few could be asked.

    Parameters
    ----------
    node : Node
        Held for writing.
    reason : str
        Who decided it and why; kept in ``evidence/``.

    Raises
    ------
    NotAcceptable
        There is no reason.
    Finding
        'restored-backup': somebody who can be asked does know more.
    """
    if not reason.strip():
        raise NotAcceptable(
            "going on from a restored copy needs a reason", hint="give --reason"
        )
    heard = _ask(node)
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    head = node.state.head(node.party)
    told = (
        f"{when}: going on from a copy of {head.size} entries.\n"
        f"answered: {', '.join(sorted(heard)) or 'nobody'}\nreason: {reason}\n"
    )
    write_durably(node.evidence / f"restored-{when}.txt", told.encode())
    _mark(node)


def _ask(node: Node) -> set[str]:
    """Ask everybody what they know; return who answered, and knows no more.

    Raises
    ------
    Finding
        'restored-backup'.
    """
    cards = node.cards()
    own = cards.pop(node.party)
    asked = [
        Asked(card.party, card.witness_verifier, card.addresses[0])
        for card in cards.values()
        if card.addresses and card.witness_verifier
    ]
    others = list(cards.values()) if may_know_less(node) else []
    paths = [witness_path(own.origin), f"mirror/{own.party}/checkpoint"]
    heard = set()
    shown = ask_what_they_show(
        asked, [*paths, _CARD, *(witness_path(card.origin) for card in others)]
    )
    for one in shown:
        signed = [_is_own_head(node, own, one, path) for path in paths]
        for card in others:
            _raise(node, card, one)
        if one.answered and (any(signed) or _has_none(cards[one.party], one, paths)):
            heard.add(one.party)
    return heard


def _is_own_head(node: Node, own: Card, shown: Shown, path: str) -> bool:
    """Return whether a party shows a head of the own log, and no newer one there."""
    if path not in shown.files:
        return False
    try:
        verify_known(node, own, shown.files[path], shown.party)
    except Finding as finding:
        forget_heard(node)
        keep_evidence(node, finding)
        raise
    except (NotVerified, NotAcceptable):
        return False  # not signed by this log: it proves nothing
    return True


def _has_none(card: Card, shown: Shown, paths: Iterable[str]) -> bool:
    """Return whether it is the party that says so: it shows its card.

    A portal answers every request with a page, and a parked domain none.
    """
    if _CARD not in shown.files or any(path in shown.files for path in paths):
        return False
    try:
        there = read_card(shown.files[_CARD], _CARD)
    except NotAcceptable:
        return False
    return (there.log_key, there.witness_key) == (card.log_key, card.witness_key)


def _raise(node: Node, card: Card, shown: Shown) -> None:
    """Let the witness know what others cosigned: it may have cosigned it, too."""
    signed = shown.files.get(witness_path(card.origin))
    if signed is None or shown.party == card.party:
        return
    try:
        raise_seen(node, card, signed)
    except (NotVerified, NotAcceptable):
        return  # as above


def _settle(node: Node, heard: set[str]) -> None:
    policy, cards = agreed_policy(node), node.cards()
    names = _names(policy, cards, heard) if policy else set()
    if policy and not is_enough(policy, cards[node.party], names):
        others = ", ".join(sorted(heard - {node.party})) or "none of them"
        raise Finding(
            "restored-backup",
            "this node was copied or restored from a backup, and too few of the other "
            f"parties have said that they know no more of its log: {others}",
            party=node.party,
        )
    _mark(node)


def _names(policy: Policy, cards: dict[str, Card], parties: Iterable[str]) -> set[str]:
    """Return by what names the policy knows the witnesses of these parties."""
    keys = {
        verifier.key
        for party in parties
        if party in cards and (verifier := cards[party].witness_verifier)
    }
    return {one.name for one in policy.witnesses if one.verifier.key in keys}


def _mark(node: Node) -> None:
    """Trust what is here again: the next copy of it will be noticed."""
    forget_heard(node)
    node.state.mark_place()


def _heard(node: Node) -> set[str]:
    if not (node.folder / "state.sqlite").exists():
        return set()
    with node.state.connection() as connection:
        connection.execute(_TABLE)
        return {party for (party,) in connection.execute("SELECT party FROM heard")}
