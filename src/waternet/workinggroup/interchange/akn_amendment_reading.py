"""Reading an amendment from files of Akoma Ntoso 3.0, one for each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from waternet.errors import NotAcceptable
from waternet.workinggroup.interchange.akn_names import AKN
from waternet.workinggroup.interchange.akn_reading import (
    name_of,
    read_document,
    words_in,
)
from waternet.workinggroup.texts import Text

__all__ = ["AmendmentVersion", "Modification", "join_amendments", "read_amendment"]

_SORTS = ("insertion", "repeal", "substitution")


@dataclass(frozen=True, slots=True)
class Modification:
    """What an amendment does to one paragraph, in one language.

    Attributes
    ----------
    paragraph : str
        Its id.
    sort : str
        'insertion', 'repeal' or 'substitution'.
    old, new : str
        Words that are taken away and put there; a part of the paragraph, or all of it.
    near : str
        Of an insertion: id of the paragraph beside which it is placed.
    pos : str
        'after' or 'before' that one.
    """

    paragraph: str
    sort: str
    old: str
    new: str
    near: str = ""
    pos: str = ""


@dataclass(frozen=True, slots=True)
class AmendmentVersion:
    """An amendment in one language, as a file has it."""

    language: str
    work: str
    modifications: tuple[Modification, ...]


def read_amendment(data: bytes, file: str = "the file") -> AmendmentVersion:
    """Read an amendment in one language, Waternet's own or another's.

    Parameters
    ----------
    data : bytes
    file : str
        Its name, for messages.

    Raises
    ------
    NotAcceptable
        It is longer than 4 MB, no XML, no amendment, or holds a modification that is
        not told for machines, or is of a sort that is not read.
    """
    document = read_document(data, file, ("amendment",))
    work, language = name_of(document, file)
    told = {
        source.get("href", "").removeprefix("#"): one
        for one in document.iter(f"{AKN}textualMod")
        for source in one.iter(f"{AKN}source")
    }
    found = []
    for mod in document.iter(f"{AKN}mod"):
        name = mod.get("eId", "")
        if name not in told:
            raise NotAcceptable(f"{file}: no textualMod tells what mod {name!r} does")
        found.append(_modification(mod, told[name], file))
    if not found:
        raise NotAcceptable(f"{file} modifies nothing")
    return AmendmentVersion(language, work, tuple(found))


def _modification(mod: Element, told: Element, file: str) -> Modification:
    sort, name = told.get("type", ""), mod.get("eId", "")
    if sort not in _SORTS:
        raise NotAcceptable(
            f"{file}: mod {name!r} is of the type {sort!r:.40}, which is not read",
            hint=f"say it by {', '.join(_SORTS)}",
        )
    ref, destination = mod.find(f"{AKN}ref"), told.find(f"{AKN}destination")
    if ref is None or destination is None:
        raise NotAcceptable(f"{file}: mod {name!r} does not say which paragraph")
    quoted = {one.get("eId", ""): words_in(one) for one in mod}
    return Modification(
        paragraph=_paragraph(ref),
        sort=sort,
        old=_quoted(told, "old", quoted),
        new=_quoted(told, "new", quoted),
        near=_paragraph(destination) if sort == "insertion" else "",
        pos=destination.get("pos", "after"),
    )


def _paragraph(element: Element) -> str:
    return element.get("href", "").rpartition("#")[2].removeprefix("para_")


def _quoted(told: Element, what: str, quoted: Mapping[str, str]) -> str:
    named = told.find(f"{AKN}{what}")
    return quoted.get(named.get("href", "")[1:], "") if named is not None else ""


def join_amendments(text: Text, versions: Sequence[AmendmentVersion]) -> dict[str, Any]:
    """Return what an amendment of a text says, out of its language versions.

    A paragraph keeps the words that it has in a language in which the amendment does
    not change it.

    Parameters
    ----------
    text : Text
        That is amended, as it stands.
    versions : sequence of AmendmentVersion

    Returns
    -------
    dict
        'paragraphs', and 'remove' where some are struck, of an act 'text.amend'.

    Raises
    ------
    NotAcceptable
        Two are in one language, or of different works; words that they replace do not
        stand there once; a paragraph is struck in some of the languages.
    """
    languages = [one.language for one in versions]
    if len(set(languages)) != len(languages) or len({one.work for one in versions}) > 1:
        raise NotAcceptable(
            "expected one amendment, a file for each language: got "
            + ", ".join(f"{one.work!r:.120} in {one.language}" for one in versions)
        )
    words = {one.id: dict(one.words) for one in text.paragraphs}
    struck: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    touched: dict[str, None] = {}
    for version in versions:
        for one in version.modifications:
            if one.sort == "repeal":
                struck.setdefault(one.paragraph, []).append(version.language)
                continue
            touched[one.paragraph] = None
            held = words.setdefault(one.paragraph, {})
            held[version.language] = _changed(held.get(version.language, ""), one)
            if one.sort == "insertion" and not _stands(text, one.paragraph):
                places[one.paragraph] = _after(text, one)
    for name, said in struck.items():
        if sorted(said) != sorted(words.get(name, {})):
            told = f"paragraph {name!r} is struck in {', '.join(said)} alone"
            raise NotAcceptable(told, hint="strike it in every language")
    body: dict[str, Any] = {"paragraphs": [*_given(touched, words, places)]}
    return body | ({"remove": list(struck)} if struck else {})


def _stands(text: Text, name: str) -> bool:
    return any(one.id == name for one in text.paragraphs)


def _changed(held: str, one: Modification) -> str:
    """Return a paragraph's words with other ones in place of some, or of all."""
    if not one.new:
        raise NotAcceptable(f"no new words for paragraph {one.paragraph!r}")
    if one.sort == "insertion":
        return one.new
    if not one.old or held.count(one.old) != 1:
        raise NotAcceptable(
            f"paragraph {one.paragraph!r} does not have once: {one.old!r:.120}",
            hint="the amendment is to other words than stand",
        )
    return held.replace(one.old, one.new)


def _after(text: Text, one: Modification) -> str:
    """Return after which paragraph a new one is placed; '' for the beginning."""
    if one.pos != "before":
        return one.near
    ids = [each.id for each in text.paragraphs]
    place = ids.index(one.near) if one.near in ids else 0
    return ids[place - 1] if place else ""


def _given(
    touched: Mapping[str, None],
    words: Mapping[str, Mapping[str, str]],
    places: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    for name in touched:
        given: dict[str, Any] = {"id": name, "words": dict(words[name])}
        yield given | ({"after": places[name]} if name in places else {})
