"""A recipe proposed for a file from outside, in a process of its own, with limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from waternet.errors import NotFound
from waternet.formats.recipe import Recipe
from waternet.formats.registry import FORMATS, HEAD, recognise
from waternet.formats.suggest import (
    Guess,
    Proposal,
    Question,
    Understood,
    suggest_recipe,
)
from waternet.node.bounded import LIMITS, Limits, run_bounded

__all__ = ["plain_proposal", "propose_bounded", "write_proposal"]

_NAME = "proposal.json"


def propose_bounded(
    path: Path,
    answers: Mapping[str, str],
    dataset: str = "",
    limits: Limits = LIMITS,
    *,
    apart: bool = False,
) -> Proposal:
    """Propose a recipe; for what is not plain text, in its own process.

    Parameters
    ----------
    path : Path
    answers : mapping of key to text
    dataset : str
    limits : Limits
    apart : bool
        Plain text as well: whoever serves others must not be held up by one file.

    Raises
    ------
    NotFound, NotAcceptable
        As `waternet.formats.suggest.suggest_recipe`; also where parsing goes beyond
        the limits.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}")
    with path.open("rb") as file:
        found = recognise(file.read(HEAD), path.name)
    if not apart and all(FORMATS[name].is_plain for name in found):
        return suggest_recipe(path, answers, dataset)
    with TemporaryDirectory(prefix="waternet-") as answer:
        asked = {
            "task": "propose",
            "path": str(path),
            "answers": dict(answers),
            "dataset": dataset,
        }
        run_bounded(asked, Path(answer), limits)
        return _read(json.loads((Path(answer) / _NAME).read_bytes()))


def plain_proposal(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as plain values of JSON."""
    understood = proposal.understood
    return {
        "format": proposal.format,
        "counts": dict(understood.counts) if understood else {},
        "understood": _plain(asdict(understood)) if understood else {},
        "guesses": [_plain(asdict(guess)) for guess in proposal.guesses],
        "questions": [_plain(asdict(question)) for question in proposal.questions],
        "open": [question.key for question in proposal.required],
        "notices": list(proposal.notices),
        "toml": proposal.toml,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each) for each in value]
    is_plain = isinstance(value, (str, int, float, bool)) or value is None
    return value if is_plain else str(value)


def write_proposal(proposal: Proposal, folder: Path) -> None:
    """Leave a proposal where the asking process finds it."""
    written = asdict(replace(proposal, recipe=None))
    written["accepted"] = proposal.recipe is not None
    text = json.dumps(written, default=list, ensure_ascii=False)
    (folder / _NAME).write_text(text, encoding="utf-8")


def _read(written: dict[str, Any]) -> Proposal:
    understood = written["understood"]
    if understood is not None:
        lists = ("examples", "stations", "notices")
        understood |= {name: tuple(understood[name]) for name in lists}
        understood["rejects"] = tuple(map(tuple, understood["rejects"]))
    toml = written["toml"]
    return Proposal(
        written["format"],
        Recipe.from_toml(toml) if written["accepted"] else None,
        toml,
        tuple(
            Guess(**{**each, "alternatives": tuple(each["alternatives"])})
            for each in written["guesses"]
        ),
        tuple(
            Question(**{**each, "choices": tuple(each["choices"])})
            for each in written["questions"]
        ),
        tuple(written["notices"]),
        Understood(**understood) if understood is not None else None,
    )
