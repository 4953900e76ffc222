"""Correspondence: letters and proposals, with replies and what was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from waternet.record.fields import Check, verify_choice, verify_name
from waternet.workinggroup.act import Act
from waternet.workinggroup.citing import cite
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import (
    verify_different,
    verify_listed,
    verify_paragraphs,
    verify_titles,
)
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken, Verb
from waternet.workinggroup.when import day_span, moment

__all__ = [
    "ANSWERS",
    "SORTS",
    "VERBS",
    "Letter",
    "Reply",
    "list_letters",
    "list_replies",
    "plain_letter",
]

SORTS = ("letter", "proposal", "invitation")
"""What a letter may be."""

ANSWERS = ("accepts", "declines", "answers")
"""What a reply says."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, which nobody changes once it was sent.

    Attributes
    ----------
    sender : str
        The member whose letter it is.
    to : tuple of str
        Members, by id.
    titles : mapping of language to str
    words : mapping of language to tuple of str
        Paragraphs.
    sort : str
        One of `SORTS`.
    day : str
        On which it was sent, as far as that is known.
    """

    sender: str
    to: tuple[str, ...]
    titles: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    sort: str
    day: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What an addressee answered.

    Attributes
    ----------
    member : str
    day : str
    answer : str
        One of `ANSWERS`.
    titles : mapping of language to str
    words : mapping of language to tuple of str
    understandings : tuple of mapping of language to str
        What the member took to be agreed when it accepted: part of the acceptance.
    taken : Taken
        The act, with who reported it where the member did not sign it.
    """

    member: str
    day: str
    answer: str
    titles: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    understandings: tuple[Mapping[str, str], ...]
    taken: Taken


def list_letters(state: State) -> list[tuple[Thing, Letter]]:
    """Return every letter, the earliest first."""
    found = [(one, one.value) for one in state.of("letter") if one.value]
    found.sort(key=lambda one: (day_span(one[1].day), one[0].id, one[0].root))
    return found


def plain_letter(thing: Thing) -> dict[str, Any]:
    """Return a letter with its replies as plain values."""
    told: dict[str, Any] = to_plain(thing.value)
    sent = cite(thing.changes[0])
    replies = [
        {
            **cite(one.taken),
            "answer": one.answer,
            "titles": dict(one.titles),
            "words": to_plain(one.words),
            "understandings": to_plain(one.understandings),
        }
        for one in list_replies(thing)
    ]
    return {"id": thing.id, "root": thing.root, **told, **sent, "replies": replies}


def list_replies(thing: Thing) -> tuple[Reply, ...]:
    """Return the replies to a letter, the first one first.

    Parameters
    ----------
    thing : Thing
        Of kind 'letter'.
    """
    found = [one for one in thing.beside if one.act.verb == "letter.reply"]
    found.sort(key=lambda one: (one.act.last_day, moment(one.act.issued), one.act.id))
    return tuple(_read_reply(one) for one in found)


def _read_reply(taken: Taken) -> Reply:
    body = taken.act.body
    return Reply(
        member=taken.act.member,
        day=taken.act.day,
        answer=body["answer"],
        titles=dict(body.get("titles", {})),
        words=_read_words(body["words"]),
        understandings=tuple(dict(one) for one in body.get("understandings", ())),
        taken=taken,
    )


def _read_words(written: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(words) for language, words in written.items()}


def _send(floor: Floor, act: Act) -> Letter:
    for one in act.body["to"]:
        if floor.charter.member(one) is None:
            raise Refused("not-a-member", f"the addressee {one!r} is no member")
    return Letter(
        sender=act.member,
        to=tuple(sorted(act.body["to"])),
        titles=dict(act.body["titles"]),
        words=_read_words(act.body["words"]),
        sort=act.body["sort"],
        day=act.day,
    )


def _reply(floor: Floor, act: Act) -> None:
    letter: Letter = floor.base
    # The keeper itself stands for whoever its source does not name.
    unnamed = act.of == floor.charter.keeper != ""
    if act.member not in letter.to and not unnamed:
        told = f"it was sent to {', '.join(letter.to)}, not to {act.member!r}"
        raise Refused("not-entitled", told)
    if "understandings" in act.body and act.body["answer"] != "accepts":
        told = "understandings belong to an answer that 'accepts'"
        raise Refused("unreadable-act", told)


def _anywhere(_floor: Floor, _act: Act) -> str:
    return ""


_SEND: Mapping[str, Check] = {
    "to": partial(verify_different, each=verify_name),
    "titles": verify_titles,
    "words": verify_paragraphs,
    "sort": partial(verify_choice, choices=SORTS),
}
_REPLY: Mapping[str, Check] = {
    "answer": partial(verify_choice, choices=ANSWERS),
    "words": verify_paragraphs,
}
_REPLY_OPTIONAL: Mapping[str, Check] = {
    "titles": verify_titles,
    "understandings": partial(verify_listed, each=verify_titles),
}

VERBS = (
    Verb("letter.send", _SEND, "attend", True, _send, _anywhere, {}, begins=True),
    Verb("letter.reply", _REPLY, "attend", False, _reply, _anywhere, _REPLY_OPTIONAL),
)
