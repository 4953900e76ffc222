"""Adoption of a text: every consent that the charter demands, and no objection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial

from waternet.record.fields import Check, verify_name, verify_sha256
from waternet.workinggroup.act import Act
from waternet.workinggroup.attendance import present_members
from waternet.workinggroup.charter import Consensus
from waternet.workinggroup.charters import SEEN
from waternet.workinggroup.consenting import verify_consents, verify_quorum
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import verify_different
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.texts import (
    Text,
    paragraph_sha256,
    text_body,
    verify_languages,
    verify_stage,
)
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken, Verb

__all__ = ["VERBS", "counted_there", "in_time", "verify_seen_whole"]


def in_time(one: Taken, deadline: str) -> bool:
    """Return whether an objection was there by the last day for objections.

    What counts is when the steward entered it; of an act that is reported, when it was
    done.
    """
    day = one.act.last_day.isoformat() if one.act.of else one.entered[:10]
    return day <= deadline


def _adopt(floor: Floor, act: Act) -> Text:
    text: Text = floor.base
    floor.verify_gavel(text.body)
    consensus = floor.body(text.body).consensus
    silent = consensus.how == "silence"
    verify_stage(text, "submitted" if silent else "draft")
    verify_seen_whole(floor)
    if silent:
        _verify_deadline(floor, text)
    _verify_languages(floor, text)
    counted = counted_there(floor, text.body, consensus)
    disagreed = tuple(sorted(act.body.get("disagreed", ())))
    standing = _standing(floor, text, counted)
    _verify_set_aside(floor, text, consensus, counted, standing)
    for one in standing:
        if one.act.body["paragraph"] not in disagreed:
            told = f"{one.act.member!r} objects to {one.act.body['paragraph']!r}"
            raise Refused("standing-objection", f"{told} in entry {one.index}")
    if not silent:
        for paragraph in text.paragraphs:
            if paragraph.id not in disagreed:
                _verify_paragraph(floor, text, paragraph.id, counted)
    session = act.body.get("session", text.session)
    adopted = replace(text, stage="adopted", disagreed=disagreed, session=session)
    if not adopted.adopted_paragraphs():
        raise Refused("unmet-condition", "no paragraph would be left")
    return adopted


def verify_seen_whole(floor: Floor) -> None:
    """Refuse an adoption by one who claims to have seen less than it builds on."""
    seen: Mapping[str, int] = floor.act.body["seen"]
    least: dict[str, int] = {}
    for name in floor.act.on:
        one = floor.taken[name]
        least[one.act.party] = max(least.get(one.act.party, 0), one.index + 1)
    for party, size in sorted(least.items()):
        if seen.get(party, 0) < size:
            told = f"'seen' has {seen.get(party, 0)} entries of {party!r}"
            raise Refused("unmet-condition", f"{told}, it builds on {size}")


def _verify_deadline(floor: Floor, text: Text) -> None:
    """Refuse an adoption before the last day for objections is over."""
    today = min(floor.day(), floor.act.issued[:10])
    if today <= text.deadline:
        told = f"objections may come until {text.deadline}, this is {today}"
        raise Refused("before-deadline", told)


def _verify_languages(floor: Floor, text: Text) -> None:
    """Refuse a text that the charter, as it is now, wants in other languages."""
    verify_languages(floor, text.titles, "titles")
    for one in text.paragraphs:
        if not one.is_struck:
            verify_languages(floor, one.words, f"paragraph {one.id!r}")


def counted_there(floor: Floor, body: str, consensus: Consensus) -> tuple[str, ...]:
    """Return the members whose consent counts; for 'present', those who are there."""
    counted = floor.counted(consensus)
    if consensus.how != "present":
        verify_quorum(counted, consensus)
        return counted
    session = _session(floor, body)
    attended = [one for one in session.beside if one.act.verb == "session.attend"]
    named = [one for one in attended if one.act.id in floor.act.on]
    verify_quorum(_present(floor, counted, named), consensus)
    seen = [one for one in attended if floor.was_there(one)]
    return _present(floor, counted, seen)


def _present(
    floor: Floor, counted: Collection[str], attended: Iterable[Taken]
) -> tuple[str, ...]:
    there = present_members(floor.charter, {one.act.member for one in attended})
    return tuple(one for one in counted if one in there)


def _session(floor: Floor, body: str) -> Thing:
    """Return the session in which it is adopted; refuse where it is not open."""
    root = floor.act.body.get("session", "")
    session = floor.things.get(root)
    if session is None or session.kind != "session" or root not in floor.act.on:
        told = "consensus is of those present: expected a session that it names"
        raise Refused("unmet-condition", told)
    if session.changes[0].act.body["body"] != body:
        raise Refused("unmet-condition", f"no session of {body!r}")
    opened = {one.act.id for one in session.changes if one.act.verb == "session.open"}
    if not opened.intersection(floor.act.on):
        raise Refused("unmet-condition", "it does not name the opening of the session")
    over = ("session.close", "session.cancel")
    if any(one.act.verb in over and floor.was_there(one) for one in session.changes):
        raise Refused("not-open", "the session was over")
    return session


def _standing(floor: Floor, text: Text, counted: Collection[str]) -> list[Taken]:
    """Return the objections, of those who count, that nobody's lift takes away.

    After a silence procedure these are all that were entered in time, whether the one
    who adopts claims to have seen them or not: nobody's closed eyes make silence.
    """
    lifted = {
        (lift.act.member, name)
        for lift in floor.named("text.lift")
        for name in lift.act.on
    }
    return [
        one
        for one in floor.beside("text.object")
        if one.act.member in counted
        and (one.act.member, one.act.id) not in lifted
        and _in_time(floor, text, one)
    ]


def _in_time(floor: Floor, text: Text, one: Taken) -> bool:
    if text.deadline:
        return in_time(one, text.deadline)
    return floor.was_there(one) or one.act.id in floor.act.on


def _verify_set_aside(
    floor: Floor,
    text: Text,
    consensus: Consensus,
    counted: Collection[str],
    standing: Collection[Taken],
) -> None:
    """Refuse to set a paragraph aside on which the members did not all speak.

    To agree to disagree takes an objection that is named, and of every other member
    that counts its consent or objection; after a silence procedure, who was silent
    spoke.
    """
    for name in floor.act.body.get("disagreed", ()):
        if not consensus.may_disagree:
            told = f"in {text.body!r} nobody may agree to disagree"
            raise Refused("no-consensus", told)
        if text.paragraph(name).is_struck:
            raise Refused("unmet-condition", f"paragraph {name!r} was struck")
        against = {
            one.act.member
            for one in standing
            if one.act.body["paragraph"] == name and one.act.id in floor.act.on
        }
        if not against:
            raise Refused("unmet-condition", f"no objection to {name!r} is named")
        if consensus.how != "silence":
            others = [one for one in counted if one not in against]
            _verify_paragraph(floor, text, name, others)


def _verify_paragraph(
    floor: Floor, text: Text, name: str, counted: Collection[str]
) -> None:
    consents = [
        one for one in floor.named("text.consent") if one.act.body["paragraph"] == name
    ]
    told = f"paragraph {name!r}"
    verify_consents(floor, counted, paragraph_sha256(text, name), consents, told)


_ADOPT: Mapping[str, Check] = {
    "session": verify_sha256,
    "disagreed": partial(verify_different, each=verify_name),
}

VERBS = (
    Verb("text.adopt", SEEN, "chair", True, _adopt, text_body, _ADOPT, seals=True),
)
