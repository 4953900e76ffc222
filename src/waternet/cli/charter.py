"""The commands `charter ...`: the rules of a group, proposed, agreed to, adopted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.charter_files import add_files
from waternet.cli.group_options import Shown, acts, does, read_form, shows
from waternet.cli.show import whole_file

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.comparison import CharterChange
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_charter = typer.Typer(
    no_args_is_help=True,
    help="Found a group, and propose, agree to, adopt and show its charter.",
)
_FileArgument = Annotated[Path, typer.Argument(help="The charter (TOML or JSON).")]
_ProposalArgument = Annotated[
    str,
    typer.Argument(help="The act that proposes it [default: the only one open]."),
]


@_charter.command()
def preset(
    name: Annotated[
        str,
        typer.Argument(help="Its name [default: all are listed]."),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to a file.")
    ] = None,
) -> None:
    """Write a charter that comes with Waternet to a file, to be edited."""
    from waternet.workinggroup.preset import list_presets, preset_text

    text = preset_text(name) if name else "".join(f"{one}\n" for one in list_presets())
    with whole_file(output) as sink:
        sink.write(text.encode())


@_charter.command()
@acts
def found(file: _FileArgument) -> Callable[[State], Doing]:
    """Found a group by proposing its first charter."""
    from waternet.workinggroup.charter_form import read_charter

    told = read_charter(read_form(file), file.name).to_json()
    return does("charter.found", "charter", {"charter": told})


@_charter.command()
@acts
def propose(file: _FileArgument) -> Callable[[State], Doing]:
    """Propose another charter: it stands once all whose consent counts agree."""
    from waternet.workinggroup.charter_form import read_charter

    told = read_charter(read_form(file), file.name).to_json()
    return does("charter.propose", "charter", {"charter": told})


@_charter.command()
@acts
def consent(
    proposal: _ProposalArgument = "",
    days: Annotated[int, typer.Option(help="For how many days it is given.")] = 90,
) -> Callable[[State], Doing]:
    """Consent to a charter that was proposed, to these very bytes, for a time."""
    from waternet.node.charters import consent_to

    return lambda state: consent_to(state, proposal, days)


@_charter.command()
@acts
def dissent(
    reason: Annotated[str, typer.Option(help="Why the consent is taken back.")],
    proposal: _ProposalArgument = "",
    member: Annotated[
        str, typer.Option(help="Whose consent [default: this party's].")
    ] = "",
    *,
    own: str,
) -> Callable[[State], Doing]:
    """Take back one's consent to a charter that is not adopted yet."""
    from waternet.node.charters import dissent_from

    return lambda state: dissent_from(state, proposal, member or own, reason)


@_charter.command()
@acts
def adopt(proposal: _ProposalArgument = "") -> Callable[[State], Doing]:
    """Adopt a charter to which all have consented whose consent counts."""
    from waternet.node.charters import adoption_of

    return lambda state: adoption_of(state, proposal)


@_charter.command()
@shows
def show() -> Callable[[State], Shown]:
    """Show the charter in force, or the first one while it is only proposed."""
    from waternet.cli.charter_page import charter_page

    def shown(state: State) -> Shown:
        held = state.charter
        told = held.to_json() if held else {}
        return Shown(
            facts={
                "in_force": state.charter_id,
                "sha256": held.sha256 if held else "",
                **told,
            },
            text=charter_page(held, state.charter_id) if held else "",
        )

    return shown


@_charter.command()
@shows
def compare(
    proposal: _ProposalArgument = "",
) -> Callable[[State], Shown]:
    """Show what a proposed charter would change of the one in force."""
    from waternet.node.charters import find_proposal
    from waternet.workinggroup.charters import proposed_charter
    from waternet.workinggroup.comparison import compare_charters

    def ask(state: State) -> Shown:
        proposed = proposed_charter(find_proposal(state, proposal).act)
        changes = compare_charters(state.charter or proposed, proposed)
        return Shown(rows=[_told(one) for one in changes])

    return ask


def _told(change: CharterChange) -> dict[str, str]:
    """Return a difference as a row: of a whole member or body, its role or level."""
    row = {name: getattr(change, name) for name in ("what", "id", "sign", "field")}
    for name in ("before", "after"):
        held = getattr(change, name)
        if isinstance(held, dict) and "id" in held:
            held = held.get("role", held.get("level"))
        row[name] = _in_words(held)
    return row


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_in_words(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_in_words, value))
    return "" if value is None else str(value)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add_files(_charter)
    app.add_typer(_charter, name="charter")
