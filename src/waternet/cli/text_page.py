"""A text for people: its languages side by side, and where each member stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shutil import get_terminal_size

from waternet.cli.columns import Column, fitted
from waternet.cli.show import inert, isolated
from waternet.workinggroup.citing import cite
from waternet.workinggroup.objections import Objection
from waternet.workinggroup.text_standing import Position, TextStanding
from waternet.workinggroup.verb import Taken

__all__ = ["text_page"]

_NO_TERMINAL = (160, 40)
_DONE = {
    "text.adopt": "adopted",
    "text.amend": "amended",
    "text.resume": "taken up again",
    "text.shelve": "shelved",
    "text.submit": "submitted",
    "text.withdraw": "withdrawn",
}


def text_page(standing: TextStanding) -> str:
    """Return the lines that show a text.

    Each language version has a column, in the order of their codes; every piece of a
    line is set apart, so that no language turns another.
    """
    width = get_terminal_size(_NO_TERMINAL).columns
    parts = [
        [*_heading(standing)],
        fitted(_versions(standing), width)[0],
        fitted(_matrix(standing), width)[0],
        *([*_objection(one)] for one in standing.objections),
        *([*lines] for lines in _reservations(standing)),
    ]
    return "".join(f"{inert(line)}\n" for part in parts for line in [*part, ""])


def _heading(standing: TextStanding) -> Iterator[str]:
    text, thing = standing.text, standing.thing
    first, last = thing.standing()[0], thing.standing()[-1]
    until = f", objections until {text.deadline}" if text.stage == "submitted" else ""
    yield f"{thing.id}: {text.stage} in {text.body}{until}"
    yield _cited("drafted", first)
    if last is not first:
        told = last.act.body.get("reason", "")
        reason = f": {isolated(told)}" if told else ""
        yield f"{_cited(_DONE[last.act.verb], last)}{reason}"
    if thing.in_conflict:
        acts = " ".join(one[:16] for one in thing.tips)
        yield f"contested, shown as before: {acts}"


def _versions(standing: TextStanding) -> list[Column]:
    text = standing.text
    names = ["", *(one.id for one in text.paragraphs)]
    written: list[Mapping[str, str]] = [text.titles]
    written += [one.words for one in text.paragraphs]
    languages = sorted({language for words in written for language in words})
    return [
        Column("paragraph", tuple(names)),
        *(
            Column(
                language,
                tuple(_version(words, language) for words in written),
                wordy=True,
            )
            for language in languages
        ),
    ]


def _version(words: Mapping[str, str], language: str) -> str:
    held = words.get(language)
    return "(struck)" if held is None else isolated(held, language)


def _matrix(standing: TextStanding) -> list[Column]:
    paragraphs = standing.paragraphs
    columns = [
        Column("paragraph", tuple(one.paragraph.id for one in paragraphs)),
        Column("sha256", tuple(one.sha256[:16] for one in paragraphs)),
    ]
    for place, member in enumerate(standing.members):
        cells = tuple(_stand(one.positions[place]) for one in paragraphs)
        columns.append(Column(member, cells, wordy=True))
    if standing.text.disagreed:
        aside = tuple("set aside" if one.set_aside else "" for one in paragraphs)
        columns.append(Column("agreed to disagree", aside))
    return columns


def _stand(position: Position) -> str:
    told = position.stand or "-"
    if position.lapsed:
        told += f" ({position.lapsed})"
    if position.reservations:
        told += ", reserves"
    shown = [*position.reservations, *(one.made for one in position.objections)]
    shown += [position.consent] if position.consent else []
    return f"{told}, as reported" if any(one.act.of for one in shown) else told


def _objection(one: Objection) -> Iterator[str]:
    timing = f", {one.timing}" if one.timing in ("late", "passed over") else ""
    what = f"objection {one.made.act.id[:16]} to {one.paragraph}"
    yield f"{_cited(what, one.made)}: {one.status}{timing}"
    yield from _said(one.made.act.body["words"])
    if one.condition:
        stage = (
            f" at the stage {one.condition['stage']}"
            if "stage" in one.condition
            else ""
        )
        yield f" until {one.condition['kind']} {one.condition['name']}{stage}:"
        yield from _said(one.condition["words"])
    for name in one.met_by:
        yield f" met by act {name[:16]}"
    if one.lifted_by:
        yield f" lifted by act {one.lifted_by[:16]}"


def _reservations(standing: TextStanding) -> Iterator[Iterator[str]]:
    for paragraph in standing.paragraphs:
        for position in paragraph.positions:
            for one in position.reservations:
                yield _reservation(paragraph.paragraph.id, one)


def _reservation(name: str, one: Taken) -> Iterator[str]:
    yield f"{_cited(f'reservation to {name}', one)}:"
    yield from _said(one.act.body["words"])


def _cited(what: str, one: Taken) -> str:
    cited = cite(one)
    told = f"{what} by {cited['member']}, {cited['day']}"
    if "reported_by" in cited:
        source = isolated(cited["source"])
        told += f" (reported by {cited['reported_by']} from {source})"
    return told


def _said(words: Mapping[str, str]) -> Iterator[str]:
    for language in sorted(words):
        yield f"   {language}  {isolated(words[language], language)}"
