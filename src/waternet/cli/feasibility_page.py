"""A feasibility record for people: what was needed, and what was found of it."""

from __future__ import annotations

from collections.abc import Iterator

from waternet.cli.project_page import in_languages, reported_from
from waternet.cli.show import inert, isolated
from waternet.workinggroup.feasibility import Feasibility, Found
from waternet.workinggroup.thing import Thing

__all__ = ["feasibility_page"]


def feasibility_page(thing: Thing, about: str) -> str:
    """Return the lines that show a record.

    Parameters
    ----------
    thing : Thing
        Of the kind 'feasibility'.
    about : str
        Id of the text or project.
    """
    return "".join(f"{inert(line)}\n" for line in _lines(thing, about))


def _lines(thing: Thing, about: str) -> Iterator[str]:
    made: Feasibility = thing.value
    signed = thing.changes[0]
    paragraph = f", paragraph {made.paragraph}" if made.paragraph else ""
    yield f"{thing.id}: about {made.kind} {about}{paragraph}: {made.verdict}"
    yield in_languages(made.question)
    yield f"by {signed.act.member}, {signed.act.day}{reported_from(signed)}"
    for language in sorted(made.words):
        for text in made.words[language]:
            yield f"  {language}: {isolated(text, language)}"
    for need in made.needs:
        where = ", ".join(filter(None, [need.area, need.station]))
        place = f" in {where}" if where else ""
        wanted = f"{need.observed_property}{place}, {need.first} to {need.last}"
        yield f"{need.id}: {wanted}"
        for found in made.found:
            if found.need == need.id:
                yield f"  {_found(found)}"
    yield f"water accounts: {made.balance}"
    for one in made.inputs:
        yield f"input: {one.party}, entry {one.entry}, sha256 {one.sha256}"


def _found(found: Found) -> str:
    entries = ", ".join(map(str, found.entries))
    told = [
        f"share {found.share}",
        found.access,
        f"worst grade {found.grade}" if found.grade else "",
        f"entries {entries}" if entries else "",
    ]
    return f"{found.party}: {', '.join(filter(None, told))}"
