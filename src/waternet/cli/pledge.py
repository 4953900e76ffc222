"""The commands `pledge ...`: what donors promise, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.group_options import Shown, acts, does, read_form, shows
from waternet.cli.project import EvidenceOption, ReasonOption
from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.pledge_standing import PledgeStanding, Total
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_pledge = typer.Typer(
    no_args_is_help=True,
    help="Pledge money, experts, technology or venues; say what came of it.",
)
_PledgeArgument = Annotated[
    str, typer.Argument(help="The pledge's id.", metavar="PLEDGE")
]


@_pledge.command("list")
@shows
def list_all() -> Callable[[State], Shown]:
    """List the pledges: by whom, for what, what came and what is outstanding."""
    from waternet.workinggroup.pledge_standing import list_pledges

    def ask(state: State) -> Shown:
        rows = [_row(one) for one in list_pledges(state)]
        return Shown(rows=rows, brief=[_brief(row) for row in rows])

    return ask


@_pledge.command()
@shows
def show(pledge: _PledgeArgument) -> Callable[[State], Shown]:
    """Show a pledge with every receipt."""
    from waternet.cli.pledge_page import pledge_page
    from waternet.node.projects import find_pledge

    def ask(state: State) -> Shown:
        standing = find_pledge(state, pledge)
        return Shown(facts=standing.to_json(), text=pledge_page(standing))

    return ask


@_pledge.command()
@shows
def total(
    by: Annotated[str, typer.Option(help="donor or project.")] = "donor",
    currency: Annotated[
        str, typer.Option(help="In which pledges are told that have a rate to it.")
    ] = "",
) -> Callable[[State], Shown]:
    """Add up what was pledged, received and is outstanding, each currency apart."""
    from waternet.workinggroup.pledge_standing import (
        add_pledges,
        list_pledges,
        of_donor,
        of_project,
    )

    of = {"donor": of_donor, "project": of_project}.get(by)
    if of is None:
        raise NotAcceptable(f"--by {by!r}: expected 'donor' or 'project'")

    def ask(state: State) -> Shown:
        totals = add_pledges(list_pledges(state), of, currency)
        return Shown(rows=[_total(one) for one in totals])

    return ask


@_pledge.command()
@acts
def make(
    pledge: _PledgeArgument,
    file: Annotated[Path, typer.Argument(help="What is promised (TOML or JSON).")],
) -> Callable[[State], Doing]:
    """Make a pledge, for a project or for none."""
    from waternet.node.projects import make_pledge

    told = read_form(file)
    return lambda state: make_pledge(state, pledge, told)


@_pledge.command()
@acts
def change(
    pledge: _PledgeArgument,
    file: Annotated[Path, typer.Argument(help="What changes (TOML or JSON).")],
    reason: ReasonOption,
) -> Callable[[State], Doing]:
    """Change one's own pledge."""
    return does("pledge.change", pledge, {**read_form(file), "reason": reason})


@_pledge.command()
@acts
def cancel(pledge: _PledgeArgument, reason: ReasonOption) -> Callable[[State], Doing]:
    """Cancel one's own pledge; what came of it stays."""
    return does("pledge.cancel", pledge, {"reason": reason})


@_pledge.command()
@acts
def receive(
    pledge: _PledgeArgument,
    day: Annotated[str, typer.Option(help="When it came: 2026-11-28, 2026-11, 2026.")],
    evidence: EvidenceOption,
    amount: Annotated[str, typer.Option(help="How much: 250000.50.")] = "",
    words: Annotated[
        list[str] | None,
        typer.Option(help="What, in words: LANGUAGE=WORDS; repeat it."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="'currency' and 'rate', of what came in another currency."),
    ] = None,
) -> Callable[[State], Doing]:
    """Say what came of a pledge: as lead or beneficiary, or who keeps the record."""
    from waternet.cli.keep import read_names
    from waternet.node.projects import receive_pledge

    told: dict[str, Any] = {"on": day, "evidence": evidence}
    told |= read_form(file) if file else {}
    told |= {"amount": amount} if amount else {}
    told |= {"words": read_names(words, "--words")} if words else {}
    return lambda state: receive_pledge(state, pledge, told)


@_pledge.command()
@acts
def correct(
    pledge: _PledgeArgument,
    receipt: Annotated[str, typer.Argument(help="The act, or its beginning.")],
    reason: ReasonOption,
) -> Callable[[State], Doing]:
    """Take back what one said to have received."""
    from waternet.node.projects import correct_receipt

    return lambda state: correct_receipt(state, pledge, receipt, reason)


def _total(one: Total) -> dict[str, Any]:
    sums = ("made", "received", "outstanding")
    told = one.to_json()
    return {
        "of": told["of"],
        "currency": one.currency,
        **{name: told.get(name, "") for name in sums},
        "pledges": one.pledges,
    }


def _row(one: PledgeStanding) -> dict[str, Any]:
    told = one.to_json()
    worth = one.pledge.worth
    return {
        "pledge": one.id,
        "donors": told["donors"],
        "project": one.project,
        "kind": one.pledge.kind,
        "currency": worth.currency if worth else "",
        "made": worth.amount if worth else "",
        **{name: told.get(name, "") for name in ("received", "outstanding")},
        "exceeded": told.get("exceeded", ""),
        "receipts": len(one.receipts),
        "due": one.pledge.due,
        "cancelled": one.pledge.cancelled,
        **{name: told.get(name, "") for name in ("day", "reported_by", "source")},
    }


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_pledge, name="pledge")


def _brief(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pledge's row as it fits on a screen, sums with their currency."""
    told = {name: row[name] for name in ("pledge", "donors", "project", "kind")}
    for name in ("made", "received", "outstanding"):
        told[name] = f"{row[name]} {row['currency']}" if row[name] else ""
    for name in ("exceeded", "cancelled"):
        told[name] = row[name] if row[name] not in ("", "0", False) else ""
    return {**told, **{name: row[name] for name in ("day", "reported_by", "source")}}
