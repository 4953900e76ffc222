"""From a file that nobody described to a recipe that reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable, NotFound, WaternetError
from waternet.formats.recipe import Recipe
from waternet.formats.registry import FORMATS
from waternet.formats.suggest.documents import describe_document
from waternet.formats.suggest.draft import Draft, Part
from waternet.formats.suggest.naming import slug
from waternet.formats.suggest.openings import find_formats, open_tables
from waternet.formats.suggest.placing import Context
from waternet.formats.suggest.proof import Proof, prove
from waternet.formats.suggest.proposal import Proposal, Question, Understood
from waternet.formats.suggest.second_tries import (
    KINDS,
    Tries,
    count_refused,
    is_better,
    share_refused,
)
from waternet.formats.suggest.sheets import describe_sheet

__all__ = ["suggest_recipe"]

_TOO_MANY = 0.05  # of a file's cells refused: the recipe is doubtful
_MANY = 8  # sheets: in a workbook of more, only those that explain themselves are read
_ASSUMED = {"zone": "UTC", "kind": "sampling-point"}


def suggest_recipe(
    path: Path | str, answers: Mapping[str, str] | None = None, dataset: str = ""
) -> Proposal:
    """Propose a recipe for a file.

    Parameters
    ----------
    path : Path or str
    answers : mapping of key to text
        What its owner said to questions of an earlier proposal; also to keys of
        guesses that are wrong.
    dataset : str
        The owner's dataset that the figures belong to.

    Returns
    -------
    Proposal
        Every guess with its reason; every question that only the owner can answer.
        What was understood comes from reading the file with the recipe.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is in no format that is known here, or holds no table; an answer is not
        among the things that can be asked.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFound(f"no file {path.name!r}", hint=f"looked in {path.parent}")
    said = dict(answers or {})
    if dataset:
        said["dataset"] = dataset
    best = _attempt(path, said, {})
    for find in KINDS:
        if not _is_doubtful(best):
            break
        for tries in find(best.draft, best.written, best.proof):
            try:
                other = _attempt(path, said, {**best.draft.tries, **tries})
            except WaternetError:
                continue
            if _is_better(other, best):
                best = other
                break
    return _proposal(best)


@dataclass
class _Attempt:
    """A recipe as far as it is known, and what reading the file with it gave."""

    draft: Draft
    written: dict[str, Any]
    recipe: Recipe | None = None
    assumed: list[str] = field(default_factory=list)
    proof: Proof | None = None
    problem: str = ""

    @property
    def understood(self) -> Understood | None:
        return self.proof.understood if self.proof else None

    @property
    def open_now(self) -> list[Question]:
        """Questions without a default."""
        return [each for each in self.draft.questions.values() if each.default is None]


def _attempt(path: Path, said: Mapping[str, str], tries: Tries) -> _Attempt:
    draft = Draft(said, path.name, tries)
    written = _describe(path, draft)
    _name_dataset(draft, written, path)
    _verify_used(draft)
    made = _Attempt(draft, written)
    full, made.assumed = _assumed(written, {each.key for each in made.open_now})
    try:
        made.recipe = _recipe(full)
        made.proof = prove(path, made.recipe)
    except WaternetError as error:
        made.problem = str(error)
    return made


def _is_doubtful(made: _Attempt) -> bool:
    """Whether a table is read so badly that it may mean another thing."""
    if FORMATS[str(made.written["format"])].family != "table":
        return False
    has_values = any(
        body.get("value") for body in (made.written, *made.written.get("part", ()))
    )
    if made.proof is None:
        return has_values and not made.open_now
    return has_values and share_refused(made.understood) > _TOO_MANY


def _is_better(other: _Attempt, first: _Attempt) -> bool:
    new = {each.key for each in other.open_now} - {e.key for e in first.open_now}
    return not new and is_better(other.understood, first.understood)


def _describe(path: Path, draft: Draft) -> dict[str, Any]:
    """Return the recipe as plain keys and values, as far as it is known."""
    problems: list[str] = []
    for name in find_formats(path, draft):
        try:
            written = _as_format(path, name, draft)
        except WaternetError as error:
            problems.append(f"as {name}: {error}")
            continue
        if written is not None:
            return written
        problems.append(f"as {name}: no column tells when, or tells places apart")
        break
    raise NotAcceptable(
        f"{path.name}: no recipe can be proposed; {'; '.join(problems)}",
        hint="write one by hand: docs/how-to/recipe.md",
    )


def _as_format(path: Path, name: str, draft: Draft) -> dict[str, Any] | None:
    context = Context(path.name)
    if name == "aquastat":
        return _aquastat(draft)
    if FORMATS[name].family == "series":
        part = describe_document(path, name, draft, context)
        return {"format": name, **_top(part)}
    opened = open_tables(path, name, draft)
    parts: list[tuple[str, Part]] = []
    several = len(opened.sheets) > 1
    many = len(opened.sheets) > _MANY and draft.answer("sheets") is None
    for sheet in opened.sheets:
        label = sheet.name or sheet.path
        draft.scope = label if several else ""
        about = Context(
            path.name, sheet.name, (), sheet.crs, states_system=opened.states_system
        )
        trial = deepcopy(draft)
        found = describe_sheet(trial, sheet, about)
        draft.scope = ""
        if found is None or (many and _asks_too_much(draft, trial)):
            draft.used |= trial.used
            continue
        draft = _taken(draft, trial)
        draft.scope = ""
        if several and sheet.name:
            found.table["sheet"] = sheet.name
        found.table = {**opened.table, **found.table}
        parts.append((label, found))
    if not parts:
        return None
    if name == "records":
        # One recipe reads one list: the one with figures, else the longest.
        sizes = {s.path: len(s.rows) * len(s.headings or ()) for s in opened.sheets}
        parts = [max(parts, key=lambda one: (bool(one[1].value), sizes[one[0]]))]
        several = False
    if several:
        parts = _choose_sheets(draft, parts, [s.name or s.path for s in opened.sheets])
    return {"format": name, **_join(parts)}


def _asks_too_much(draft: Draft, trial: Draft) -> bool:
    """Whether a sheet among many raises questions of its own."""
    new = trial.questions.keys() - draft.questions.keys()
    own = {key for key in new if trial.questions[key].default is None}
    return bool(own - {"time.zone", "station.kind", "unit.volume"})


def _taken(draft: Draft, trial: Draft) -> Draft:
    """Keep what was said of a sheet that holds something."""
    draft.guesses, draft.questions = trial.guesses, trial.questions
    draft.notices, draft.used = trial.notices, trial.used
    draft.assumed = trial.assumed
    return draft


def _choose_sheets(
    draft: Draft, parts: list[tuple[str, Part]], names: list[str]
) -> list[tuple[str, Part]]:
    """Keep the sheets that the owner names, or those that hold figures or places."""
    left = [name for name in names if name not in {label for label, _ in parts}]
    if left:
        draft.notice(f"nothing was found in: {', '.join(left)}")
    said = draft.answer("sheets")
    if said:
        wanted = {each.strip() for each in said.split("|")}
        parts = [(label, part) for label, part in parts if label in wanted] or parts
    with_figures = [(label, part) for label, part in parts if part.value]
    return with_figures or parts


def _join(parts: list[tuple[str, Part]]) -> dict[str, Any]:
    """Return one recipe of several sheets: what is common once, the rest in parts."""
    if len(parts) == 1:
        return _top(parts[0][1])
    common: dict[str, Any] = {}
    tables = [part.written() for _, part in parts]
    for name in ("table", "station", "time"):
        first = tables[0].get(name, {})
        same = {
            key: value
            for key, value in first.items()
            if all(table.get(name, {}).get(key) == value for table in tables)
        }
        if same:
            common[name] = same
    written = []
    for table in tables:
        own: dict[str, Any] = {}
        for name in ("table", "station", "time"):
            rest = {
                key: value
                for key, value in table.get(name, {}).items()
                if key not in common.get(name, {})
            }
            if rest:
                own[name] = rest
        if table.get("value"):
            own["value"] = table["value"]
        written.append(own)
    codes = {
        code: term for _, part in parts for code, term in part.status_codes.items()
    }
    more = {"status_codes": codes} if codes else {}
    return {**common, "part": written, **more}


def _top(part: Part) -> dict[str, Any]:
    codes = {"status_codes": part.status_codes} if part.status_codes else {}
    return {**part.written(), **codes}


def _aquastat(draft: Draft) -> dict[str, Any]:
    """Return the recipe of AQUASTAT's exports: all is known but the years' clock."""
    draft.say("station.kind", "state", "AQUASTAT's areas are states", 0.9)
    zone = draft.ask(
        "time.zone",
        "By whose clock do AQUASTAT's years begin?",
        ("UTC",),
        "UTC",
        "years of many countries are compared by one clock",
    )
    return {"format": "aquastat", "time": {"zone": zone}}


def _name_dataset(draft: Draft, written: dict[str, Any], path: Path) -> None:
    stem = path.name.partition(".")[0]
    made = slug(stem, slug(f"{written['format']}-{stem}", "dataset"))
    said = draft.ask(
        "dataset",
        "To which of your datasets do the figures belong?",
        (made,),
        made,
        "the id is made from the file's name",
    )
    written["dataset"] = slug(said, made) if said and not _is_id(said) else said or made


def _is_id(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text))


def _verify_used(draft: Draft) -> None:
    unused = sorted(set(draft.answers) - draft.used - {"dataset"})
    if unused:
        draft.notice(
            f"no question was asked as {unused[0]!r}: this answer changed nothing"
        )


def _proposal(made: _Attempt) -> Proposal:
    draft, written, open_now = made.draft, made.written, made.open_now
    assumed = [*made.assumed, *draft.assumed]
    recipe = made.recipe
    if made.problem and not open_now:
        draft.notice(f"the recipe does not read the file: {made.problem}")
    _doubt(draft, made.understood)
    toml = recipe.to_toml() if recipe is not None else _rough(written)
    if open_now:
        toml = _commented(written, open_now)
        recipe = None
    if assumed and open_now:
        draft.notice(
            f"read here with {', '.join(assumed)} until the questions are answered"
        )
    return Proposal(
        str(written["format"]),
        recipe,
        toml,
        tuple(draft.guesses.values()),
        tuple(draft.questions.values()),
        tuple(draft.notices),
        made.understood,
    )


def _recipe(written: dict[str, Any]) -> Recipe:
    return Recipe.from_toml(_rough(written))


def _rough(written: dict[str, Any]) -> str:
    import tomli_w

    order = ("format", "dataset", "table", "station", "time")
    first = {key: written[key] for key in order if key in written}
    rest = {key: value for key, value in written.items() if key not in order}
    return tomli_w.dumps({**first, **rest})


def _commented(written: dict[str, Any], questions: list[Any]) -> str:
    lines = [f"# open: {each.key}: {each.text}" for each in questions]
    return "\n".join(lines) + "\n" + _rough(written)


def _assumed(
    written: dict[str, Any], asked: set[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return the recipe with stand-ins for what is still asked: to read it once."""
    full = deepcopy(written)
    assumed = []
    bodies = [full, *full.get("part", ())]
    has_values = any(body.get("value") for body in bodies)
    if full["format"] == "aquastat":
        return full, []
    series = FORMATS[full["format"]].family == "series"
    zoned = any(body.get("time", {}).get("zone") for body in bodies)
    if has_values and not zoned and "time.zone" in asked:
        full.setdefault("time", {})["zone"] = _ASSUMED["zone"]
        assumed.append("zone = UTC")
    for body in bodies:
        station = body.get("station", {})
        if not series and "kind" in station and not station["kind"]:
            station["kind"] = _ASSUMED["kind"]
            assumed.append("kind = sampling-point")
    return full, sorted(set(assumed))


def _doubt(draft: Draft, understood: Understood | None) -> None:
    """Say so where too much is refused for the recipe to be right."""
    if understood is not None and share_refused(understood) > _TOO_MANY:
        refused, cells = count_refused(understood), understood.counts["cells"]
        draft.notice(
            f"{refused:,} of {cells:,} cells are refused: look at the rejects "
            "before you accept this recipe"
        )
