"""Charters in the form in which others keep members: `charter export`, `import`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.group_options import Shown, shows
from waternet.cli.meeting import OutputOption
from waternet.cli.show import say, whole_file
from waternet.errors import NotFound

if TYPE_CHECKING:
    from waternet.workinggroup.state import State

__all__ = ["add_files"]


@shows
def export(
    language: Annotated[
        str, typer.Option(help="Of names [default: the charter's first by code].")
    ] = "",
) -> Callable[[State], Shown]:
    """Write members, bodies, delegates, posts and sessions as Popolo JSON."""
    from waternet.workinggroup.interchange.popolo import write_popolo

    def shown(state: State) -> Shown:
        known = state.charter.languages if state.charter else ()
        chosen = language or next(iter(known), "")
        return Shown(text=write_popolo(state, chosen).decode())

    return shown


def import_(
    file: Annotated[Path, typer.Argument(help="Members and bodies (Popolo JSON).")],
    language: Annotated[
        str, typer.Option(help="Of names of which the file does not tell it.")
    ] = "",
    output: OutputOption = None,
) -> None:
    """Make the draft of a charter of a file: what it does not tell is assumed."""
    import tomli_w

    from waternet.workinggroup.interchange.popolo_reading import (
        MOST_POPOLO,
        read_popolo,
    )

    if not file.is_file():
        raise NotFound(f"no file {file}")
    with file.open("rb") as opened:
        draft = read_popolo(opened.read(MOST_POPOLO + 1), language)
    assumed = "".join(f"# assumed: {one}\n" for one in draft.assumed)
    written = tomli_w.dumps(draft.charter.to_json())
    with whole_file(output) as sink:
        sink.write(f"{assumed}\n{written}".lstrip("\n").encode())
    if output is not None:
        for one in draft.assumed:
            say(f"assumed: {one}")
        say(f"written to {output}: look at it, then 'waternet charter found {output}'")


def add_files(charter: typer.Typer) -> None:
    """Add these commands to those of charters."""
    charter.command("export")(export)
    charter.command("import")(import_)
