"""Rule sets of the parties: who agreed to which, and the one that is in force here.

Parties agree on rules by publishing the same ones: their blobs have the same hash,
whatever each calls the set. Consent stands until a newer set is agreed by all.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.standing import PublishedRules, published_rules
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.node.drafts import Draft
from waternet.node.durable import make_durable
from waternet.node.folder import Node
from waternet.node.intake import catch_up
from waternet.node.log import stage_blobs
from waternet.node.publish import Keys, append_drafts
from waternet.node.recovery import recover_node
from waternet.quality.rules import RuleSet, default_rules
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference
from waternet.record.listing import read_lines, write_lines

__all__ = [
    "ListedRules",
    "from_lines",
    "list_rule_sets",
    "publish_rules",
    "read_rule_file",
    "rules_in_force",
    "rules_sha256",
    "to_lines",
]


@dataclass(frozen=True, slots=True)
class ListedRules:
    """One rule set with those who published it.

    Attributes
    ----------
    sha256 : str
    agreed_by : mapping of party to PublishedRules
        The last entry of each with these rules.
    not_yet : tuple of str
        Parties of this node's circle that have not published it.
    in_force : bool
        Whether imports are checked with it here.
    """

    sha256: str
    agreed_by: Mapping[str, PublishedRules]
    not_yet: tuple[str, ...]
    in_force: bool = False


def to_lines(rules: RuleSet) -> tuple[dict[str, Any], ...]:
    """Return the rules as their blob holds them: in their order, which counts."""
    return tuple(rule.to_json() for rule in rules.rules)


def from_lines(name: str, version: str, lines: Iterable[Mapping[str, Any]]) -> RuleSet:
    """Return the rule set of a blob.

    Raises
    ------
    NotFound, NotAcceptable
        A rule names a check or a parameter that this version does not have.
    """
    written = {"name": name, "version": version, "rule": list(map(dict, lines))}
    return RuleSet.from_json(written)


def rules_sha256(rules: RuleSet) -> str:
    """Return the hash by which parties agree on these rules."""
    sink = io.BytesIO()
    write_lines(to_lines(rules), sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def read_rule_file(path: Path) -> RuleSet:
    """Read rules from a TOML file.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It does not hold rules; the message says where.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}")
    try:
        return RuleSet.from_toml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise NotAcceptable(
            f"{path.name} is not UTF-8", hint="save it as UTF-8"
        ) from error


def publish_rules(node: Node, keys: Keys, rules: RuleSet, title: str) -> int:
    """Append a rule set to the own record: proposed to others, or agreed with them.

    Returns
    -------
    int
        The entry's index; that of the last one where it says the same.

    Raises
    ------
    Conflict
        Another process is writing to the node.
    """
    told = unicodedata.normalize("NFC", title.strip()) or rules.name
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            own = published_rules(bank, node.party)
            sha256 = rules_sha256(rules)
            if own and own[-1].sha256 == sha256 and own[-1].title == told:
                return own[-1].index
            blobs = stage_blobs(node)
            lines = to_lines(rules)
            with (blobs / sha256).open("wb") as sink:
                reference = write_lines(lines, sink)
            make_durable(blobs / sha256)
            body = {
                "name": rules.name,
                "version": rules.version,
                "title": told,
                "rules": reference.to_json(),
            }
            index = append_drafts(node, keys, [Draft("qc", body, told)])
            catch_up(node, bank, lambda _done, _of: None)
    return index


def list_rule_sets(node: Node, bank: Bank) -> list[ListedRules]:
    """Return every rule set that a party of the circle published, the newest last.

    The circle is this party and all that it follows. Sets that this party published
    come in the order of its log; others before them.
    """
    circle = sorted(node.cards())
    by_hash: dict[str, dict[str, PublishedRules]] = {}
    for party in [*(one for one in circle if one != node.party), node.party]:
        for one in published_rules(bank, party):
            by_hash.setdefault(one.sha256, {})[party] = one
    order = sorted(by_hash, key=lambda sha: _age(by_hash[sha], node.party))
    listed = [
        ListedRules(
            sha256=sha,
            agreed_by=by_hash[sha],
            not_yet=tuple(party for party in circle if party not in by_hash[sha]),
        )
        for sha in order
    ]
    chosen = _in_force(listed, node.party)
    return [
        ListedRules(one.sha256, one.agreed_by, one.not_yet, one is chosen)
        for one in listed
    ]


def rules_in_force(node: Node, bank: Bank | None) -> RuleSet:
    """Return the rules for imports: agreed by all, else the own, else Waternet's.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        The blob of the set in force is missing, damaged, or for another version.
    """
    listed = list_rule_sets(node, bank) if bank is not None else []
    for one in listed:
        if one.in_force:
            return _read_own(node, one.agreed_by[node.party])
    return default_rules()


def _in_force(listed: list[ListedRules], party: str) -> ListedRules | None:
    own = [one for one in listed if party in one.agreed_by]
    agreed = [one for one in own if not one.not_yet]
    best = agreed or own
    return best[-1] if best else None


def _age(agreed_by: Mapping[str, PublishedRules], party: str) -> tuple[int, str]:
    own = agreed_by.get(party)
    return (own.index if own else -1, min(agreed_by))


def _read_own(node: Node, published: PublishedRules) -> RuleSet:
    path = node.public / blob_path(published.sha256)
    content = path.read_bytes() if path.is_file() else b""
    reference = Reference(published.sha256, len(content), content.count(b"\n"))
    verify_blob(path, reference)
    lines = read_lines(path, reference)
    return from_lines(published.name, published.version, lines)
