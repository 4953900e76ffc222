"""The commands `group ...`: groups by their acts: what stands, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.group_options import GroupOption, Shown, asked_state, shows
from waternet.cli.group_options import show as show_answer
from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.notify import notify
from waternet.cli.options import JsonFlag, NodeOption, opened_node
from waternet.cli.show import Form, say, show_facts

if TYPE_CHECKING:
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_SHORT = {
    "sessions_held": "held",
    "sessions_called": "called",
    "sessions_cancelled": "cancelled",
    "attendances": "attended",
    "texts_drafted": "drafted",
    "texts_adopted": "adopted",
    "objections_lifted": "lifted",
    "projects_begun": "projects",
    "projects_moved": "moves",
    "pledges_made": "pledges",
    "tasks_set": "tasks",
    "tasks_done": "done",
}

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


@_group.command()
def chronicle(
    file: Annotated[Path, typer.Argument(help="Its reports (TOML).")],
    group: GroupOption = "",
    delegate: Annotated[
        str, typer.Option(help="Who signs [default: the one whose key is here].")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Enter an archive's reports of others, as the charter's keeper: all or none."""
    from waternet.cli.group_options import read_hands
    from waternet.cli.witness import gathered_now, say_gathered
    from waternet.node.chronicle import enter_chronicle, open_chronicle
    from waternet.node.delegates import find_delegate

    opened = opened_node(node)
    reports = open_chronicle(file)
    who = find_delegate(opened, delegate)
    done = enter_chronicle(opened, read_hands(opened, who), who, group, reports)
    gathered = gathered_now(opened)
    if json:
        show_facts({**asdict(done), "head": gathered.to_json()}, Form.JSON)
        return
    last = done.first + done.count - 1
    say(f"{done.count} reports entered: entries {done.first} to {last}")
    say(f"group {done.group}")
    say_gathered(gathered)


@_group.command()
@shows
def activity(
    dormant: Annotated[
        int, typer.Option(help="Days of rest from which that is told.")
    ] = 365,
    members: Annotated[bool, typer.Option(help="By member, not by year.")] = False,
    resting: Annotated[bool, typer.Option(help="What rests, and since when.")] = False,
) -> Callable[[State], Shown]:
    """Show how active the group was: by year, by member, or what has come to rest."""
    from waternet.workinggroup.activity import activity as counted

    def ask(state: State) -> Shown:
        told = counted(state, state.until or f"{datetime.now(UTC):%Y-%m-%d}", dormant)
        if resting:
            return Shown(rows=[asdict(one) for one in told.dormant])
        if members:
            return Shown(rows=[asdict(one) for one in told.parts])
        rows = [one.to_json() for one in told.years]
        return Shown(rows=rows, brief=_done(rows))

    return ask


@_group.command()
def data(
    group: GroupOption = "",
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """Show what figures each member gave, and can read of the others'."""
    from waternet.node.meeting import list_balances

    opened = opened_node(node)
    with asked_state(opened, group) as (bank, state):
        roles = state.roles()
        balances = list_balances(opened, bank, datetime.now(UTC))
    rows = [asdict(one) for one in balances if one.party in roles]
    names = ("party", "releases", "figures", "got_releases", "got_figures")
    brief = [{name: row[name] for name in names} for row in rows]
    show_answer(Shown(rows=rows, brief=brief), json=json, csv=csv, output=output)


def _done(rows: list[dict[str, int]]) -> list[dict[str, int]]:
    """Return the columns in which there is anything, under names that fit."""
    kept = [name for name in rows[0] if any(row[name] for row in rows)]
    return [{_SHORT.get(name, name): row[name] for name in kept} for row in rows]


_group.command()(notify)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_group, name="group")
