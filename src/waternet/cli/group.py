"""The commands `group ...`: groups by their acts: what stands, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.group_options import Shown, shows
from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.options import JsonFlag, NodeOption, opened_node
from waternet.cli.show import say

if TYPE_CHECKING:
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_group = typer.Typer(
    no_args_is_help=True,
    help="List groups, and show what stands in one, what is contested, what is not.",
)


@_group.command("list")
def list_all(
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """List the groups that were founded in the records that this node follows."""
    from waternet.node.groups import group_names

    opened = opened_node(node)
    with ready_bank(opened) as bank:
        groups = group_names(opened, bank)
    rows = [{"group": one, "name": name} for one, name in groups.items()]
    if json or csv or output:
        show_listed(rows, json=json, csv=csv, output=output)
        return
    for row in rows:
        say(f"{row['name']}: {row['group']}")
    if not rows:
        say("no group was founded")


@_group.command()
@shows
def show() -> Callable[[State], Shown]:
    """Show who takes part, and how much stands in the group."""
    from waternet.node.group_view import overview

    return lambda state: Shown(facts=overview(state))


@_group.command()
@shows
def state() -> Callable[[State], Shown]:
    """Show all that stands, as data: equal states are equal here on every node."""
    return lambda state: Shown(facts={**state.to_json(), "sha256": state.sha256})


@_group.command()
@shows
def refusals() -> Callable[[State], Shown]:
    """List the entries that do not count, why, and what to do about each."""
    return lambda state: Shown(rows=[one.to_json() for one in state.refusals])


@_group.command()
@shows
def conflicts() -> Callable[[State], Shown]:
    """List what delegates did at once, which nobody has resolved yet."""
    from waternet.node.group_view import plain_conflicts

    return lambda state: Shown(rows=plain_conflicts(state))


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_group, name="group")
