"""Which group a request means, on which day, and what stands there."""

from __future__ import annotations

from typing import Any, Final

from waternet.api.asked import Asked
from waternet.api.operation import Parameter
from waternet.node.groups import find_group, group_names, group_state
from waternet.workinggroup.state import State

__all__ = ["AT", "GROUP", "TEXT", "asked_state"]

TEXT: Final[dict[str, Any]] = {"type": "string", "maxLength": 200}
GROUP: Final = Parameter(
    "group",
    {"type": "string", "maxLength": 64},
    "The group's id, eight digits of it at least, or its name.",
    "path",
    True,
)
AT: Final = Parameter(
    "at",
    {"type": "string", "maxLength": 10},
    "As it stood at the end of that day: 1999-01-01.",
)


def asked_state(asked: Asked) -> State:
    """Return the state of the group that a request names, on the day that it names.

    Raises
    ------
    NotFound, Conflict
        There is no such group, or there are several.
    NotAcceptable
        The day is none.
    """
    groups = group_names(asked.node, asked.bank)
    found = find_group(groups, asked.path["group"])
    return group_state(asked.node, asked.bank, found, asked.values.get("at", ""))
