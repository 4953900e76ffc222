"""Changes of the registry that the quorum signs, as drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from securesystemslib.signer import Key

from waternet.errors import Conflict, NotFound
from waternet.exchange.draft import Introduction, draft_root, draft_targets
from waternet.exchange.registry import Registry, verify_unshared
from waternet.exchange.role_form import public_key

__all__ = [
    "add_party",
    "found_registry",
    "remove_party",
    "renew",
    "set_threshold",
]


def found_registry(
    parties: Iterable[Introduction], threshold: int, quorum: int, now: datetime
) -> Registry:
    """Return the draft of a first registry.

    Parameters
    ----------
    parties : iterable of Introduction
    threshold : int
        How many of them must sign what binds all.
    quorum : int
        How many must cosign a log's head; 0 for more than half.
    now : datetime
        UTC.

    Raises
    ------
    NotVerified
        Two of them share a key or a log.
    NotAcceptable
        The threshold cannot be met.
    """
    held = {one.card.party: one for one in parties}
    roots = {party: one.root_key.key for party, one in held.items()}
    roles = {
        party: ((public_key(one.registry_key.key),), 1) for party, one in held.items()
    }
    registry = Registry(
        roots=(draft_root(None, roots, threshold, now),),
        targets=draft_targets(None, roles, quorum, now),
        parties={party: one.role for party, one in held.items()},
        cards={party: one.card for party, one in held.items()},
        quorum=quorum,
    )
    verify_unshared(registry)
    registry.policy()  # raises where the quorum cannot be met
    return registry


def add_party(registry: Registry, new: Introduction, now: datetime) -> Registry:
    """Return the draft that enters a party, or gives it other root and registry keys.

    Raises
    ------
    NotVerified
        It shares a key or a log with another party.
    """
    party = new.card.party
    roles = {**_roles(registry), party: ((public_key(new.registry_key.key),), 1)}
    roots = {**_root_keys(registry), party: new.root_key.key}
    drafted = _redrafted(registry, roots, registry.threshold, roles, now)
    drafted = replace(
        drafted,
        parties={**registry.parties, party: new.role},
        cards={**registry.cards, party: new.card},
    )
    verify_unshared(drafted)
    return drafted


def remove_party(registry: Registry, party: str, now: datetime) -> Registry:
    """Return the draft without a party; its record stays with whoever holds it.

    Raises
    ------
    NotFound
        The registry has no such party.
    NotAcceptable
        Fewer parties would be left than must sign.
    """
    roles = _roles(registry)
    if party not in roles:
        raise NotFound(
            f"the registry has no party {party!r}", hint=f"it has {', '.join(roles)}"
        )
    roots = _root_keys(registry)
    for held in (roles, roots):
        held.pop(party, None)
    drafted = _redrafted(registry, roots, registry.threshold, roles, now)
    return replace(
        drafted,
        parties={one: role for one, role in registry.parties.items() if one != party},
        cards={one: card for one, card in registry.cards.items() if one != party},
    )


def set_threshold(registry: Registry, threshold: int, now: datetime) -> Registry:
    """Return the draft in which more, or fewer, parties must sign.

    Raises
    ------
    Conflict
        As many must sign already.
    NotAcceptable
        There are not as many parties.
    """
    if threshold == registry.threshold:
        raise Conflict(f"{threshold} parties must sign already")
    roots, roles = _root_keys(registry), _roles(registry)
    return _redrafted(registry, roots, threshold, roles, now)


def renew(registry: Registry, now: datetime) -> Registry:
    """Return the draft that changes nothing but the day until which it stands."""
    roots, roles = _root_keys(registry), _roles(registry)
    return _redrafted(registry, roots, registry.threshold, roles, now)


def _root_keys(registry: Registry) -> dict[str, bytes]:
    return {
        party: bytes.fromhex(key.keyval["public"])
        for party, key in registry.root_keys().items()
    }


def _roles(registry: Registry) -> dict[str, tuple[tuple[Key, ...], int]]:
    found = {}
    for party in registry.delegated():
        role, keys = registry.delegation(party)
        found[party] = (keys, role.threshold)
    return found


def _redrafted(
    registry: Registry,
    roots: Mapping[str, bytes],
    threshold: int,
    roles: Mapping[str, tuple[tuple[Key, ...], int]],
    now: datetime,
) -> Registry:
    root = draft_root(registry.root, roots, threshold, now)
    quorum = registry.quorum
    targets = draft_targets(registry.targets, roles, quorum, now)
    return replace(registry, roots=(*registry.roots, root), targets=targets)
