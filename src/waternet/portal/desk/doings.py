"""From a form of the Desk to what a delegate does in a group."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from waternet.errors import NotAcceptable
from waternet.node.acting import Doing
from waternet.node.charters import adoption_of, consent_to
from waternet.node.projects import (
    consent_to_project,
    move_project,
    receive_pledge,
)
from waternet.node.sittings import closing_of
from waternet.node.texts import adopt_text, consent_to_paragraph, lift_objection
from waternet.portal.form import Form
from waternet.workinggroup.state import State

__all__ = ["FORMS", "doings_of", "labels_of_form"]

_DAYS: Final = 90  # that a consent holds, unless the form says otherwise
_MOST_DAYS: Final = 3650
_Read = Callable[[State, Form], list[Doing]]


def doings_of(state: State, form: Form) -> list[Doing]:
    """Return what a form orders; each is an act of its own.

    Raises
    ------
    NotAcceptable
        A field is empty or not as it must be.
    Conflict
        Other words stand by now than the form's page showed.
    """
    verb = form.needed("verb")
    return FORMS.get(verb, _anything)(state, form)


def _texts_consented(state: State, form: Form) -> list[Doing]:
    """Return a consent to each paragraph that is ticked, as it was read."""
    ticked = form.texts("paragraph")
    if not ticked:
        raise NotAcceptable("no paragraph is ticked")
    pairs = [one.partition(":") for one in ticked]
    days = _days(form)
    return [
        consent_to_paragraph(state, form.needed("subject"), name, days, to)
        for name, _, to in pairs
    ]


def _project_consented(state: State, form: Form) -> list[Doing]:
    to, days = form.needed("to"), _days(form)
    return [consent_to_project(state, form.needed("subject"), days, to)]


def _charter_consented(state: State, form: Form) -> list[Doing]:
    return [consent_to(state, form.needed("proposal"), _days(form))]


def _objected(_state: State, form: Form) -> list[Doing]:
    told: dict[str, Any] = {
        "paragraph": form.needed("paragraph"),
        "words": labels_of_form(form, "words"),
    }
    if kind := form.text("condition"):
        name = form.needed("condition_name")
        words = labels_of_form(form, "condition_words", told["words"])
        told["condition"] = {"kind": kind, "name": name, "words": words}
        if kind == "project":
            told["condition"]["stage"] = form.needed("condition_stage")
    return [Doing("text.object", form.needed("subject"), told)]


def _lifted(state: State, form: Form) -> list[Doing]:
    text, _, objection = form.needed("objection").partition(":")
    return [lift_objection(state, text, objection, form.needed("reason"))]


def _adopted(state: State, form: Form) -> list[Doing]:
    return [adopt_text(state, form.needed("subject"), session=form.text("session"))]


def _charter_adopted(state: State, form: Form) -> list[Doing]:
    return [adoption_of(state, form.needed("proposal"))]


def _moved(state: State, form: Form) -> list[Doing]:
    return [
        move_project(
            state,
            form.needed("subject"),
            form.needed("stage"),
            _lines(form.needed("evidence")),
            form.text("reason"),
            form.text("session"),
        )
    ]


def _closed(state: State, form: Form) -> list[Doing]:
    """Return a closing: of minutes and decisions, a line is a paragraph, or one."""
    minutes = {one: _lines(told) for one, told in labels_of_form(form, "words").items()}
    told = labels_of_form(form, "decisions", {})
    decided = _in_step({one: _lines(many) for one, many in told.items()}, "decisions")
    decisions = [{"id": f"d{at}", "words": one} for at, one in enumerate(decided, 1)]
    return [closing_of(state, form.needed("subject"), minutes, decisions)]


def _in_step(written: Mapping[str, list[str]], what: str) -> list[dict[str, str]]:
    """Return what stands in each place, by language.

    Raises
    ------
    NotAcceptable
        One language has more than another.
    """
    counts = {len(one) for one in written.values()}
    if len(counts) > 1:
        told = ", ".join(f"{one}: {len(many)}" for one, many in written.items())
        raise NotAcceptable(
            f"{what} in each language: {told}; expected as many in each",
            hint="write them in the same places",
        )
    return [
        {language: many[at] for language, many in written.items()}
        for at in range(max(counts, default=0))
    ]


def _drafted(_state: State, form: Form) -> list[Doing]:
    """Return a draft; blank lines part paragraphs, as many in each language."""
    languages = _languages(form, "titles")
    written = {one: _paragraphs(form.needed(f"words.{one}")) for one in languages}
    paragraphs = [
        {"id": f"p{at}", "words": words}
        for at, words in enumerate(_in_step(written, "paragraphs"), 1)
    ]
    draft = {
        "body": form.needed("body"),
        "titles": labels_of_form(form, "titles"),
        "paragraphs": paragraphs,
    }
    return [Doing("text.draft", form.needed("subject"), draft)]


def _attended(_state: State, form: Form) -> list[Doing]:
    """Return an attendance: a delegate a line, with an office after a comma."""
    delegates = []
    for line in _lines(form.needed("delegates")):
        name, _, office = (one.strip() for one in line.partition(","))
        told: dict[str, Any] = {"names": {form.needed("language"): name}}
        delegates.append({**told, "office": office} if office else told)
    body = {"delegates": delegates}
    return [Doing("session.attend", form.needed("subject"), body)]


def _replied(_state: State, form: Form) -> list[Doing]:
    words = {one: _lines(told) for one, told in labels_of_form(form, "words").items()}
    told: dict[str, Any] = {"answer": form.needed("answer"), "words": words}
    if understood := labels_of_form(form, "understanding", {}):
        told["understandings"] = [understood]
    return [Doing("letter.reply", form.needed("subject"), told)]


def _done(_state: State, form: Form) -> list[Doing]:
    told = {"evidence": _lines(form.needed("evidence"))}
    return [Doing("task.done", form.needed("subject"), told)]


def _received(state: State, form: Form) -> list[Doing]:
    subject = form.needed("subject")
    told: dict[str, Any] = {
        "on": form.needed("on_day"),
        "evidence": _lines(form.needed("evidence")),
    }
    if amount := form.text("amount"):
        told["amount"] = amount
    else:
        told["words"] = labels_of_form(form, "words")
    return [receive_pledge(state, subject, told)]


def _anything(_state: State, form: Form) -> list[Doing]:
    """Return any act, its fields written as JSON."""
    try:
        body = json.loads(form.text("fields") or "{}")
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"the fields are not JSON: {error}") from error
    if not isinstance(body, dict):
        raise NotAcceptable('expected named fields, as {"reason": "..."}')
    return [Doing(form.needed("verb"), form.needed("subject"), body)]


FORMS: Final[Mapping[str, _Read]] = {
    "text.consent": _texts_consented,
    "project.consent": _project_consented,
    "charter.consent": _charter_consented,
    "charter.adopt": _charter_adopted,
    "text.object": _objected,
    "text.lift": _lifted,
    "text.adopt": _adopted,
    "project.move": _moved,
    "session.close": _closed,
    "text.draft": _drafted,
    "session.attend": _attended,
    "letter.reply": _replied,
    "task.done": _done,
    "pledge.receive": _received,
}
"""Acts that have a form of their own; any other is written as JSON."""


def _days(form: Form) -> int:
    text = form.text("days") or str(_DAYS)
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= _MOST_DAYS:
        raise NotAcceptable(f"a consent is for 1 to {_MOST_DAYS:,} days, not {text!r}")
    return int(text)


def _languages(form: Form, name: str) -> list[str]:
    """Return the languages in which a field is filled in."""
    found = [one.removeprefix(f"{name}.") for one in form.fields if "." in one]
    return sorted(one for one in found if form.text(f"{name}.{one}"))


def labels_of_form(
    form: Form, name: str, otherwise: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a field that is written in several languages.

    Raises
    ------
    NotAcceptable
        It is written in none, and nothing stands for it.
    """
    found = {one: form.text(f"{name}.{one}") for one in _languages(form, name)}
    if not found and otherwise is None:
        raise NotAcceptable(f"field {name!r} of the form is empty in every language")
    return found or dict(otherwise or {})


def _lines(text: str) -> list[str]:
    return [one.strip() for one in text.splitlines() if one.strip()]


def _paragraphs(text: str) -> list[str]:
    """Return paragraphs that blank lines part; a text has no line breaks within."""
    blocks = "\n".join(one.strip() for one in text.splitlines()).split("\n\n")
    return [" ".join(_lines(one)) for one in blocks if one.strip()]
