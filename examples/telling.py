"""How the stories are told: commands as they are typed, and what matters of answers."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys

from waternet.cli.main import run

__all__ = ["BOLD", "DIM", "MARGIN", "PLAIN", "heading", "say", "waternet"]

BOLD, DIM, PLAIN = (
    ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("",) * 3
)
MARGIN = 2  # columns before each line that a command prints


def waternet(words: str, shown: str | None = ".", *, expect: int = 0) -> str:
    """Run a command as if it had been typed; stop the story if it goes wrong.

    Parameters
    ----------
    words : str
    shown : str or None
        Lines of its answer that match this pattern are shown; None shows not even the
        command.
    expect : int
        The exit code that belongs to the story.

    Returns
    -------
    str
        All of its answer.
    """
    if shown is not None:
        say(f"{DIM}$ waternet {words}{PLAIN}")
    # Some commands write bytes.
    answer = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(answer), contextlib.redirect_stderr(answer):
        code = run(shlex.split(words))
    answer.seek(0)
    told = answer.read()
    if code != expect:
        sys.exit(f"{told}\n'waternet {words}' ended with {code}")
    for line in told.splitlines():
        if shown and re.search(shown, line.strip()):
            say(" " * MARGIN + line.rstrip())
    return told


def heading(text: str) -> None:
    """Begin a chapter."""
    say(f"\n{BOLD}{text}{PLAIN}\n{BOLD}{'-' * len(text)}{PLAIN}")


def say(text: str) -> None:
    """Print, in order with what the commands print."""
    print(text, flush=True)
