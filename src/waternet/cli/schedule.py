"""The commands `schedule ...`: who delivers what, when, and what was delivered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.meeting import CsvFlag, OutputOption, show_listed
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.rules import plain_proposal, say_proposal
from waternet.cli.show import Form, say, show_facts
from waternet.errors import NotAcceptable, NotAgreed, NotFound, NotVerified

if TYPE_CHECKING:
    from waternet.bank.store import Bank
    from waternet.node.agreement import Proposal
    from waternet.node.folder import Node

__all__ = ["add_commands"]

_schedule = typer.Typer(
    no_args_is_help=True,
    help="Propose, agree on and show who delivers which figures, and when.",
)


@_schedule.command()
def propose(
    file: Annotated[Path, typer.Argument(help="The schedule (TOML).")],
    title: Annotated[str, typer.Option(help="What it is, in words.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Publish a schedule: it stands once every party published the same."""
    from waternet.cli.keep import read_own_keys
    from waternet.node.schedules import propose_schedule, read_schedule_file

    opened = opened_node(node)
    chosen = read_schedule_file(file)
    index = propose_schedule(opened, read_own_keys(opened), chosen, title)
    _show_entry(opened, index, json=json)


@_schedule.command()
def agree(
    proposal: Annotated[
        str, typer.Argument(help="Digits of its hash; only where several are open.")
    ] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Agree to another party's proposal: publish the same bytes."""
    from waternet.cli.answer import ready_bank
    from waternet.cli.keep import read_own_keys
    from waternet.node.agreement import SCHEDULE, list_proposals
    from waternet.node.schedules import agree_schedule, choose_proposal

    opened = opened_node(node)
    with ready_bank(opened) as bank:
        proposals = list_proposals(opened, bank, SCHEDULE)
    chosen = choose_proposal(proposals, opened.party, proposal)
    index = agree_schedule(opened, read_own_keys(opened), chosen)
    _show_entry(opened, index, json=json)


@_schedule.command()
def show(node: NodeOption = None, json: JsonFlag = False) -> None:
    """Show the schedule that stands, who agreed, and how proposals differ from it."""
    from waternet.cli.answer import ready_bank

    opened, form = opened_node(node), chosen_form(json=json)
    with ready_bank(opened) as bank:
        facts, told = _shown(opened, bank)
    if form is Form.JSON:
        show_facts(facts, form)
        return
    if not told:
        say("nobody has proposed a schedule")
    if told and facts["stands"] is None:
        say("no schedule stands: not all have published the same")
    for one in told:
        plain = next(p for p in facts["schedules"] if p["sha256"] == one.sha256)
        say_proposal(one, "stands" if plain["stands"] else "")
        for line in plain["lines"] if plain["stands"] else []:
            say(f"    {_in_words(line)}")
        for change in [] if plain["stands"] else plain["differences"]:
            say(f"  {change['sign']} {_in_words(change['line'])}")
        if plain["unreadable"]:
            say(f"  cannot be read: {plain['unreadable']}")


@_schedule.command()
def deliveries(
    node: NodeOption = None,
    json: JsonFlag = False,
    csv: CsvFlag = False,
    output: OutputOption = None,
) -> None:
    """Show each period of the schedule that stands: delivered, late, due or not yet."""
    from datetime import UTC, datetime

    from waternet.cli.answer import ready_bank
    from waternet.node.meeting import keep_schedule

    opened = opened_node(node)
    with ready_bank(opened) as bank:
        kept = keep_schedule(opened, bank, datetime.now(UTC))
    if kept.unreadable:
        raise NotVerified(kept.unreadable, hint="'waternet verify' names the file")
    if not kept.sha256:
        raise NotAgreed(
            "no delivery schedule stands", hint="'waternet schedule show' says why"
        )
    show_listed(kept.rows(), json=json, csv=csv, output=output)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_schedule, name="schedule")


def _show_entry(node: Node, index: int, *, json: bool) -> None:
    from waternet.cli.answer import ready_bank
    from waternet.node.agreement import SCHEDULE, list_proposals

    with ready_bank(node) as bank:
        proposals = list_proposals(node, bank, SCHEDULE)
    (one,) = [
        one
        for one in proposals
        if node.party in one.agreed_by and one.agreed_by[node.party].index == index
    ]
    facts = {
        "entry": index,
        "sha256": one.sha256,
        "agreed_by": sorted(one.agreed_by),
        "not_yet": list(one.not_yet),
    }
    show_facts(facts, chosen_form(json=json))


def _shown(node: Node, bank: Bank) -> tuple[dict[str, Any], list[Proposal]]:
    """Return what stands and what each party said last: as plain values, in order."""
    from waternet.node.agreement import SCHEDULE, list_proposals, standing
    from waternet.node.schedules import differences, last_words, read_proposal

    listed = list_proposals(node, bank, SCHEDULE)
    stands, last = standing(listed), last_words(listed)
    proposals = [one for one in listed if one is stands or one in last]
    schedules = {}
    unreadable = {}
    for one in proposals:
        try:
            schedules[one.sha256] = read_proposal(node, one)
        except (NotFound, NotVerified, NotAcceptable) as error:
            unreadable[one.sha256] = str(error)
    agreed = schedules.get(stands.sha256) if stands else None
    plain = []
    for one in proposals:
        read = schedules.get(one.sha256)
        plain.append(
            {
                **plain_proposal(one),
                "stands": one is stands,
                "lines": list(read.to_json()) if read else [],
                "differences": [
                    {"sign": change.sign, "line": dict(change.line)}
                    for change in (differences(agreed, read) if read else [])
                ],
                "unreadable": unreadable.get(one.sha256, ""),
            }
        )
    facts = {"stands": stands.sha256 if stands else None, "schedules": plain}
    return facts, proposals


def _in_words(line: Mapping[str, Any]) -> str:
    words = f"{line['custodian']}:{line['dataset']}"
    if "observed_properties" in line:
        words += f" ({', '.join(line['observed_properties'])})"
    words += f" every {line['every']} in steps of {line['step']}, due {line['due']}"
    words += f" after its end, from {line['from']}"
    words += f" until {line['until']}" if "until" in line else ""
    return words + f" ({line.get('zone', 'UTC')})"
