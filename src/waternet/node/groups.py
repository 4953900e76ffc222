"""Groups as this node knows them: their acts, out of all records that it follows."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from waternet.bank.store import Bank
from waternet.errors import Conflict, NotFound
from waternet.node.folder import Node
from waternet.record.fields import write_seconds
from waternet.workinggroup.fold import fold
from waternet.workinggroup.gathering import Said, list_groups
from waternet.workinggroup.state import State

__all__ = ["find_group", "group_names", "group_state", "read_said"]

_LEAST_PREFIX = 8  # hexadecimal digits by which a group is named
_KEPT = 32  # states in memory
_KINDS = "kind IN ('act', 'credential')"
_MICROSECONDS = 1_000_000

_Mark = tuple[tuple[str, int, int], ...]


@dataclass
class _Known:
    """What was read of one bank, and folded: while its entries are as they were."""

    mark: _Mark = ()
    said: tuple[Said, ...] = ()
    states: OrderedDict[tuple[str, str], State] = field(default_factory=OrderedDict)


_known: dict[Path, _Known] = {}
_lock = Lock()


def read_said(node: Node, bank: Bank) -> tuple[Said, ...]:
    """Return the acts and credentials of every party, each in the order of its log.

    Those of parties that this node no longer follows are left out. What was read
    before is not read again: a log only grows.
    """
    return _current(node, bank).said


def group_names(node: Node, bank: Bank) -> Mapping[str, str]:
    """Return the id of every group that was founded, with the name it gave itself."""
    return list_groups(read_said(node, bank))


def find_group(groups: Mapping[str, str], name: str) -> str:
    """Return the id of the group that is meant.

    Parameters
    ----------
    groups : mapping of id to name
    name : str
        Its id, at least eight digits of it, or its name; '' where there is only one.
        They are tried in this order: whoever founds a group may call it as they like,
        and cannot take the id of another.

    Raises
    ------
    NotFound
        There is none.
    Conflict
        Several are meant.
    """
    found = _meant(groups, name)
    if not found:
        told = f"no group {name!r}" if name else "no group was founded"
        raise NotFound(told, hint="'waternet group list' lists them; pull first")
    if len(found) > 1:
        named = ", ".join(f"{groups[one]} ({one[:16]})" for one in found)
        raise Conflict(f"{len(found)} groups are meant", hint=f"name one: {named}")
    return found[0]


def _meant(groups: Mapping[str, str], name: str) -> list[str]:
    if name in groups:
        return [name]
    if not name:
        return [*groups]
    long_enough = len(name) >= _LEAST_PREFIX
    by_id = [one for one in groups if long_enough and one.startswith(name)]
    return by_id or [one for one, called in groups.items() if called == name]


def group_state(node: Node, bank: Bank, group: str, until: str = "") -> State:
    """Return what stands in a group, by the acts that this node holds.

    Parameters
    ----------
    node : Node
    bank : Bank
    group : str
        Its id.
    until : str
        See `fold`.
    """
    known = _current(node, bank)
    with _lock:
        held = known.states.get((group, until))
    if held is None:
        held = fold(known.said, group, until)
        with _lock:
            known.states[group, until] = held
            while len(known.states) > _KEPT:
                known.states.popitem(last=False)
    return held


def _current(node: Node, bank: Bank) -> _Known:
    followed = sorted(node.cards())
    marks = bank.catalogue.rows(
        f"SELECT party, count(*), max(number) FROM entry WHERE {_KINDS} GROUP BY party"
    )
    mark = tuple(sorted(tuple(one) for one in marks if one[0] in followed))
    with _lock:
        known = _known.get(node.folder)
    if known is None or known.mark != mark:
        known = _Known(mark, tuple(_read(bank, followed)))
        with _lock:
            _known[node.folder] = known
    return known


def _read(bank: Bank, parties: Sequence[str]) -> list[Said]:
    rows = bank.catalogue.rows(
        f"SELECT party, number, issued, kind, body FROM entry WHERE {_KINDS}"
        " ORDER BY party, number"
    )
    return [
        Said(
            party,
            number,
            write_seconds(issued // _MICROSECONDS),
            kind,
            json.loads(body),
        )
        for party, number, issued, kind, body in rows
        if party in parties
    ]
