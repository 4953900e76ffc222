"""Working groups, asked of a node's folder or at its address: the same answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from waternet.bank.seal import reading_bank
from waternet.client.folder import node_in
from waternet.node.groups import find_group, group_names, group_state
from waternet.node.intake import bring_up_to_date

__all__ = ["group_in", "group_url"]


def group_in(folder: str, group: str, at: str) -> dict[str, Any]:
    """Return what stands in a group, from a node's folder; of '' which there are.

    Raises
    ------
    NotFound, Conflict
        There is no such node or group; or there are several of that name.
    NotAcceptable
        `at` is no day.
    """
    node = node_in(folder)
    bring_up_to_date(node)
    with reading_bank(node.bank) as bank:
        groups = group_names(node, bank)
        if not group:
            found = [{"group": one, "name": name} for one, name in groups.items()]
            return {"groups": found}
        state = group_state(node, bank, find_group(groups, group), at)
    return {**state.to_json(), "sha256": state.sha256}


def group_url(address: str, group: str, at: str) -> str:
    """Return the address at which a node is asked the same.

    Examples
    --------
    >>> group_url("https://water.example", "basin", "1999-01-01")
    'https://water.example/groups/basin/state?at=1999-01-01'
    """
    if not group:
        return f"{address}/groups"
    asked = f"?{urlencode({'at': at})}" if at else ""
    return f"{address}/groups/{quote(group, safe='')}/state{asked}"
