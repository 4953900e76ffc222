"""Reading a text from files of Akoma Ntoso 3.0, one for each language version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from waternet.errors import NotAcceptable
from waternet.formats.xml_stream import stream_xml
from waternet.observation.place import verify_id
from waternet.workinggroup.interchange.akn_names import AKN, short_language

__all__ = [
    "MOST",
    "Version",
    "join_versions",
    "name_of",
    "read_document",
    "read_version",
    "words_in",
]

MOST = 4 << 20
"""Bytes of one file."""

_KINDS = ("act", "bill", "doc", "statement")
_BODIES = ("body", "mainBody")
# What holds paragraphs; a heading or number of its own would be lost, and is refused.
_HOLDING = ("chapter", "hcontainer", "part", "preamble", "recitals", "section", "title")
_LINES = tuple(f"{AKN}{name}" for name in ("heading", "num", "p"))
_SKIPPED = ("meta", "coverPage", "preface", "conclusions", "attachments")


@dataclass(frozen=True, slots=True)
class Version:
    """One language version of a text, as a file has it.

    Attributes
    ----------
    language : str
        By the code that a charter has for it.
    work : str
        IRI of the work: the same one in all language versions of a text.
    title : str
    paragraphs : mapping of id to str
        In the order of the text.
    left_out : tuple of str
        Parts of the file that are no paragraphs and were not read: 'conclusions'.
    """

    language: str
    work: str
    title: str
    paragraphs: Mapping[str, str]
    left_out: tuple[str, ...] = ()


def read_version(data: bytes, file: str = "the file") -> Version:
    """Read one language version, Waternet's own or another's.

    Each paragraph of the preamble and the body is one paragraph here: its points and
    lines stand one after the other.

    Parameters
    ----------
    data : bytes
    file : str
        Its name, for messages.

    Raises
    ------
    NotAcceptable
        It is longer than 4 MB, no XML, no text in one language, has words outside of
        paragraphs, or shows changes that are not decided.
    """
    document = read_document(data, file, _KINDS)
    work, language = name_of(document, file)
    title = document.find(f".//{AKN}docTitle")
    if title is None or not words_in(title):
        raise NotAcceptable(f"{file} has no docTitle")
    paragraphs: dict[str, str] = {}
    for element in _paragraphs(document, file):
        paragraphs[_id(element, paragraphs)] = _words_of(element, file)
    if not paragraphs:
        raise NotAcceptable(f"{file} has no paragraph")
    return Version(
        language=language,
        work=work,
        title=words_in(title),
        paragraphs=paragraphs,
        left_out=tuple(
            name
            for name in ("conclusions", "attachments")
            if document.find(f"{AKN}{name}") is not None
        ),
    )


def join_versions(versions: Sequence[Version], body: str) -> dict[str, Any]:
    """Return the draft of a text out of its language versions.

    Parameters
    ----------
    versions : sequence of Version
    body : str
        Id of the committee or group that is to decide on it.

    Returns
    -------
    dict
        The fields of an act 'text.draft'.

    Raises
    ------
    NotAcceptable
        Two are in one language, of different works, or have not the same paragraphs.
    """
    first, *others = versions
    languages = [one.language for one in versions]
    if len(set(languages)) != len(languages):
        raise NotAcceptable(f"two versions are in one language: {', '.join(languages)}")
    for one in others:
        if one.work != first.work:
            told = f"{one.work!r:.120} in {one.language}"
            raise NotAcceptable(f"{told} is another work than {first.work!r:.120}")
        if list(one.paragraphs) != list(first.paragraphs):
            odd = sorted({*one.paragraphs} ^ {*first.paragraphs})
            told = f"only one has {odd[0]!r}" if odd else "they stand in another order"
            raise NotAcceptable(
                f"{one.language} and {first.language} have not the same paragraphs: "
                f"{told}",
                hint="give paragraphs the same eId in each language",
            )
    return {
        "body": body,
        "titles": {one.language: one.title for one in versions},
        "paragraphs": [
            {
                "id": name,
                "words": {one.language: one.paragraphs[name] for one in versions},
            }
            for name in first.paragraphs
        ],
    }


def read_document(data: bytes, file: str, kinds: Sequence[str]) -> Element:
    """Return the one document of a file.

    Raises
    ------
    NotAcceptable
        It is longer than 4 MB, no XML, or of none of these kinds.
    """
    if len(data) > MOST:
        raise NotAcceptable(f"{file} is longer than {MOST >> 20} MB")
    elements = [one for event, one in stream_xml(BytesIO(data), file) if event == "end"]
    root = elements[-1]
    if root.tag != f"{AKN}akomaNtoso" or len(root) != 1:
        raise NotAcceptable(
            f"{file}: expected one document of Akoma Ntoso 3.0, got {root.tag!r:.120}"
        )
    document: Element = root[0]
    kind = document.tag.removeprefix(AKN)
    if kind not in kinds:
        raise NotAcceptable(
            f"{file}: a {kind!r:.40} is not read here, but {', '.join(kinds)}",
            hint="give the file of each language version",
        )
    return document


def name_of(document: Element, file: str) -> tuple[str, str]:
    """Return the IRI of a document's work, and its language as a charter has it."""
    level = f"{AKN}meta/{AKN}identification/{AKN}FRBR"
    language = document.find(f"{level}Expression/{AKN}FRBRlanguage")
    work = document.find(f"{level}Work/{AKN}FRBRuri")
    if language is None or work is None:
        raise NotAcceptable(f"{file} does not say which work in which language it is")
    return work.get("value", ""), short_language(language.get("language", ""))


def _paragraphs(holder: Element, file: str) -> Iterator[Element]:
    """Yield the paragraphs in their order; words anywhere else are refused."""
    for one in holder:
        name = one.tag.removeprefix(AKN)
        if name in (*_BODIES, *_HOLDING):
            yield from _paragraphs(one, file)
        elif name in ("paragraph", "recital", "formula"):
            yield one
        elif name not in _SKIPPED and words_in(one):
            where = one.get("eId", "without eId")
            raise NotAcceptable(
                f"{file}: words in <{name}> ({where}) outside of paragraphs: "
                f"{words_in(one)!r:.60}",
                hint="make a paragraph of them, or take them out",
            )


def _id(paragraph: Element, known: Mapping[str, str]) -> str:
    """Return an id for a paragraph: what its eId says, else its place."""
    given = re.sub("^(para|recital|formula)_", "", paragraph.get("eId", ""))
    try:
        verify_id(given, "a paragraph")
    except NotAcceptable:
        given = f"p{len(known) + 1}"
    while given in known:
        given += "x"
    return given


def _words_of(paragraph: Element, file: str) -> str:
    """Return a paragraph's words, without its own number."""
    for name in ("ins", "del", "authorialNote"):
        if next(paragraph.iter(f"{AKN}{name}"), None) is not None:
            raise NotAcceptable(
                f"{file}: a paragraph holds <{name}>",
                hint="decide the changes, and put notes into the text",
            )
    parts = [words_in(one) for one in paragraph if one.tag != f"{AKN}num"]
    return " ".join(filter(None, parts))


def words_in(element: Element) -> str:
    """Return an element's words, its lines and points one after the other."""
    lines = [one for one in element.iter() if one.tag in _LINES] or [element]
    return " ".join(" ".join("".join(one.itertext()).split()) for one in lines)
