"""Positions on paragraphs: consent, reservations, objections and what lifts them.

An objection stands until the member that made it lifts it: no amendment, study or vote
does that in its place. Where it names a condition, that is tracked from open over met
to lifted (see `text_standing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_name,
    verify_nested,
    verify_sha256,
)
from waternet.workinggroup.act import Act
from waternet.workinggroup.consenting import (
    CONSENT,
    REASON,
    verify_consented_to,
    verify_own,
)
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import verify_titles
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.stages import STAGES
from waternet.workinggroup.texts import (
    Text,
    paragraph_sha256,
    text_body,
    verify_stage,
)
from waternet.workinggroup.verb import Verb

__all__ = ["CONDITIONS", "VERBS"]

CONDITIONS = ("feasibility", "project", "release")
"""What an objection may wait for: a feasibility record, a project, a data release."""


def _consent(floor: Floor, act: Act) -> None:
    text: Text = floor.base
    verify_stage(text, "draft", "submitted", "adopted")
    verify_consented_to(act, paragraph_sha256(text, act.body["paragraph"]))
    _verify_adopted_paragraph(text, act)


def _dissent(floor: Floor, _act: Act) -> None:
    verify_stage(floor.base, "draft", "submitted", "shelved")
    verify_own(floor, "text.consent")


def _reserve(floor: Floor, act: Act) -> None:
    text: Text = floor.base
    verify_stage(text, "draft", "submitted", "adopted")
    text.paragraph(act.body["paragraph"])
    _verify_adopted_paragraph(text, act)


def _verify_adopted_paragraph(text: Text, act: Act) -> None:
    """Refuse to join later what the members did not adopt."""
    if text.stage == "adopted" and act.body["paragraph"] not in {
        one.id for one in text.adopted_paragraphs()
    }:
        told = f"paragraph {act.body['paragraph']!r} was not adopted"
        raise Refused("not-open", told)


def _object(floor: Floor, act: Act) -> None:
    text: Text = floor.base
    verify_stage(text, "draft", "submitted", "shelved")
    text.paragraph(act.body["paragraph"])


def _lift(floor: Floor, _act: Act) -> None:
    verify_own(floor, "text.object")


def _meet(floor: Floor, _act: Act) -> None:
    kinds = [
        one.act.body.get("condition", {}).get("kind")
        for one in floor.named("text.object")
    ]
    if "release" not in kinds:
        told = "it names no objection that waits for a release"
        raise Refused("unmet-condition", told)


def _verify_condition(value: Any, at: str) -> None:
    verify_fields(
        value, _CONDITION, at, {"stage": partial(verify_choice, choices=STAGES)}
    )
    if (value["kind"] == "project") != ("stage" in value):
        told = "'stage' is for a project: the one that it must reach"
        raise NotAcceptable(f"{at}: {told}, and needed there")


_CONDITION: Mapping[str, Check] = {
    "kind": partial(verify_choice, choices=CONDITIONS),
    "name": verify_name,
    "words": verify_titles,
}
_PARAGRAPH: Mapping[str, Check] = {"paragraph": verify_name}
_WORDS: Mapping[str, Check] = {**_PARAGRAPH, "words": verify_titles}
_RELEASE: Mapping[str, Check] = {
    "party": verify_name,
    "entry": verify_integer,
    "sha256": verify_sha256,
}
_MEET: Mapping[str, Check] = {
    "release": partial(verify_nested, fields=_RELEASE),
}
_OBJECT: Mapping[str, Check] = {"condition": _verify_condition}

VERBS = (
    Verb(
        "text.consent",
        {**_PARAGRAPH, **CONSENT},
        "consent",
        False,
        _consent,
        text_body,
        {},
    ),
    Verb("text.dissent", REASON, "consent", False, _dissent, text_body, {}),
    Verb("text.reserve", _WORDS, "consent", False, _reserve, text_body, {}),
    Verb("text.object", _WORDS, "consent", False, _object, text_body, _OBJECT),
    Verb("text.lift", REASON, "consent", False, _lift, text_body, {}),
    Verb("text.meet", _MEET, "attend", False, _meet, text_body, {}),
)
