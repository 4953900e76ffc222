"""What one registry changes of another, in words for whoever is asked to sign it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from waternet.exchange.card import Card
from waternet.exchange.registry import Registry

__all__ = [
    "describe_card",
    "describe_changes",
    "describe_expiry",
    "describe_held",
    "spelt",
    "spelt_keys",
]

_SPELT = 32  # hexadecimal digits of a card's digest
_WARNED = timedelta(days=60)
"""How long before its day a role is warned of: time enough to send a stick around."""
_LINES = (
    ("log", "log_key"),
    ("steward", "steward_key"),
    ("witness", "witness_key"),
    ("recipient", "recipient"),
)


def spelt(digest: str) -> str:
    """Return a digest in groups of four, as it is read aloud.

    Examples
    --------
    >>> spelt("0123456789abcdef")
    '0123 4567 89ab cdef'
    """
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def spelt_keys(card: Card) -> str:
    """Return a digest of a card's keys, short enough to be compared aloud.

    Whoever makes two cards for which it is the same has broken half of SHA-256.
    """
    keys = f"{card.party}\n{card.origin}\n{card.log_key}\n{card.steward_key}\n"
    return spelt(hashlib.sha256(keys.encode()).hexdigest()[:_SPELT])


def describe_changes(old: Registry | None, new: Registry) -> Iterator[str]:
    """Say in a line each what `new` says that `old` did not.

    Parameters
    ----------
    old : Registry or None
        What is held; None before a registry was founded.
    new : Registry
    """
    yield from _describe_quorum(old, new)
    before = {} if old is None else old.delegated()
    now = new.delegated()
    for party in sorted(set(before) - set(now)):
        yield f"removes party {party}"
    for party in now:
        if party not in before:
            yield f"adds party {party}"
            yield f"  registry key {_registry_keys(new, party)}"
        elif old and _registry_keys(old, party) != _registry_keys(new, party):
            keys = f"{_registry_keys(old, party)} -> {_registry_keys(new, party)}"
            yield f"party {party}: registry key {keys}"
        card = new.cards.get(party)
        held = old.cards.get(party) if old and party in before else None
        if card and card != held:
            yield from (f"  {line}" for line in describe_card(held, card))


def describe_held(registry: Registry) -> Iterator[str]:
    """Say in words what a registry says that is held."""
    for line in describe_changes(None, registry):
        yield line.removeprefix("founds a ").removeprefix("adds ")


def describe_card(old: Card | None, new: Card) -> Iterator[str]:
    """Say what a party's card says that the one before did not."""
    if old is None or old.names != new.names:
        names = ", ".join(f"{name} ({tongue})" for tongue, name in new.names.items())
        yield f"{new.party} is called {names}"
    if old is None:
        yield f"{new.party}'s log is {new.origin}"
    for role, field in _LINES:
        before, now = getattr(old, field, ""), getattr(new, field)
        if now != before:
            told = f"{before} -> {now}" if before else now or "none"
            yield f"{new.party}'s {role} key {told}"
    addresses = old.addresses if old else ()
    if addresses != new.addresses:
        yield f"{new.party} is served at {' '.join(new.addresses) or 'no address'}"
    for one in new.earlier_keys:
        if old is None or one not in old.earlier_keys:
            what = "heads up to" if one.role == "log" else "entries before"
            key = f"{new.party}'s {one.role} key {one.vkey}"
            yield f"{key} counts for {what} {one.until} only"


def describe_expiry(registry: Registry, now: datetime) -> Iterator[str]:
    """Say which roles are to be renewed soon, and which are past their day.

    Parameters
    ----------
    registry : Registry
    now : datetime
        UTC.
    """
    targets = (registry.targets,) if registry.targets else ()
    for role in (registry.root, *targets, *registry.parties.values()):
        who = "a quorum of the parties"
        if role.name.startswith("party-"):
            who = role.name.removeprefix("party-")
        day = _day(role.expires)
        if role.expires <= now:
            yield f"{role.path} was to be renewed by {who} until {day}; it still counts"
        elif role.expires <= now + _WARNED:
            yield f"{role.path} is to be renewed by {who} until {day}"


def _describe_quorum(old: Registry | None, new: Registry) -> Iterator[str]:
    count = len(new.root_keys())
    if old is None:
        yield f"founds a registry of {len(new.delegated())} parties"
        yield f"threshold {new.threshold} of {count} root keys"
    elif (old.threshold, len(old.root_keys())) != (new.threshold, count):
        were = f"{old.threshold} of {len(old.root_keys())}"
        yield f"threshold {were} -> {new.threshold} of {count} root keys"
    before = {} if old is None else old.root_keys()
    now = new.root_keys()
    for party in sorted(set(before) | set(now)):
        was = before[party].keyval["public"] if party in before else ""
        key = now[party].keyval["public"] if party in now else ""
        if was != key:
            yield f"root key of {party}: {was + ' -> ' if was else ''}{key or 'none'}"
    if old is None or old.quorum != new.quorum:
        yield f"a log's head counts once {new.quorum or 'more than half'} cosigned it"
    if old is None or old.root.expires != new.root.expires:
        yield f"stands until {_day(new.root.expires)}"


def _registry_keys(registry: Registry, party: str) -> str:
    role, keys = registry.delegation(party)
    told = ", ".join(str(key.keyval["public"]) for key in keys)
    return f"{told} ({role.threshold} of {len(keys)})" if len(keys) > 1 else told


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
