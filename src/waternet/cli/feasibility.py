"""The commands `feasibility ...`: a text or project held against the data it needs."""

from __future__ import annotations

import json as json_
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.group_options import (
    AtOption,
    GroupOption,
    Shown,
    acts,
    asked_state,
    read_form,
    show,
    shows,
)
from waternet.cli.meeting import CsvFlag, OutputOption
from waternet.cli.options import JsonFlag, NodeOption, opened_node
from waternet.cli.show import say, whole_file
from waternet.errors import NotAllowed

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_feasibility = typer.Typer(
    no_args_is_help=True,
    help="Hold a text or project against the data that it needs; sign what was found.",
)
_RecordArgument = Annotated[
    str, typer.Argument(help="The record's id.", metavar="RECORD")
]


@_feasibility.command("list")
@shows
def list_all() -> Callable[[State], Shown]:
    """List the checks: about what, by whom, and what they found."""
    return lambda state: Shown(rows=_rows(state))


@_feasibility.command("show")
@shows
def show_record(record: _RecordArgument) -> Callable[[State], Shown]:
    """Show a check: what was needed, what was found, in which entries."""
    from waternet.cli.feasibility_page import feasibility_page
    from waternet.workinggroup.citing import cite
    from waternet.workinggroup.plain import to_plain

    def ask(state: State) -> Shown:
        thing = state.thing("feasibility", record)
        told = {"id": thing.id, **cite(thing.changes[0]), **to_plain(thing.value)}
        about = state.things.get(thing.value.about)
        page = feasibility_page(thing, about.id if about else "")
        return Shown(facts=told, text=page)

    return ask


@_feasibility.command()
def check(
    file: Annotated[Path, typer.Argument(help="What is needed (TOML or JSON).")],
    to: Annotated[
        Path | None, typer.Option(help="Write what was found here, to be signed.")
    ] = None,
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """Hold needs against the data that this party may read; sign nothing."""
    from waternet.cli.answer import ready_bank
    from waternet.node.feasibility import check_needs
    from waternet.workinggroup.feasibility import read_needs

    told = read_form(file)
    needs = read_needs(told.get("needs"), file.name)
    opened = opened_node(node)
    with ready_bank(opened) as bank:
        checked = check_needs(opened, bank, needs)
    found = checked.to_json()
    if to is not None:
        with whole_file(to) as sink:
            written = json_.dumps({**told, **found}, ensure_ascii=False, indent=2)
            sink.write(written.encode() + b"\n")
    show(Shown(rows=found["found"]), json=json, csv=csv, output=output)
    if not (json or csv or output):
        say(f"the data are {checked.verdict}; water accounts were not examined")


@_feasibility.command()
@acts
def record(
    record: _RecordArgument,
    file: Annotated[Path, typer.Argument(help="What 'check --to' wrote.")],
    disclose: Annotated[
        bool, typer.Option(help="Tell everybody what restricted data of yours hold.")
    ] = False,
) -> Callable[[State], Doing]:
    """Sign what a check found."""
    from waternet.node.projects import record_feasibility
    from waternet.workinggroup.feasibility import disclosed_parties

    told = read_form(file)
    if not disclose and disclosed_parties(told):
        raise NotAllowed(
            "the record would tell everybody what restricted figures of "
            f"{', '.join(disclosed_parties(told))} hold",
            hint="take what was found of them out; give --disclose where it is yours",
        )
    return lambda state: record_feasibility(state, record, told)


@_feasibility.command()
def repeat(
    record: _RecordArgument,
    group: GroupOption = "",
    at: AtOption = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Make a check again on this node, and say how it differs from the record."""
    from waternet.node.feasibility import list_differences

    opened = opened_node(node)
    with asked_state(opened, group, at) as (bank, state):
        made = state.thing("feasibility", record).value
        told = list_differences(opened, bank, made)
    if json:
        facts: dict[str, Any] = {"record": record, "differences": list(told)}
        show(Shown(facts=facts), json=True, csv=False, output=None)
        return
    for one in told:
        say(one)
    if not told:
        say("the same is found here, in the same entries")


def _rows(state: State) -> list[dict[str, Any]]:
    from waternet.workinggroup.citing import cite

    rows = []
    for thing in state.of("feasibility"):
        made = thing.value
        about = state.things.get(made.about)
        rows.append(
            {
                "record": thing.id,
                "reported_by": "",
                "source": "",
                **cite(thing.changes[0]),
                "kind": made.kind,
                "about": about.id if about else "",
                "paragraph": made.paragraph,
                "verdict": made.verdict,
                "balance": made.balance,
                "inputs": len(made.inputs),
            }
        )
    return rows


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_feasibility, name="feasibility")
