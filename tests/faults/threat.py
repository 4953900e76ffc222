"""What a row of the table of threats is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TAKEN = "taken"  # the attack succeeded, or went unnoticed


@dataclass(frozen=True)
class Threat:
    """An attack at a step, what comes of it, and what comes of it without the defence.

    Attributes
    ----------
    name : str
        As the page names it.
    step : str
        publish, pull, serve, witness, registry, import, export, joint or fold.
    attack : function of a folder
        Does it, and says what came of it: a finding's name, or a word.
    outcome : str
    defence : dict of str to object
        What is put in the place of what defends: by the dotted name of it. All of it at
        once.
    undefended : str
        What comes of it then. Another finding's name where a second defence stands
        behind the first; the row after it takes both away.
    """

    name: str
    step: str
    attack: Callable[[Path], str]
    outcome: str
    defence: dict[str, Any]
    undefended: str = TAKEN

    def __str__(self) -> str:
        return f"{self.name}-{'+'.join(one.split('.')[-1] for one in self.defence)}"


def named(findings: Iterable[Any]) -> str:
    """Return the names of findings; that nothing was noticed where there are none."""
    return ", ".join(sorted({one.name for one in findings})) or TAKEN


def nothing(*_given: Any, **_named: Any) -> None:
    """Take the place of what verifies: it never raises."""
