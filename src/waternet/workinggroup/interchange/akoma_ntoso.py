"""Texts as Akoma Ntoso 3.0, profile AKN4UN: a file for each language version.

The versions are expressions of one work, each authoritative and none a translation of
another. Two nodes that hold the same entries write the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from waternet.errors import NotFound
from waternet.workinggroup.interchange.akn_meta import (
    GROUP,
    add_identification,
    add_references,
    cite_act,
    group_name,
    member_eid,
    whole_day,
)
from waternet.workinggroup.interchange.akn_names import AKN, Name, language_code
from waternet.workinggroup.interchange.akn_tree import (
    add,
    add_own,
    add_words,
    write_document,
)
from waternet.workinggroup.objections import adoption_of, in_sequence
from waternet.workinggroup.state import State
from waternet.workinggroup.texts import Paragraph, Text, paragraph_sha256
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = [
    "amendment_name",
    "paragraph_eid",
    "text_languages",
    "text_name",
    "write_collection",
    "write_version",
]

# What a step of the workflow is called, by the verb of its act.
_OUTCOMES = {
    "text.consent": "consent",
    "text.dissent": "dissent",
    "text.reserve": "reservation",
    "text.object": "objection",
    "text.lift": "lifting",
    "text.meet": "condition-met",
    "text.submit": "submission",
    "text.shelve": "shelving",
    "text.resume": "resumption",
    "text.withdraw": "withdrawal",
    "text.adopt": "adoption",
}


def text_languages(thing: Thing) -> tuple[str, ...]:
    """Return the languages of a text, by code."""
    text: Text = thing.value
    return tuple(sorted(text.titles))


def text_name(state: State, thing: Thing, language: str) -> Name:
    """Return how a text is called as it stands, in one language.

    A draft's version is its number, an adopted text's the day of the adoption.

    Raises
    ------
    NotAcceptable
        The language has no code of three letters.
    """
    adopted = adoption_of(thing)
    version = whole_day(adopted.act.day) if adopted else str(len(thing.standing()))
    return Name(
        kind="statement",
        subtype="deliberation",
        actor=group_name(state),
        day=whole_day(thing.standing()[0].act.day),
        number=text_number(state, thing),
        language=language_code(language),
        version=version,
    )


def text_number(state: State, thing: Thing) -> str:
    """Return a text's id; of two texts of one id, with the act that began it."""
    alone = sum(one.id == thing.id for one in state.of("text")) == 1
    return thing.id if alone else f"{thing.id}-{thing.root[:8]}"


def write_version(state: State, thing: Thing, language: str) -> bytes:
    """Return one language version of a text as it stands.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'text'.
    language : str
        One of `text_languages`.

    Raises
    ------
    NotFound
        The text is not in that language.
    NotAcceptable
        The language has no code of three letters.
    """
    text: Text = thing.value
    if language not in text.titles:
        told = f"{thing.id!r} is not in the language {language!r}"
        raise NotFound(told, hint=f"it is in {', '.join(text_languages(thing))}")
    adopted = text.stage == "adopted"
    shown = tuple(
        one
        for one in (text.adopted_paragraphs() if adopted else text.paragraphs)
        if not one.is_struck
    )
    kind = "declaration" if adopted else "declarationDraft"
    document = Element(f"{AKN}statement", name=kind, contains="singleVersion")
    _add_meta(add(document, "meta"), state, thing, language, shown)
    add(add(add(document, "preface"), "p"), "docTitle", text.titles[language])
    body = add(document, "mainBody")
    for number, one in enumerate(shown, 1):
        name = paragraph_eid(one.id)
        paragraph = add(body, "paragraph", eId=name)
        add(paragraph, "num", str(number))
        content = add(paragraph, "content", eId=f"{name}__content")
        add(content, "p", one.words[language], eId=f"{name}__content__p_1")
    return write_document(document)


def paragraph_eid(name: str) -> str:
    """Return by which id a document has a paragraph: the same one in every version."""
    return f"para_{name}"


def _add_meta(
    meta: Element,
    state: State,
    thing: Thing,
    language: str,
    shown: Sequence[Paragraph],
) -> None:
    name = text_name(state, thing, language)
    changes = thing.standing()
    day = whole_day(changes[-1].act.day)
    add_identification(meta, name, day, str(len(changes)))
    lifecycle = add(meta, "lifecycle", source=f"#{GROUP}")
    amendments = [one for one in changes if one.act.verb == "text.amend"]
    for number, one in enumerate([changes[0], *amendments]):
        kind = "amendment" if number else "generation"
        add(
            lifecycle,
            "eventRef",
            date=whole_day(one.act.day),
            source=f"#ref_{number}",
            type=kind,
        )
    steps = _steps(thing)
    workflow = add(meta, "workflow", source=f"#{GROUP}") if steps else None
    if workflow is not None:
        for one in steps:
            _add_step(workflow, one, {each.id for each in shown})
    references = add(meta, "references", source=f"#{GROUP}")
    title = thing.value.titles[language]
    add(references, "original", eId="ref_0", href=name.work, showAs=title)
    for number in range(1, len(amendments) + 1):
        href = amendment_name(state, thing, number, language).work
        add(references, "passiveRef", eId=f"ref_{number}", href=href, showAs=href)
    concepts = {_OUTCOMES[one.act.verb] for one in steps}
    add_references(references, state, language, thing, concepts)
    _add_own_words(add(meta, "proprietary", source=f"#{GROUP}"), thing, shown)


def _steps(thing: Thing) -> list[Taken]:
    """Return what was said and done, but for drafts and amendments, in its order."""
    said = (*thing.beside, *thing.standing())
    return sorted(
        (one for one in said if one.act.verb in _OUTCOMES),
        key=lambda one: (one.act.last_day, *in_sequence(one)),
    )


def _add_step(workflow: Element, one: Taken, shown: Collection[str]) -> None:
    act = one.act
    paragraph = str(act.body.get("paragraph", ""))
    outcome = f"#{_OUTCOMES[act.verb]}"
    step = add(
        workflow,
        "step",
        date=whole_day(act.day),
        by=f"#{member_eid(act.member)}",
        refersTo=outcome,
        outcome=outcome,
        href=f"#{paragraph_eid(paragraph)}" if paragraph in shown else "",
    )
    cite_act(step, act)
    for told in ("paragraph", "to", "expires", "deadline", "reason"):
        if told in act.body:
            add_own(step, told, str(act.body[told]))
    add_words(step, act.body.get("words", {}))
    if condition := act.body.get("condition"):
        plain = {name: condition.get(name, "") for name in ("kind", "name", "stage")}
        add_words(add_own(step, "condition", **plain), condition["words"])


def _add_own_words(element: Element, thing: Thing, shown: Sequence[Paragraph]) -> None:
    """Say which act drafted the text, what was set aside, and the hashes."""
    text: Text = thing.value
    add_own(element, "text", root=text.root, stage=text.stage, body=text.body)
    for one in shown:
        digest = paragraph_sha256(text, one.id)
        add_own(element, "paragraph", id=one.id, sha256=digest)
    for name in text.disagreed:
        aside = add_own(element, "setAside", id=name)
        add_words(aside, text.paragraph(name).words)


def amendment_name(state: State, thing: Thing, number: int, language: str) -> Name:
    """Return how an amendment of a text is called: by its place among them, from 1."""
    amendments = [one for one in thing.standing() if one.act.verb == "text.amend"]
    day = whole_day(amendments[number - 1].act.day)
    return Name(
        kind="amendment",
        subtype="modification",
        actor=group_name(state),
        day=day,
        number=f"{text_number(state, thing)}-amendment-{number}",
        language=language_code(language),
        version=day,
    )


def write_collection(state: State, thing: Thing) -> bytes:
    """Return the file that holds the language versions together, by reference.

    The versions stand in the order of their codes.
    """
    name = replace(
        text_name(state, thing, text_languages(thing)[0]),
        kind="documentCollection",
        subtype="publication",
        language="mul",
    )
    document = Element(
        f"{AKN}documentCollection", name="publication", contains="singleVersion"
    )
    meta = add(document, "meta")
    day = whole_day(thing.standing()[-1].act.day)
    add_identification(meta, name, day, str(len(thing.standing())))
    references = add(meta, "references", source=f"#{GROUP}")
    add_references(references, state, "", thing, set())
    body = add(document, "collectionBody")
    named = [text_name(state, thing, one) for one in text_languages(thing)]
    for number, one in enumerate(sorted(named, key=lambda one: one.language), 1):
        component = add(body, "component", eId=f"comp_{number}")
        add(component, "documentRef", href=one.expression, showAs=one.language)
    return write_document(document)
