"""What a delegate does about texts: which words are meant, which consents count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node.acting import Doing
from waternet.workinggroup.interchange.akn_amendment_reading import (
    AmendmentVersion,
    join_amendments,
)
from waternet.workinggroup.objections import Objection, track_objections
from waternet.workinggroup.state import State
from waternet.workinggroup.text_standing import TextStanding, text_standing
from waternet.workinggroup.texts import Text, paragraph_sha256
from waternet.workinggroup.verb import Taken

__all__ = [
    "adopt_text",
    "amend_text",
    "consent_to_paragraph",
    "dissent_from_paragraph",
    "draft_text",
    "find_standing",
    "lift_objection",
    "list_texts",
    "meet_objection",
]


def find_standing(state: State, name: str) -> TextStanding:
    """Return where a text stands today.

    Raises
    ------
    NotFound
        There is none of that id.
    """
    return text_standing(state, state.thing("text", name), _today())


def list_texts(state: State) -> list[dict[str, Any]]:
    """Return a row for each text: where it stands, and for whom it waits."""
    rows = []
    ids = Counter(thing.id for thing in state.of("text"))
    for thing in state.of("text"):
        alone = ids[thing.id] == 1
        standing = text_standing(state, thing, _today())
        text = standing.text
        over = text.stage in ("adopted", "withdrawn")
        missing = {one for each in standing.paragraphs for one in each.missing}
        objections = [one for one in standing.objections if one.status != "lifted"]
        rows.append(
            {
                "text": thing.id if alone else f"{thing.id}~{thing.root[:8]}",
                "body": text.body,
                "by": text.by,
                "stage": text.stage,
                "deadline": text.deadline,
                "paragraphs": len(text.adopted_paragraphs()),
                "missing": ", ".join(() if over else sorted(missing)),
                "objections": len(objections),
            }
        )
    return rows


def draft_text(state: State, told: Mapping[str, Any], name: str) -> Doing:
    """Return the draft of a text.

    Parameters
    ----------
    state : State
    told : mapping
        Its body, titles and paragraphs; 'session', where it has one, by its id.
    name : str
        The id that it gets.
    """
    body = dict(told)
    if "session" in body:
        body["session"] = state.thing("session", str(body["session"])).root
    named = (body["session"],) if "session" in body else ()
    return Doing("text.draft", name, body, named)


def amend_text(
    state: State,
    name: str,
    versions: Sequence[AmendmentVersion],
    told: Mapping[str, Any],
) -> Doing:
    """Return an amendment that files of Akoma Ntoso tell, or that only strikes.

    Parameters
    ----------
    state : State
    name : str
        Id of the text.
    versions : sequence of AmendmentVersion
        One for each language that it changes; none where it only strikes.
    told : mapping
        Its reason, and the paragraphs to strike besides.
    """
    text: Text = state.thing("text", name).value
    joined = join_amendments(text, versions)
    body: dict[str, Any] = {**joined, **told}
    if struck := [*joined.get("remove", ()), *told.get("remove", ())]:
        body["remove"] = list(dict.fromkeys(struck))
    return Doing("text.amend", name, body)


def consent_to_paragraph(
    state: State, name: str, paragraph: str, days: int, to: str = ""
) -> Doing:
    """Return the consent to a paragraph as it stands, for so many days.

    Parameters
    ----------
    state : State
    name, paragraph : str
    days : int
    to : str
        The beginning of the hash that was read: anything else by now is refused; '' to
        consent to what stands.

    Raises
    ------
    Conflict
        Other words stand by now.
    """
    text: Text = state.thing("text", name).value
    digest = paragraph_sha256(text, paragraph)
    if not digest.startswith(to):
        raise Conflict(
            f"paragraph {paragraph!r} is {digest[:16]} by now, not {to[:16]}",
            hint="read it anew, in all languages",
        )
    last = datetime.now(UTC) + timedelta(days=days)
    told = {"paragraph": paragraph, "to": digest, "expires": f"{last:%Y-%m-%d}"}
    return Doing("text.consent", name, told)


def dissent_from_paragraph(
    state: State, name: str, paragraph: str, member: str, reason: str
) -> Doing:
    """Return the act that takes a member's consent back.

    Raises
    ------
    NotFound
        There is no such consent.
    Conflict
        Several members consented, and none is named.
    """
    given: dict[str, Taken] = {}
    for each in find_standing(state, name).paragraphs:
        if each.paragraph.id == paragraph:
            for one in each.positions:
                if one.consent and member in ("", one.member):
                    given[one.member] = one.consent
    if not given:
        told = f"{member!r} has not" if member else "nobody has"
        raise NotFound(f"{told} consented to {paragraph!r} of {name!r}")
    if len(given) > 1:
        told = f"{', '.join(given)} consented to {paragraph!r}"
        raise Conflict(told, hint="say whose consent: --member")
    (consent,) = given.values()
    return Doing("text.dissent", name, {"reason": reason}, (consent.act.id,))


def lift_objection(state: State, name: str, objection: str, reason: str) -> Doing:
    """Return the act that lifts an objection, naming what met its condition."""
    found = _objection(state, name, objection)
    named = (found.made.act.id, *found.met_by)
    return Doing("text.lift", name, {"reason": reason}, named)


def meet_objection(
    state: State, name: str, objection: str, release: Mapping[str, Any]
) -> Doing:
    """Return the word that the release is there for which an objection waits."""
    found = _objection(state, name, objection)
    body = {"release": dict(release)}
    return Doing("text.meet", name, body, (found.made.act.id,))


def adopt_text(
    state: State, name: str, disagreed: Sequence[str] = (), session: str = ""
) -> Doing:
    """Return the adoption of a text, naming every consent and lift that it relies on.

    Parameters
    ----------
    state : State
    name : str
    disagreed : sequence of str
        Paragraphs on which the members agree to disagree.
    session : str
        Where those present adopt it; '' elsewhere.
    """
    standing = find_standing(state, name)
    body: dict[str, Any] = {"disagreed": list(disagreed)} if disagreed else {}
    named = standing.relied_on(disagreed)
    if session:
        thing = state.thing("session", session)
        body["session"] = thing.root
        opened = [one.act.id for one in thing.changes if one.act.verb == "session.open"]
        attended = [
            one.act.id for one in thing.beside if one.act.verb == "session.attend"
        ]
        named = (thing.root, *opened, *attended, *named)
    return Doing("text.adopt", name, body, tuple(dict.fromkeys(named)))


def _objection(state: State, name: str, beginning: str) -> Objection:
    """Return the objection that is meant: the only one that stands, or by its id."""
    found = [
        one
        for one in track_objections(state, state.thing("text", name))
        if one.made.act.id.startswith(beginning)
        and (beginning or one.status != "lifted")
    ]
    if not found:
        raise NotFound(f"no objection {beginning!r} to {name!r} stands")
    if len(found) > 1:
        acts = ", ".join(f"{one.made.act.id[:16]} ({one.member})" for one in found)
        raise NotAcceptable(f"{len(found)} objections stand", hint=f"name one: {acts}")
    return found[0]


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
