"""The commands `task ...`: what a member is to do by a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.group_options import Shown, acts, does, shows
from waternet.cli.paragraphs import in_all

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.state import State

__all__ = ["add_commands"]

_task = typer.Typer(
    no_args_is_help=True, help="Set tasks for members, and say that they are done."
)
_IdArgument = Annotated[str, typer.Argument(help="Its id.")]


@_task.command("set")
@acts
def set_(
    task: _IdArgument,
    body: Annotated[str, typer.Option(help="The committee or group that sets it.")],
    owner: Annotated[str, typer.Option(help="The member that is to do it.")],
    due: Annotated[str, typer.Option(help="The last day for it, 2026-12-31.")],
    title: Annotated[list[str], typer.Option(help="LANGUAGE=TITLE; repeat it.")],
    session: Annotated[str, typer.Option(help="The session that sets it.")] = "",
) -> Callable[[State], Doing]:
    """Set a task: who is to do it, and by when."""
    from waternet.cli.keep import read_names
    from waternet.node.acting import Doing

    told = {
        "body": body,
        "titles": read_names(title, "--title"),
        "owner": owner,
        "due": due,
    }

    def planned(state: State) -> Doing:
        if not session:
            return Doing("task.set", task, told)
        root = state.thing("session", session).root
        return Doing("task.set", task, {**told, "session": root}, (root,))

    return planned


@_task.command()
@acts
def done(
    task: _IdArgument,
    evidence: Annotated[
        list[str], typer.Option(help="Where it can be seen; repeat it.")
    ],
) -> Callable[[State], Doing]:
    """Say that a task is done: its owner alone does."""
    return does("task.done", task, {"evidence": evidence})


@_task.command()
@acts
def drop(
    task: _IdArgument, reason: Annotated[str, typer.Option(help="Why.")]
) -> Callable[[State], Doing]:
    """Drop a task that is not to be done any more."""
    return does("task.drop", task, {"reason": reason})


@_task.command("list")
@shows
def list_all(
    owner: Annotated[str, typer.Option(help="Of this member only.")] = "",
) -> Callable[[State], Shown]:
    """List tasks, the earliest due first."""
    from waternet.workinggroup.tasks import list_tasks

    def shown(state: State) -> Shown:
        rows = [
            {
                "id": thing.id,
                "due": task.due,
                "owner": task.owner,
                "standing": task.standing,
                "ended": task.ended,
                "title": in_all(task.titles),
            }
            for thing, task in list_tasks(state)
            if owner in ("", task.owner)
        ]
        return Shown(rows=rows)

    return shown


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_task, name="task")
