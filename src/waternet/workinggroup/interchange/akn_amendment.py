"""An amendment of a text as a document of its own, in each language that it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from waternet.workinggroup.act import Act
from waternet.workinggroup.interchange.akn_meta import (
    GROUP,
    add_identification,
    add_references,
    cite_act,
    member_eid,
    whole_day,
)
from waternet.workinggroup.interchange.akn_names import AKN, Name
from waternet.workinggroup.interchange.akn_tree import add, add_own, write_document
from waternet.workinggroup.interchange.akoma_ntoso import (
    amendment_name,
    paragraph_eid,
    text_languages,
    text_name,
    write_collection,
    write_version,
)
from waternet.workinggroup.state import State
from waternet.workinggroup.texts import Text
from waternet.workinggroup.thing import Thing

__all__ = ["write_amendment", "write_text"]


@dataclass(frozen=True, slots=True)
class _Change:
    """What an amendment does to one paragraph, in one language.

    `beside` is, for one that is inserted, the id of its neighbour, and where it stands
    of that one: 'after' it, or 'before' it at the beginning.
    """

    paragraph: str
    old: str
    new: str
    beside: tuple[str, str] = ("", "")

    @property
    def sort(self) -> str:
        if not self.old:
            return "insertion"
        return "substitution" if self.new else "repeal"


def write_text(state: State, thing: Thing) -> dict[str, bytes]:
    """Return all files of a text: its versions, their collection, its amendments.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'text'.

    Returns
    -------
    dict of file name to bytes
        'wells.ar.xml', 'wells.xml', 'wells.amendment-1.ar.xml'...

    Raises
    ------
    NotAcceptable
        A language has no code of three letters.
    """
    files = {f"{thing.id}.xml": write_collection(state, thing)}
    for language in text_languages(thing):
        files[f"{thing.id}.{language}.xml"] = write_version(state, thing, language)
    amendments = [one for one in thing.standing() if one.act.verb == "text.amend"]
    for number in range(1, len(amendments) + 1):
        for language in text_languages(thing):
            written = write_amendment(state, thing, number, language)
            if written:
                name = f"{thing.id}.amendment-{number}.{language}.xml"
                files[name] = written
    return files


def write_amendment(
    state: State, thing: Thing, number: int, language: str
) -> bytes | None:
    """Return an amendment in one language; None where it changes nothing in that one.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'text'.
    number : int
        Of the amendment among those that stand, from 1.
    language : str
    """
    changes = thing.standing()
    places = [
        place for place, one in enumerate(changes) if one.act.verb == "text.amend"
    ]
    place = places[number - 1]
    done = changes[place]
    changed = [*_changed(changes[place - 1].value, done.value, language)]
    if not changed:
        return None
    name = amendment_name(state, thing, number, language)
    document = Element(f"{AKN}amendment", name="amendment", contains="singleVersion")
    meta = add(document, "meta")
    day = whole_day(done.act.day)
    add_identification(meta, name, day)
    text = text_name(state, thing, language)
    _add_analysis(meta, text, changed)
    references = add(meta, "references", source=f"#{GROUP}")
    add_references(references, state, language, thing, set())
    proprietary = add(meta, "proprietary", source=f"#{GROUP}")
    cite_act(add_own(proprietary, "amendment"), done.act)
    title = thing.value.titles[language]
    _add_words(document, title, done.act, text.work, changed)
    return write_document(document)


def _changed(before: Text, after: Text, language: str) -> Iterator[_Change]:
    old: Mapping[str, str] = {
        one.id: one.words.get(language, "") for one in before.paragraphs
    }
    ids = [one.id for one in after.paragraphs]
    for place, one in enumerate(after.paragraphs):
        new = one.words.get(language, "")
        if old.get(one.id, "") == new:
            continue
        beside = ("", "")
        if one.id not in old:
            beside = (ids[place - 1], "after") if place else (ids[1], "before")
        yield _Change(one.id, old.get(one.id, ""), new, beside)


def _add_analysis(meta: Element, text: Name, changed: list[_Change]) -> None:
    """Say for machines what is put in whose place."""
    analysis = add(meta, "analysis", source=f"#{GROUP}")
    active = add(analysis, "activeModifications")
    for number, one in enumerate(changed, 1):
        mod = add(active, "textualMod", type=one.sort, eId=f"pmod_{number}")
        add(mod, "source", href=f"#mod_{number}")
        near, pos = one.beside
        target = f"{text.work}/!main#{paragraph_eid(near or one.paragraph)}"
        add(mod, "destination", href=target, pos=pos)
        if one.old:
            add(mod, "old", href=f"#mod_{number}__old")
        if one.new:
            add(mod, "new", href=f"#mod_{number}__new")


def _add_words(
    document: Element, title: str, act: Act, work: str, changed: list[_Change]
) -> None:
    """Add the amendment for people: each paragraph, its old words and its new ones."""
    preface = add(document, "preface")
    add(add(preface, "p"), "docTitle", title)
    by = f"#{member_eid(act.member)}"
    add(add(preface, "p"), "docProponent", act.member, refersTo=by)
    body = add(document, "amendmentBody")
    content = add(body, "amendmentContent")
    for number, one in enumerate(changed, 1):
        mod = add(add(content, "p"), "mod", eId=f"mod_{number}")
        target = f"{work}/!main#{paragraph_eid(one.paragraph)}"
        add(mod, "ref", one.paragraph, href=target).tail = ": "
        if one.old:
            quoted = add(mod, "quotedText", one.old, eId=f"mod_{number}__old")
            quoted.tail = " | " if one.new else None
        if one.new:
            add(mod, "quotedText", one.new, eId=f"mod_{number}__new")
    add(add(body, "amendmentJustification"), "p", act.body["reason"])
