"""How far a long question has got, where somebody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["watched"]


@contextmanager
def watched(parts: int, about: str) -> Iterator[Callable[[int], None]]:
    """Show a bar in a terminal or notebook; yields what to tell of parts done.

    Parameters
    ----------
    parts : int
        One is soon done: nothing is shown.
    about : str
        What is being read.
    """
    from rich.console import Console

    screen = Console(stderr=True)
    if parts < 2 or not (screen.is_terminal or screen.is_jupyter):
        yield lambda _done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn(about), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(about, total=parts)
        yield lambda done: bar.update(task, completed=done)
