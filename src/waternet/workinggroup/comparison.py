"""What one charter changes of another: members, bodies, rules; line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waternet.workinggroup.charter import Charter

__all__ = ["CharterChange", "compare_charters"]


@dataclass(frozen=True, slots=True)
class CharterChange:
    """One difference.

    Attributes
    ----------
    what : str
        'member', 'body' or 'rule'.
    id : str
        Of the member or body; name of the rule: 'change', 'linkages', 'excluded'...
    sign : str
        '+' where only the later charter has it, '-' where only the earlier one, '~'
        where it is another.
    field : str
        What of it is another: 'role', 'gavel', 'consensus'...; '' for '+' and '-'.
    before, after : object
        Plain values; None where there is none.
    """

    what: str
    id: str
    sign: str
    field: str = ""
    before: Any = None
    after: Any = None


def compare_charters(before: Charter, after: Charter) -> tuple[CharterChange, ...]:
    """Return all that differs, members first, each list in order of ids.

    Parameters
    ----------
    before, after : Charter
    """
    earlier, later = before.to_json(), after.to_json()
    return (
        *_listed("member", earlier.pop("members"), later.pop("members")),
        *_listed("body", earlier.pop("bodies"), later.pop("bodies")),
        *_rules(earlier, later),
    )


def _listed(
    what: str, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[CharterChange]:
    earlier = {one["id"]: one for one in before}
    later = {one["id"]: one for one in after}
    for name in sorted({*earlier, *later}):
        if name not in later:
            yield CharterChange(what, name, "-", before=earlier[name])
        elif name not in earlier:
            yield CharterChange(what, name, "+", after=later[name])
        else:
            yield from _fields(what, name, earlier[name], later[name])


def _fields(
    what: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[CharterChange]:
    for field in sorted({*before, *after}):
        was, now = before.get(field), after.get(field)
        if was != now:
            yield CharterChange(what, name, "~", field, was, now)


def _rules(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[CharterChange]:
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        sign = "+" if was is None else "-" if now is None else "~"
        yield CharterChange("rule", name, sign, "", was, now)
