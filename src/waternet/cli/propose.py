"""A proposed recipe on the command line: shown, asked about, accepted, written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from waternet.cli.show import Form, isolated, say, show_facts, show_rows
from waternet.errors import Conflict, NotAcceptable

if TYPE_CHECKING:
    from waternet.formats.suggest import Proposal, Question

__all__ = [
    "Wishes",
    "accepted_recipe",
    "as_json",
    "holds_places",
    "is_terminal",
    "read_answers",
    "show_proposal",
]

_ROUNDS = 40  # of questions and answers: each answer may raise new ones
_MANUAL = "docs/how-to/suggested-recipe.md"
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said on the command line about an import without a recipe.

    Attributes
    ----------
    answers : mapping of key to text
    dataset : str
    yes : bool
        Accept every guess, and every question's default.
    save : Path or None
        Where the recipe is written.
    form : Form
    """

    answers: Mapping[str, str]
    dataset: str
    yes: bool
    save: Path | None
    form: Form


def read_answers(given: list[str]) -> dict[str, str]:
    """Read answers given as KEY=VALUE.

    Raises
    ------
    NotAcceptable
        One is not written so.

    Examples
    --------
    >>> read_answers(["time.zone=Asia/Amman", "column.a=b=chloride mg/L"])
    {'time.zone': 'Asia/Amman', 'column.a=b': 'chloride mg/L'}
    """
    answers = {}
    for text in given:
        key, mark, value = text.rpartition("=")
        if not mark or not key.strip():
            raise NotAcceptable(
                f"--answer {text!r} is not written as KEY=VALUE",
                hint="for example --answer time.zone=Asia/Amman",
            )
        answers[key.strip()] = value.strip()
    return answers


def holds_places(file: Path) -> bool:
    """Return whether a file's first line is a place in JSON, as `places.jsonl` is."""
    if not file.is_file():
        return False
    with file.open("rb") as lines:
        first = lines.readline(_HEAD)
    try:
        found = json.loads(first.decode("utf-8-sig"))
    except ValueError:
        return False
    return isinstance(found, dict) and {"id", "kind", "names"} <= found.keys()


def accepted_recipe(file: Path, wishes: Wishes) -> tuple[Path, Proposal]:
    """Propose a recipe, have it completed and accepted, and write it.

    Returns
    -------
    path : Path
        Of the recipe.
    proposal : Proposal

    Raises
    ------
    NotAcceptable
        A question is open, or nobody is there to accept the proposal.
    Conflict
        Another recipe stands where this one would be written.
    """
    from waternet.node.proposing import propose_bounded

    proposal = propose_bounded(file, wishes.answers, wishes.dataset)
    asked = not wishes.yes and wishes.form is not Form.JSON and is_terminal()
    if asked:
        proposal = _conversation(file, wishes, proposal)
    if wishes.form is not Form.JSON:
        show_proposal(proposal)
    if proposal.recipe is None:
        raise _open(proposal, wishes)
    if asked:
        if not typer.confirm("Accept this recipe and import the file?", default=True):
            raise NotAcceptable("the recipe was not accepted", hint=_next(proposal))
    elif not wishes.yes:
        raise _open(proposal, wishes)
    target = wishes.save or Path(f"{file.stem}.toml")
    _write(target, proposal.toml, asked=asked)
    if wishes.form is not Form.JSON:
        say(f"the recipe is written to {target}")
    return target, proposal


def _open(proposal: Proposal, wishes: Wishes) -> NotAcceptable:
    """Return why nothing is imported yet; programs get all of it as JSON first."""
    if wishes.form is Form.JSON:
        show_facts(as_json(proposal), wishes.form)
    needed = [question.key for question in proposal.required]
    if needed:
        return NotAcceptable(
            f"open questions: {', '.join(needed)}", hint=_next(proposal)
        )
    return NotAcceptable("nothing is imported yet", hint=_next(proposal))


def _next(proposal: Proposal) -> str:
    answers = " ".join(
        f"--answer {question.key}=..." for question in proposal.required[:3]
    )
    return f"run it again with {answers + ' ' if answers else ''}--yes; see {_MANUAL}"


def as_json(proposal: Proposal, **more: Any) -> dict[str, Any]:
    """Return a proposal as plain values."""
    from waternet.node.proposing import plain_proposal

    return {**plain_proposal(proposal), **more}


def is_terminal() -> bool:
    """Return whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _conversation(file: Path, wishes: Wishes, proposal: Proposal) -> Proposal:
    """Ask the open questions one by one; an answer may settle or raise others."""
    from waternet.node.proposing import propose_bounded

    show_proposal(proposal)
    answers = dict(wishes.answers)
    for _ in range(_ROUNDS):
        left = [one for one in proposal.questions if one.key not in answers]
        if not left:
            break
        for question in left:
            answers[question.key] = _answer(question)
        proposal = propose_bounded(file, answers, wishes.dataset)
    return proposal


def _answer(question: Question) -> str:
    say()
    say(isolated(question.text))
    if question.choices:
        say("  " + ", ".join(map(isolated, question.choices[:12])))
    said: str = typer.prompt(question.key, default=question.default)
    return said.strip()


def show_proposal(proposal: Proposal) -> None:
    """Show people what was understood, guessed, and what is open."""
    say(f"format: {proposal.format}")
    _show_table(["what", "guess", "sure", "why"], _guess_rows(proposal))
    if proposal.understood is not None:
        for line in _understood_lines(proposal):
            say(line)
    for notice in proposal.notices:
        say(f"note: {isolated(notice)}")
    if proposal.questions:
        _show_table(["question", "text", "default"], _question_rows(proposal))
    say()
    say(proposal.toml.rstrip())
    say()


def _guess_rows(proposal: Proposal) -> Iterator[list[str]]:
    for guess in proposal.guesses:
        value = guess.value
        if isinstance(value, (list, tuple)):
            value = ", ".join(map(str, value[:6])) + (" ..." if len(value) > 6 else "")
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} = {each}" for key, each in value.items())
        why = guess.reason
        if guess.alternatives:
            why += f"; or {', '.join(map(str, guess.alternatives[:3]))}"
        yield [
            isolated(guess.key),
            isolated(str(value)),
            f"{guess.confidence:.0%}",
            isolated(why),
        ]


def _question_rows(proposal: Proposal) -> Iterator[list[str]]:
    for question in proposal.questions:
        text = f"{question.text} [{', '.join(question.choices[:6])}]"
        default = "open" if question.default is None else question.default
        yield [isolated(question.key), isolated(text), isolated(default)]


def _understood_lines(proposal: Proposal) -> Iterator[str]:
    found = proposal.understood
    if found is None:
        return
    shown = (
        "stations",
        "datastreams",
        "observations",
        "censored",
        "missing",
        "rejected",
    )
    counts = ", ".join(
        f"{found.counts[name]:,} {name}" for name in shown if found.counts.get(name)
    )
    part = "" if found.whole else " (in the first rows)"
    yield f"understood{part}: {counts or 'nothing'}"
    for example in (*found.stations, *found.examples):
        yield f"  {isolated(example)}"
    for reason, count, example in found.rejects:
        yield f"  rejected {count:,}: {reason}; {isolated(example)}"


def _show_table(headings: list[str], rows: Iterator[list[str]]) -> None:
    import pyarrow as pa

    listed = list(rows)
    if not listed:
        return
    columns = {
        heading: pa.array([row[place] for row in listed], pa.string())
        for place, heading in enumerate(headings)
    }
    table = pa.table(columns)
    show_rows(table, of=table.num_rows, others="--json lists them all")


def _write(target: Path, toml: str, *, asked: bool) -> None:
    if target.exists() and target.read_text(encoding="utf-8") != toml:
        replace = asked and typer.confirm(
            f"{target} exists. Replace it?", default=False
        )
        if not replace:
            raise Conflict(
                f"{target} exists and is another recipe",
                hint="--save OTHER.toml writes this one elsewhere; "
                f"--recipe {target} imports with that one",
            )
    target.write_text(toml, encoding="utf-8")
