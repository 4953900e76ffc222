"""The command `waternet`: one place where errors become exit codes.

==========  =================================================================
exit code   meaning
==========  =================================================================
0           done
1           unexpected: a fault of Waternet itself
2           the command line is not understood
3           NotAcceptable: mend the value or file
4           NotFound
5           NotAllowed: terms, a missing key or a wrong passphrase
6           NotVerified: a signature, hash or proof does not hold; a finding
7           Conflict: somebody was first
8           NotAgreed
9           the disk or the system refused (full, read-only...)
10          NotReached: another machine did not answer; try again later
130         stopped by its user
==========  =================================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.main import get_command

from waternet.cli import (
    access,
    act,
    ask,
    charter,
    check,
    credential,
    edits,
    feasibility,
    group,
    joint,
    keep,
    layer,
    letter,
    meeting,
    member,
    pledge,
    project,
    prove,
    registry,
    rules,
    schedule,
    serve,
    session,
    sharing,
    study,
    swap,
    task,
    text,
    witness,
)
from waternet.cli.export import export
from waternet.cli.report import report
from waternet.cli.show import say_error
from waternet.cli.vocabulary import vocabulary
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAgreed,
    NotAllowed,
    NotFound,
    NotReached,
    NotVerified,
    WaternetError,
)

__all__ = ["EXIT_CODES", "app", "main", "run"]

EXIT_CODES: dict[type[WaternetError], int] = {
    NotAcceptable: 3,
    NotFound: 4,
    NotAllowed: 5,
    NotVerified: 6,
    Conflict: 7,
    NotAgreed: 8,
    NotReached: 10,
}
_SYSTEM = 9

app = typer.Typer(
    name="waternet",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"waternet {version('waternet')}")
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Say which version this is.",
            is_eager=True,
            callback=_say_version,
        ),
    ] = False,
) -> None:
    """Keep a joint water record: import, publish, verify, and ask the joint bank."""


keep.add_commands(app)
witness.add_commands(app)
prove.add_commands(app)
check.add_commands(app)
edits.add_commands(app)
rules.add_commands(app)
schedule.add_commands(app)
layer.add_commands(app)
meeting.add_commands(app)
joint.add_commands(app)
swap.add_commands(app)
ask.add_commands(app)
sharing.add_commands(app)
study.add_commands(app)
registry.add_commands(app)
serve.add_commands(app)
access.add_commands(app)
group.add_commands(app)
charter.add_commands(app)
member.add_commands(app)
credential.add_commands(app)
act.add_commands(app)
text.add_commands(app)
project.add_commands(app)
pledge.add_commands(app)
feasibility.add_commands(app)
session.add_commands(app)
task.add_commands(app)
letter.add_commands(app)
app.command()(export)
app.command()(report)
app.command()(vocabulary)


def main() -> None:
    """Run the command line of this process and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a letter shows '?'; files are UTF-8 always.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    words : list of str
        As typed after ``waternet``.
    """
    try:
        code = _run_command(words)
        sys.stdout.flush()
    except WaternetError as error:
        say_error(error)
        return next(EXIT_CODES[kind] for kind in EXIT_CODES if isinstance(error, kind))
    except BrokenPipeError:
        _end_output()
        return 0
    except OSError as error:
        say_error(WaternetError(str(error), hint="check the disk, then run it again"))
        _let_go_of_output()
        return _SYSTEM
    return code


def _run_command(words: list[str]) -> int:
    try:
        _commands()(args=words, prog_name="waternet")
    except SystemExit as done:
        if isinstance(done.__context__, BrokenPipeError):
            raise done.__context__ from None
        return int(done.code or 0)
    return 0


@cache
def _commands() -> Callable[..., Any]:
    """Return all commands, made once: it takes longer than many a command."""
    return get_command(app)


def _let_go_of_output() -> None:
    """Write what is still buffered, or drop it where it cannot be written.

    Python would try again as it ends, and answer with a code of its own.
    """
    try:
        sys.stdout.flush()
    except OSError:
        _end_output()


def _end_output() -> None:
    """Let nothing more be written: its reader has gone (| head), as is its right."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what is still buffered goes there
    os.close(nowhere)


if __name__ == "__main__":
    main()
