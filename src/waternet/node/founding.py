"""A registry founded and changed by its parties: keys, drafts, signatures, consent.

Each step works offline: a draft is a file that goes from party to party. What all must
sign is signed with root keys, which no node needs; a party's own card with its registry
key, kept here or elsewhere, as the party likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from waternet.errors import Conflict, NotAcceptable, NotFound, NotVerified
from waternet.exchange.draft import (
    Introduction,
    draft_party,
    read_draft,
    read_introduction,
    sign_role,
)
from waternet.exchange.finding import Finding
from waternet.exchange.registry import Reader, Registry
from waternet.exchange.role import MOST_ROLE
from waternet.exchange.signing import as_drafted
from waternet.exchange.source import FolderSource
from waternet.exchange.succession import take_newer
from waternet.node.folder import Node
from waternet.node.keys import read_key, write_key
from waternet.node.own_keys import revokes
from waternet.node.registry import held_registry, keep_registry
from waternet.record.key import generate_signer

__all__ = [
    "Accepted",
    "accept_registry",
    "introduce_party",
    "make_offline_keys",
    "offline_key",
    "read_introductions",
    "take_draft",
    "verify_continued",
]

OFFLINE = ("root", "registry")


def offline_key(folder: Path, role: str) -> Path:
    """Return where a key lies that is kept apart: 'root' or 'registry'."""
    return folder / f"{role}.key"


def make_offline_keys(node: Node, folder: Path, passphrase: str) -> None:
    """Make a party's root key and registry key, encrypted, in a folder kept apart.

    Raises
    ------
    Conflict
        There are such keys in it; they are never overwritten.
    """
    for role in OFFLINE:
        if offline_key(folder, role).exists():
            raise Conflict(
                f"{offline_key(folder, role)} is there already",
                hint="keys are never overwritten: choose another folder",
            )
    for role in OFFLINE:
        signer = generate_signer(f"{node.profile.origin}/{role}")
        write_key(offline_key(folder, role), signer, passphrase)


def introduce_party(node: Node, folder: Path, passphrase: str) -> Introduction:
    """Return what this party hands to the others: its card, signed, and its keys.

    Raises
    ------
    NotAllowed
        The keys are not in the folder, or the passphrase does not open them.
    """
    root, registry = (
        read_key(offline_key(folder, role), passphrase) for role in OFFLINE
    )
    held = held_registry(node)
    before = held.parties.get(node.party) if held else None
    card = node.cards()[node.party]
    role = sign_role(draft_party(before, card, datetime.now(UTC)), registry)
    return Introduction(card, root.verifier, registry.verifier, role)


def read_introductions(paths: list[Path]) -> list[Introduction]:
    """Read the parties' introductions.

    Raises
    ------
    NotFound, NotAcceptable
        A file is not there, or does not introduce a party; one party comes twice.
    """
    found = []
    for path in paths:
        if not path.is_file():
            raise NotFound(f"no file {path}")
        found.append(read_introduction(path.read_bytes(), path.name))
    parties = [one.card.party for one in found]
    if len(set(parties)) != len(parties):
        raise NotAcceptable(f"one party comes twice: {', '.join(sorted(parties))}")
    return found


def take_draft(held: Registry | None, path: Path) -> Registry:
    """Return what a draft says, if it continues the registry held.

    Raises
    ------
    NotFound, NotAcceptable
        It is not there, or not a draft.
    NotVerified
        It does not continue the registry held.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}")
    drafted = as_drafted(read_draft(path.read_bytes(), path.name), path.name)
    verify_continued(held, drafted)
    return drafted


def verify_continued(held: Registry | None, drafted: Registry) -> None:
    """Raise unless a draft begins where the registry held ends.

    Raises
    ------
    NotVerified
        Its roots are others; or it goes back to an older list or role.
    """
    if held is None:
        return
    roots = {root.version: root.digest for root in drafted.roots}
    if roots.get(held.root.version) != held.root.digest:
        raise NotVerified(
            f"the draft does not continue root {held.root.version}, which is held here",
            hint="ask who made it for one of the registry that you hold",
        )
    shown = drafted.shown()
    for name, ours in held.shown().items():
        theirs = shown.get(name)
        if theirs and theirs.version < ours.version:
            raise NotVerified(
                f"the draft has version {theirs.version} of {name!r}, here is "
                f"{ours.version} already",
                hint="make the draft anew",
            )


@dataclass(frozen=True, slots=True)
class Accepted:
    """Whose cards are new or changed, and what was not taken, with the reason."""

    changed: tuple[str, ...]
    findings: list[Finding]


def accept_registry(node: Node, path: Path, digest: str, now: datetime) -> Accepted:
    """Take a registry, or a change of it, from a file or folder.

    Parameters
    ----------
    node : Node
        Held for writing, and recovered.
    path : Path
        A draft that is signed, the root's file in its folder, or that folder.
    digest : str
        Of the first root, as it was read aloud; needed once. It may be spaced.
    now : datetime
        UTC.

    Raises
    ------
    NotVerified
        The digest is another; signatures are missing; the first root that this node
        would ever accept has expired.
    """
    read, first = _opened(path)
    before = held_registry(node)
    start = before or _first(read(first, MOST_ROLE), first, digest)
    taken = take_newer(start, read, path.name, node.cards())
    for finding in taken.findings:
        if finding.name in ("quorum-not-met", "forked-registry"):
            raise finding
    if before is None:
        _verify_not_expired(taken.registry, now)
    _verify_own(node, taken.registry)
    if taken.registry is before:
        return Accepted((), taken.findings)
    return Accepted(keep_registry(node, taken.registry), taken.findings)


def _opened(path: Path) -> tuple[Reader, str]:
    """Return what reads the registry's files there, and which is the first root."""
    if path.is_dir():
        inside = [path, path / "registry", path / "public" / "registry"]
        folders = [folder for folder in inside if (folder / "1.root.json").is_file()]
        if not folders:
            raise NotFound(
                f"no registry in {path}", hint="expected a folder with 1.root.json"
            )
        return FolderSource(folders[0]).read, "1.root.json"
    if path.name.endswith(".root.json"):
        return FolderSource(path.parent).read, path.name
    if not path.is_file():
        raise NotFound(f"no file {path}")
    files = read_draft(path.read_bytes(), path.name)

    def read(name: str, _most: int) -> bytes:
        if name not in files:
            raise NotFound(f"{path.name} lacks the file {name}")
        return files[name]

    return read, "1.root.json"


def _first(written: bytes, source: str, digest: str) -> Registry:
    registry = Registry.from_root(written, source)
    if "".join(digest.split()).lower() != registry.root.digest:
        raise NotVerified(
            f"the digest of {source} is "
            + ("not the one given" if digest else "to be compared first"),
            hint="have the founders read it aloud, all 64 digits, then give --digest",
        )
    return registry


def _verify_not_expired(registry: Registry, now: datetime) -> None:
    """Raise where a newcomer, who has no memory, could be shown what is long past."""
    for role in (registry.root, registry.targets):
        if role and role.expires <= now:
            raise NotVerified(
                f"{role.path} was to be renewed until {role.expires.date()}",
                hint="ask the parties for a renewed one: 'waternet registry renew'",
            )


def _verify_own(node: Node, registry: Registry) -> None:
    """Raise where this party's new card would refuse what it published since."""
    card = registry.cards.get(node.party)
    own = node.cards()[node.party]
    size = node.state.head(node.party).size
    added = set(card.earlier_keys) - set(own.earlier_keys) if card else set()
    for one in added:
        if one.until < size and not revokes(node, one.role):
            raise NotAcceptable(
                f"the {one.role} key counts until {one.until}, and {size} entries are "
                "published by now",
                hint="rotate it again, and publish nothing until that is signed",
            )
