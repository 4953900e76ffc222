"""The commands `member ...`: who takes part; seats taken, left, taken again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.group_options import Shown, acts, does, shows

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_member = typer.Typer(
    no_args_is_help=True,
    help="List who takes part; take the own seat, and leave it.",
)
_MemberArgument = Annotated[
    str, typer.Argument(help="The member: one's own party.", metavar="MEMBER")
]


@_member.command("list")
@shows
def list_all() -> Callable[[State], Shown]:
    """List the members with their roles, the absent ones with the seat that waits."""

    def shown(state: State) -> Shown:
        roles = state.roles()
        members = state.charter.members if state.charter else ()
        rows: list[dict[str, Any]] = [
            {
                "member": one.id,
                "names": " · ".join(one.names.values()),
                "role": roles[one.id],
                "seat": one.seat,
            }
            for one in members
        ]
        return Shown(rows=rows)

    return shown


@_member.command()
@acts
def join(member: _MemberArgument) -> Callable[[State], Doing]:
    """Take the own seat: it waited while the member was absent."""
    return does("member.join", member, {})


@_member.command()
@acts
def leave(
    member: _MemberArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> Callable[[State], Doing]:
    """Leave the own seat: it waits, and the member stays invited."""
    return does("member.leave", member, {"reason": reason})


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_member, name="member")
