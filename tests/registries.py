"""Small parties that founded a registry together, for tests that need whole nodes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from parties import Party, make_party

from waternet.exchange.amendment import found_registry
from waternet.exchange.draft import write_draft
from waternet.exchange.registry import Registry
from waternet.exchange.signing import sign_draft
from waternet.node.folder import Node
from waternet.node.founding import (
    accept_registry,
    introduce_party,
    make_offline_keys,
    offline_key,
)
from waternet.node.keys import read_key
from waternet.node.recovery import recover_node

OFFLINE = "offline"
NOW = datetime.now(UTC).replace(microsecond=0)


def offline(party: Party) -> Path:
    """Return the folder in which a party keeps its root and registry keys."""
    return party.desk / OFFLINE


def root_of(party: Party):
    return read_key(offline_key(offline(party), "root"), "")


def registry_key_of(party: Party):
    return read_key(offline_key(offline(party), "registry"), "")


def make_members(folder: Path, *names: str) -> list[Party]:
    """Make parties with all their keys, who have not founded anything yet."""
    members = [make_party(folder, name) for name in names]
    for member in members:
        make_offline_keys(member.node, offline(member), "")
    return members


def found(members: Iterable[Party], threshold: int = 2) -> Registry:
    """Let parties found a registry and accept it, as they would at one table."""
    members = list(members)
    introductions = [introduce_party(one.node, offline(one), "") for one in members]
    drafted = found_registry(introductions, threshold, 0, NOW)
    for member in members:
        drafted = sign_draft(drafted, root_of(member))
    for member in members:
        accept(member.node, drafted, digest=drafted.root.digest)
    return drafted


def accept(node: Node, registry: Registry, digest: str = ""):
    """Hand a node a draft, as on a stick."""
    file = node.folder.parent / "registry.draft"
    file.write_bytes(write_draft(registry))
    with node.writing():
        recover_node(node)
        return accept_registry(node, file, digest, NOW)
