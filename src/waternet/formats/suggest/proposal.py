"""A suggested recipe: each guess with its reason, and what only the owner knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet.formats.recipe import Recipe

__all__ = ["Guess", "Proposal", "Question", "Understood"]


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that was concluded from the file.

    Attributes
    ----------
    key : str
        'time.format', 'table.encoding', 'column.Level'.
    value : object
        As the recipe has it.
    reason : str
        What in the file says so.
    confidence : float
        1 where the file proves it (or its owner said it), 0.5 where it is as likely
        as not.
    alternatives : tuple
        What else it could be.
    """

    key: str
    value: object
    reason: str
    confidence: float
    alternatives: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the file does not say and its owner knows.

    Attributes
    ----------
    key : str
        What an answer is given by: 'time.zone'.
    text : str
        The question in words.
    choices : tuple of str
        Likely answers; another one of the same kind may be given.
    default : str or None
        What is taken where nobody answers; None where that would be guessing.
    reason : str
        Why it is asked.
    """

    key: str
    text: str
    choices: tuple[str, ...]
    default: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What came out when the file, or its first rows, was read as proposed.

    Attributes
    ----------
    counts : mapping of str to int
        As in `waternet.formats.reading.Reading`.
    whole : bool
        Whether all of the file was read; else its first rows.
    examples : tuple of str
        The first observations in words.
    stations : tuple of str
        The first places, with positions.
    rejects : tuple of (reason, count, example)
    notices : tuple of str
    """

    counts: Mapping[str, int]
    whole: bool
    examples: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    rejects: tuple[tuple[str, int, str], ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recipe for a file that nobody described yet.

    Attributes
    ----------
    format : str
    recipe : Recipe or None
        None while a question without a default is open.
    toml : str
        The recipe as it is written to a file. Where a question is open, what is known
        so far, with a comment line for each that is not.
    guesses : tuple of Guess
    questions : tuple of Question
        Those that are open: nobody answered them.
    notices : tuple of str
        What should be looked at, or could not be understood.
    understood : Understood or None
        What reading the file so gives; with an open question, what is known without.
    """

    format: str
    recipe: Recipe | None
    toml: str
    guesses: tuple[Guess, ...] = ()
    questions: tuple[Question, ...] = ()
    notices: tuple[str, ...] = ()
    understood: Understood | None = field(default=None)

    @property
    def required(self) -> tuple[Question, ...]:
        """The open questions without a default."""
        return tuple(each for each in self.questions if each.default is None)
