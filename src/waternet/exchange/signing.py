"""What a draft of the registry still lacks, and one party's signatures on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from securesystemslib.signer import Key

from waternet.errors import NotAcceptable, NotAllowed, NotVerified
from waternet.exchange.card import Card, read_card
from waternet.exchange.draft import sign_role
from waternet.exchange.registry import LATEST, Registry, read_latest, read_quorum
from waternet.exchange.role import Role, read_role
from waternet.exchange.role_form import card_path, party_role, public_key
from waternet.record.key import Signer

__all__ = ["as_drafted", "lacking", "sign_draft"]


def as_drafted(files: Mapping[str, bytes], source: str) -> Registry:
    """Return the registry that a draft would be, its signatures not yet checked.

    Parameters
    ----------
    files : mapping of path to bytes
    source : str
        Where it came from, for messages.

    Raises
    ------
    NotAcceptable, NotVerified
        A file of it is missing, is none, or is not the one that its role binds.
    """

    def file(path: str) -> bytes:
        if path not in files:
            raise NotAcceptable(f"{source} lacks the file {path}")
        return files[path]

    shown = read_latest(file(LATEST), source)
    if not {"root", "targets"} <= set(shown):
        raise NotAcceptable(f"{source} has no root or no list of parties")
    roots = [
        read_role("root", file(f"{version}.root.json"), source)
        for version in range(1, shown["root"].version + 1)
        if f"{version}.root.json" in files
    ]
    targets = _role("targets", shown["targets"].version, files, source)
    bound = targets.metadata.signed.targets.get("quorum")
    quorum = read_quorum(file(bound.get_prefixed_paths()[0])) if bound else 0
    drafted = Registry(tuple(roots), targets, quorum=quorum)
    parties, cards = {}, {}
    for party in drafted.delegated():
        name = party_role(party)
        if name in shown:
            parties[party] = _role(name, shown[name].version, files, source)
            cards[party] = _card(party, parties[party], files, source)
    return replace(drafted, parties=parties, cards=cards)


def lacking(registry: Registry) -> list[str]:
    """Say which signatures a draft still lacks; nothing where it can be accepted."""
    if registry.targets is None:
        return ["a list of parties"]
    needed: dict[str, tuple[int, list[str]]] = {}
    for role, keys, threshold in _needs(registry):
        signers = role.signers(keys.values())
        missing = [party for party, key in keys.items() if key.keyid not in signers]
        # A root that follows another needs both quorums: whichever lacks more is told.
        told = (threshold - len(signers), missing)
        needed[role.path] = max(told, needed.get(role.path, (0, [])))
    return [
        f"{path}: {count} more of {', '.join(missing)}"
        for path, (count, missing) in needed.items()
        if count > 0
    ]


def sign_draft(registry: Registry, signer: Signer) -> Registry:
    """Return the draft with this key's signature wherever it may stand.

    Raises
    ------
    NotAllowed
        It may stand nowhere: the draft knows no such key.
    """
    keyid = public_key(signer.verifier.key).keyid
    names = {
        role.name
        for role, keys, _threshold in _needs(registry)
        if any(key.keyid == keyid for key in keys.values())
    }
    if not names or registry.targets is None:
        raise NotAllowed(
            f"the key {signer.name!r} has no place in this draft",
            hint="sign with the root key, or the registry key, that it names",
        )
    root, targets = registry.root, registry.targets
    if "root" in names:
        root = sign_role(root, signer)
    if "targets" in names:
        targets = sign_role(targets, signer)
    parties = {
        party: sign_role(role, signer) if role.name in names else role
        for party, role in registry.parties.items()
    }
    roots = (*registry.roots[:-1], root)
    return replace(registry, roots=roots, targets=targets, parties=parties)


def _needs(registry: Registry) -> list[tuple[Role, dict[str, Key], int]]:
    """Return each role with the keys, by party, of which so many must sign it."""
    quorum = (registry.root_keys(), registry.threshold)
    needs = [(registry.root, *quorum)]
    if len(registry.roots) > 1:
        before = replace(registry, roots=registry.roots[:-1])
        needs.append((registry.root, before.root_keys(), before.threshold))
    if registry.targets:
        needs.append((registry.targets, *quorum))
    for party, role in registry.parties.items():
        delegated, keys = registry.delegation(party)
        by_party = {f"{party} ({key.keyid[:8]})": key for key in keys}
        needs.append((role, by_party, delegated.threshold))
    return needs


def _role(name: str, version: int, files: Mapping[str, bytes], source: str) -> Role:
    path = f"{version}.{name}.json"
    if path not in files:
        raise NotAcceptable(f"{source} lacks the file {path}")
    return read_role(name, files[path], source)


def _card(party: str, role: Role, files: Mapping[str, bytes], source: str) -> Card:
    target = role.metadata.signed.targets.get(card_path(party))
    path = target.get_prefixed_paths()[0] if target else ""
    if path not in files:
        raise NotAcceptable(f"{source} lacks the card of {party!r}")
    card = read_card(files[path], path)
    if card.to_json() != files[path] or card.party != party:
        raise NotVerified(f"{source}: {path} is not the card of {party!r}")
    return card
