"""Rule sets of the parties: the one that is in force here, and files of rules.

Parties agree on rules by publishing the same ones: see `node.agreement`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.node.agreement import (
    RULES,
    Proposal,
    lines_sha256,
    list_proposals,
    publish_lines,
    read_published,
)
from waternet.node.appending import Keys
from waternet.node.folder import Node
from waternet.quality.rules import RuleSet, default_rules

__all__ = [
    "from_lines",
    "proposal_in_force",
    "publish_rules",
    "read_rule_file",
    "rules_in_force",
    "rules_sha256",
    "to_lines",
]


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
    return lines_sha256(to_lines(rules))


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
    """Append a rule set to the own record; see `publish_lines`."""
    told = {"name": rules.name, "version": rules.version, "title": title}
    return publish_lines(node, keys, RULES, to_lines(rules), told)


def rules_in_force(node: Node, bank: Bank | None) -> RuleSet:
    """Return the rules for imports: agreed by all, else the own, else Waternet's.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        The blob of the set in force is missing, damaged, or for another version.
    """
    proposals = list_proposals(node, bank, RULES) if bank is not None else []
    chosen = proposal_in_force(proposals, node.party)
    if chosen is None:
        return default_rules()
    own = chosen.agreed_by[node.party]
    return from_lines(own.name, own.version, read_published(node, node.party, own))


def proposal_in_force(proposals: list[Proposal], party: str) -> Proposal | None:
    """Return the newest of a party's own that all agreed on, else its newest."""
    own = [one for one in proposals if party in one.agreed_by]
    agreed = [one for one in own if not one.not_yet]
    best = agreed or own
    return best[-1] if best else None
