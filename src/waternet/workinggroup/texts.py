"""Texts: drafted paragraph by paragraph, every language version equally a text.

A paragraph is consented to by its hash, which covers all of its language versions: a
comma that moves in one language voids every consent to the paragraph, and none to
another one. What a paragraph was is never lost: a paragraph that is struck keeps its
place without words, and that is consented to as words are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.canonical import write_canonical
from waternet.record.fields import Check, verify_fields, verify_name, verify_sha256
from waternet.workinggroup.act import Act
from waternet.workinggroup.charters import SEEN
from waternet.workinggroup.consenting import REASON, verify_day
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import verify_different, verify_listed, verify_titles
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb

__all__ = [
    "STAGES",
    "VERBS",
    "Paragraph",
    "Text",
    "paragraph_sha256",
    "text_body",
    "verify_languages",
    "verify_stage",
]

STAGES = ("draft", "submitted", "shelved", "withdrawn", "adopted")
"""Where a text may be; 'submitted' to a silence procedure."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, in all languages of the charter.

    Attributes
    ----------
    id : str
        Kept through all amendments.
    words : mapping of language to str
        Empty where the paragraph is struck.
    after : str
        Id of the one that it was placed after; '' for the first.
    """

    id: str
    words: Mapping[str, str]
    after: str = ""

    @property
    def is_struck(self) -> bool:
        """Whether an amendment took its words away."""
        return not self.words


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands after a change.

    Attributes
    ----------
    root : str
        Id of the act that drafted it, which holds its titles.
    by : str
        The member that drafted it.
    body : str
        The committee or group that decides on it.
    titles : mapping of language to str
    paragraphs : tuple of Paragraph
        In the order of the text.
    stage : str
        One of `STAGES`.
    session : str
        The session that it was drafted for; once adopted, the one that adopted it,
        where presence counts. Id of the session's first act; '' for none.
    deadline : str
        The last day for objections, of a text that is 'submitted' or was adopted so.
    disagreed : tuple of str
        Paragraphs on which the members agreed to disagree: not adopted.
    reason : str
        Why it was shelved or withdrawn.
    """

    root: str
    by: str
    body: str
    titles: Mapping[str, str]
    paragraphs: tuple[Paragraph, ...]
    stage: str = "draft"
    session: str = ""
    deadline: str = ""
    disagreed: tuple[str, ...] = ()
    reason: str = ""

    @property
    def sealed(self) -> tuple[str, tuple[Paragraph, ...], tuple[str, ...]]:
        """What an adoption fixes: two that differ in the session alone are one."""
        return self.root, self.paragraphs, self.disagreed

    def paragraph(self, name: str) -> Paragraph:
        """Return a paragraph; refuse the act where there is none of that id."""
        for one in self.paragraphs:
            if one.id == name:
                return one
        ids = ", ".join(one.id for one in self.paragraphs)
        raise Refused("unmet-condition", f"no paragraph {name!r}: there is {ids}")

    def adopted_paragraphs(self) -> tuple[Paragraph, ...]:
        """Return what is the text: no paragraph that was struck or set aside."""
        return tuple(
            one
            for one in self.paragraphs
            if not one.is_struck and one.id not in self.disagreed
        )


def paragraph_sha256(text: Text, name: str) -> str:
    """Return the hash that a consent to a paragraph names.

    Parameters
    ----------
    text : Text
    name : str
        Id of the paragraph.

    Returns
    -------
    str
        SHA-256, in hexadecimal, of the canonical JSON of: the id of the act that
        drafted the text (so its titles, body and group), the paragraph's id, where it
        was placed, and its words in every language.

    Examples
    --------
    >>> told = {"ar": "بئر", "en": "A well", "he": "באר"}
    >>> draft = Text("5e" * 32, "a", "water", {}, (Paragraph("p1", told),))
    >>> moved = replace(draft, paragraphs=(Paragraph("p1", told | {"he": "בור"}),))
    >>> paragraph_sha256(draft, "p1") == paragraph_sha256(moved, "p1")
    False
    """
    paragraph = text.paragraph(name)
    told = {
        "text": text.root,
        "paragraph": paragraph.id,
        "after": paragraph.after,
        "words": dict(paragraph.words),
    }
    return sha256(write_canonical(told)).hexdigest()


def text_body(floor: Floor, _act: Act) -> str:
    """Return the body of the text that an act is about."""
    text: Text = floor.base
    return text.body


def verify_stage(text: Text, *stages: str) -> None:
    """Refuse an act on a text that is not at one of these stages."""
    if text.stage not in stages:
        told = f"the text is {text.stage}, expected {' or '.join(stages)}"
        raise Refused("not-open", told)


def verify_languages(floor: Floor, written: Mapping[str, str], what: str) -> None:
    """Refuse words that are not in all languages of the charter, and no other."""
    if set(written) != set(floor.charter.languages):
        raise Refused(
            "unmet-condition",
            f"{what}: expected {', '.join(floor.charter.languages)}, "
            f"got {', '.join(sorted(written)) or 'none'}",
        )


def _draft(floor: Floor, act: Act) -> Text:
    floor.body(act.body["body"])
    session = act.body.get("session", "")
    if session and session not in {one.act.id for one in floor.named("session.call")}:
        told = f"it names no session.call {session[:16]}"
        raise Refused("unmet-condition", told)
    verify_languages(floor, act.body["titles"], "titles")
    paragraphs: list[Paragraph] = []
    for one in act.body["paragraphs"]:
        verify_languages(floor, one["words"], f"paragraph {one['id']!r}")
        after = paragraphs[-1].id if paragraphs else ""
        paragraphs.append(Paragraph(one["id"], dict(one["words"]), after))
    return Text(
        root=act.id,
        by=act.member,
        body=act.body["body"],
        titles=dict(act.body["titles"]),
        paragraphs=tuple(paragraphs),
        session=session,
    )


def _amend(floor: Floor, act: Act) -> Text:
    text: Text = floor.base
    verify_stage(text, "draft", "submitted")
    struck = {text.paragraph(name).id for name in act.body.get("remove", ())}
    paragraphs = [
        replace(one, words={}) if one.id in struck else one for one in text.paragraphs
    ]
    for one in act.body["paragraphs"]:
        verify_languages(floor, one["words"], f"paragraph {one['id']!r}")
        paragraphs = _placed(paragraphs, one)
    if tuple(paragraphs) == text.paragraphs:
        raise Refused("unmet-condition", "the text has these words already")
    return replace(text, paragraphs=tuple(paragraphs), stage="draft", deadline="")


def _placed(paragraphs: list[Paragraph], given: Mapping[str, Any]) -> list[Paragraph]:
    """Return the paragraphs with one more, or with other words for one."""
    ids = [one.id for one in paragraphs]
    words, name = dict(given["words"]), given["id"]
    if name in ids:
        if "after" in given:
            told = f"paragraph {name!r} has its place: 'after' is for a new one"
            raise Refused("unmet-condition", told)
        return [
            replace(one, words=words) if one.id == name else one for one in paragraphs
        ]
    after = given.get("after", ids[-1])
    if after and after not in ids:
        raise Refused("unmet-condition", f"no paragraph {after!r} to place it after")
    place = ids.index(after) + 1 if after else 0
    made = Paragraph(name, words, after)
    return [*paragraphs[:place], made, *paragraphs[place:]]


def _submit(floor: Floor, act: Act) -> Text:
    text: Text = floor.base
    verify_stage(text, "draft")
    consensus = floor.body(text.body).consensus
    if consensus.how != "silence":
        told = f"consensus in {text.body!r} is {consensus.how!r}, not by silence"
        raise Refused("not-open", told)
    days = (date.fromisoformat(act.body["deadline"]) - act.last_day).days
    if days < consensus.days:
        told = f"{days} days for objections, the charter gives {consensus.days}"
        raise Refused("before-deadline", told)
    return replace(text, stage="submitted", deadline=act.body["deadline"])


def _shelve(floor: Floor, act: Act) -> Text:
    verify_stage(floor.base, "draft", "submitted")
    text: Text = floor.base
    return replace(text, stage="shelved", deadline="", reason=act.body["reason"])


def _resume(floor: Floor, _act: Act) -> Text:
    verify_stage(floor.base, "shelved")
    text: Text = floor.base
    return replace(text, stage="draft", reason="")


def _withdraw(floor: Floor, act: Act) -> Text:
    text: Text = floor.base
    verify_stage(text, "draft", "submitted", "shelved")
    if act.member != text.by:
        told = f"{text.by!r} drafted it, {act.member!r} cannot withdraw it"
        raise Refused("not-entitled", told)
    return replace(text, stage="withdrawn", deadline="", reason=act.body["reason"])


_GIVEN: Mapping[str, Check] = {"id": verify_name, "words": verify_titles}


def _verify_given(
    value: Any, at: str, least: int, optional: Mapping[str, Check]
) -> None:
    """Raise unless it is a list of paragraphs with different ids."""

    def each(one: Any, where: str) -> None:
        verify_fields(one, _GIVEN, where, optional)

    verify_listed(value, at, each, least)
    ids = [one["id"] for one in value]
    if len(set(ids)) != len(ids):
        raise NotAcceptable(f"{at}: names one paragraph twice")


def _verify_after(value: Any, at: str) -> None:
    """Raise unless it is a paragraph's id, or '' for the beginning."""
    if value != "":
        verify_name(value, at)


_DRAFT: Mapping[str, Check] = {
    "body": verify_name,
    "titles": verify_titles,
    "paragraphs": partial(_verify_given, least=1, optional={}),
}
_AMEND: Mapping[str, Check] = {
    "paragraphs": partial(_verify_given, least=0, optional={"after": _verify_after}),
    **REASON,
}
_SUBMIT: Mapping[str, Check] = {"deadline": verify_day, **SEEN}
_REMOVE: Mapping[str, Check] = {"remove": partial(verify_different, each=verify_name)}
_SESSION: Mapping[str, Check] = {"session": verify_sha256}


def _body_of_draft(_floor: Floor, act: Act) -> str:
    return str(act.body["body"])


VERBS = (
    Verb(
        "text.draft",
        _DRAFT,
        "propose",
        True,
        _draft,
        _body_of_draft,
        _SESSION,
        begins=True,
    ),
    Verb("text.amend", _AMEND, "propose", True, _amend, text_body, _REMOVE),
    Verb("text.submit", _SUBMIT, "chair", True, _submit, text_body, {}),
    Verb("text.shelve", REASON, "chair", True, _shelve, text_body, {}),
    Verb("text.resume", REASON, "chair", True, _resume, text_body, {}),
    Verb("text.withdraw", REASON, "propose", True, _withdraw, text_body, {}),
)
