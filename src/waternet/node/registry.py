"""The registry on this node: taken from others, kept, published, put right.

The order: files, each under a name that no other content has; what the new cards make
untrue of the bank put aside; then ``registry/held.json`` (**the commit point**); then
the cards where else they lie, and the list of what is held, which others read first.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from waternet.bank.seal import reading_bank
from waternet.bank.standing import latest_entries
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.registry import (
    LATEST,
    MOST_LATEST,
    Reader,
    Registry,
    bound_path,
    read_latest,
)
from waternet.exchange.role import MOST_ROLE, Role, read_role
from waternet.exchange.role_form import card_path, party_role
from waternet.exchange.source import Source
from waternet.exchange.succession import Succession, take_newer
from waternet.failpoint import failpoint
from waternet.node.durable import sync_folder, write_durably
from waternet.node.folder import Node
from waternet.node.own_keys import settle_keys
from waternet.node.registered import (
    HELD,
    Held,
    files_of,
    read_held,
    registered_cards,
)

__all__ = [
    "Taken",
    "find_pinned",
    "held_registry",
    "keep_registry",
    "recover_registry",
    "reread_registry",
    "take_registry",
    "unpinned",
]

_PUT_ASIDE = "bank.revoked"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a source brought of the registry.

    Attributes
    ----------
    changed : tuple of str
        Parties whose card is new or another one than before.
    findings : list of Finding
        What was wrong; nothing of that was taken.
    """

    changed: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)


def held_registry(node: Node) -> Registry | None:
    """Return the registry that this node holds; None where it accepted none.

    Its signatures were checked when it was taken; `reread_registry` checks them anew.

    Raises
    ------
    NotVerified
        A file of it is gone or damaged.
    """
    held = read_held(node.folder)
    if held is None:
        return None
    source = files_of(node.folder)

    def read(name: str, path: str) -> Role:
        try:
            return read_role(name, source.read(path, MOST_ROLE), path)
        except (NotFound, NotAcceptable) as error:
            raise NotVerified(
                f"public/registry/{path} is gone or damaged: {error}",
                hint="restore public/registry from your copy, or from another party's",
            ) from error

    roots = sorted(held.roots.items(), key=lambda one: int(one[0]))
    return Registry(
        roots=tuple(read("root", path) for _version, path in roots),
        targets=read("targets", held.targets) if held.targets else None,
        parties={
            party: read(party_role(party), path) for party, path in held.parties.items()
        },
        cards=registered_cards(node.folder, held),
        quorum=held.quorum,
    )


def take_registry(node: Node, source: Source) -> Taken:
    """Take what a source holds newer of the registry.

    A pull calls it before it reads the records of a source, and reads `node.cards()`
    after it. Where this node accepted no registry, nothing is asked for.

    Parameters
    ----------
    node : Node
        Held for writing, and recovered.
    source : Source
        Any party's public folder; not trusted.

    Raises
    ------
    NotReached
        The source does not answer.
    """
    counts = read_held(node.folder)
    if counts is None:
        return Taken()
    read = _below(source)
    with suppress(NotFound, NotAcceptable):  # what is wrong is told below
        if read(LATEST, MOST_LATEST) == counts.latest.encode():
            return Taken()
    held = held_registry(node)
    if held is None:
        return Taken()
    taken = take_newer(held, read, source.name, node.cards())
    if taken.registry is held:
        return Taken(findings=taken.findings)
    return Taken(keep_registry(node, taken.registry), taken.findings)


def reread_registry(node: Node) -> Succession | None:
    """Read the registry from its first root again, and check every signature.

    Returns
    -------
    Succession or None
        With what is wrong with the files here; None where there is no registry.
    """
    held = held_registry(node)
    if held is None:
        return None
    first = Registry.from_root(held.roots[0].written, held.roots[0].path)
    files = dict(held.files())

    def read(path: str, _most: int) -> bytes:
        if path not in files:
            raise NotFound(f"no file {path}")
        return files[path]

    return take_newer(first, read, "public/registry", {})


def keep_registry(node: Node, registry: Registry) -> tuple[str, ...]:
    """Let a registry, all of which was verified, count from now on.

    Parameters
    ----------
    node : Node
        Held for writing.
    registry : Registry

    Returns
    -------
    tuple of str
        Parties whose card is new or another one than before.
    """
    before, known = read_held(node.folder), node.cards()
    excluded = before.excluded if before else ()
    files = dict(registry.files())
    failpoint("registry.before-files")
    for path, content in files.items():
        file = node.public / "registry" / path
        if path != LATEST and not _says(file, content):
            write_durably(file, content)
    for party in set(before.cards if before else ()) - set(registry.delegated()):
        if party in known and party != node.party:
            # Its record is followed on, by this node's own choice.
            handed = node.folder / "cards" / f"{party}.json"
            write_durably(handed, known[party].to_json())
    changed = [
        party
        for party, card in registry.cards.items()
        if known.get(party) != card and party not in excluded
    ]
    for party in changed:
        _put_bank_aside(node, known.get(party), registry.cards[party])
    failpoint("registry.files-written")
    held = Held(
        roots={str(root.version): root.path for root in registry.roots},
        parties={party: role.path for party, role in registry.parties.items()},
        cards={
            party: bound_path(card_path(party), card.to_json())
            for party, card in registry.cards.items()
        },
        latest=files[LATEST].decode(),
        policy=registry.policy().to_text() if registry.cards else "",
        targets=registry.targets.path if registry.targets else "",
        quorum=registry.quorum,
        excluded=excluded,
    )
    write_durably(node.folder / HELD, held.to_json())
    failpoint("registry.committed")
    recover_registry(node)
    return tuple(sorted(changed))


def recover_registry(node: Node) -> None:
    """Bring all that follows from `registry/held.json` to what it says.

    The trust policy; cards beside mirrors; this party's own keys; the public list.
    """
    shutil.rmtree(node.folder / _PUT_ASIDE, ignore_errors=True)
    held = read_held(node.folder)
    if held is None:
        return
    for party, card in registered_cards(node.folder, held).items():
        if party == node.party:
            settle_keys(node, card)
        beside = node.records(party) / "card.json"
        if party not in held.excluded and not _says(beside, card.to_json()):
            write_durably(beside, card.to_json())
    told = {
        node.folder / "policy": held.policy,
        node.public / "registry" / LATEST: held.latest,
    }
    for path, text in told.items():
        if text and not _says(path, text.encode()):
            write_durably(path, text.encode())


def find_pinned(node: Node) -> list[Finding]:
    """Compare what the parties' logs say that they hold of the registry with ours.

    Returns
    -------
    list of Finding
        'forked-registry': a party holds another file of the same version.
        'stale-mirror': a party holds a newer one, which no source showed this node.
    """
    held = read_held(node.folder)
    if held is None or not node.bank.exists():
        return []
    shown = read_latest(held.latest.encode(), HELD)
    with reading_bank(node.bank) as bank:
        pinned = latest_entries(bank, "registry")
    findings = []
    for party, (index, body) in pinned.items():
        for role in body["roles"]:
            ours = shown.get(role["name"])
            if party == node.party or ours is None or role["version"] < ours.version:
                continue
            if role["version"] > ours.version:
                name, told = "stale-mirror", "no source showed more here than"
            elif role["sha256"] != ours.sha256:
                name, told = "forked-registry", "another file than this node of"
            else:
                continue
            findings.append(
                Finding(
                    name,
                    f"the log of {party!r} says that it holds version "
                    f"{role['version']} of {role['name']!r} in the registry; {told} "
                    f"version {ours.version}",
                    party=party,
                    index=index,
                )
            )
    return findings


def unpinned(node: Node, bank: Bank) -> dict[str, Any] | None:
    """Return the entry's body by which this party's log says what it holds now.

    None where its log says so already, or there is no registry.
    """
    held = read_held(node.folder)
    if held is None:
        return None
    shown = read_latest(held.latest.encode(), HELD)
    roles = [{"name": name, **asdict(one)} for name, one in sorted(shown.items())]
    body = {"roles": roles}
    pinned = latest_entries(bank, "registry").get(node.party)
    return None if pinned and pinned[1] == body else body


def _below(source: Source) -> Reader:
    return lambda path, most: source.read(f"registry/{path}", most)


def _says(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def _put_bank_aside(node: Node, before: Card | None, card: Card) -> None:
    """Put the bank aside where it holds figures that a new card refuses.

    It is a view: the next command builds it anew from the records.
    """
    if before is None or not node.bank.exists():
        return
    added = set(card.earlier_keys) - set(before.earlier_keys)
    with reading_bank(node.bank) as bank:
        taken = bank.position(card.party)
    if any(one.role == "steward" and one.until < taken for one in added):
        shutil.rmtree(node.folder / _PUT_ASIDE, ignore_errors=True)
        node.bank.rename(node.folder / _PUT_ASIDE)
        sync_folder(node.folder)
