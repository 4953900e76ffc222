"""What a document of Akoma Ntoso says of itself: names, authors, history."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from waternet.workinggroup.act import Act
from waternet.workinggroup.interchange.akn_names import Name
from waternet.workinggroup.interchange.akn_tree import add, add_own
from waternet.workinggroup.interchange.iati_codes import OWN
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.when import day_span

__all__ = [
    "GROUP",
    "add_identification",
    "add_references",
    "cite_act",
    "group_name",
    "member_eid",
    "whole_day",
]

GROUP = "group"
"""eId of the group, which is every document's author: no member is."""

_ONTOLOGY = "/akn/ontology"


def whole_day(day: str) -> str:
    """Return a day where only a month or a year is known: its first.

    What is known stands beside it, in our own namespace.
    """
    return day_span(day)[0].isoformat()


def add_identification(meta: Element, name: Name, day: str, version: str = "") -> None:
    """Add the three levels of names, and where it is published.

    Parameters
    ----------
    meta : Element
    name : Name
    day : str
        Of this version.
    version : str
        Its number; '' for none.
    """
    identification = add(meta, "identification", source=f"#{GROUP}")
    work = _level(identification, "Work", name.work, name.day, "")
    add(work, "FRBRcountry", value="un")
    add(work, "FRBRsubtype", value=name.subtype)
    add(work, "FRBRnumber", value=name.number)
    add(work, "FRBRauthoritative", value="true")
    expression = _level(identification, "Expression", name.expression, day, "")
    if version:
        add(expression, "FRBRversionNumber", value=version)
    add(expression, "FRBRauthoritative", value="true")
    add(expression, "FRBRlanguage", language=name.language)
    file = _level(identification, "Manifestation", name.expression, day, ".xml")
    add(file, "FRBRformat", value="xml")
    add(meta, "publication", date=day, name="record", showAs="Record")


def _level(parent: Element, level: str, name: str, day: str, ending: str) -> Element:
    made = add(parent, f"FRBR{level}")
    add(made, "FRBRthis", value=f"{name}/!main{ending}")
    add(made, "FRBRuri", value=f"{name}/{ending}" if ending else name)
    add(made, "FRBRdate", date=day, name=level.lower())
    add(made, "FRBRauthor", href=f"#{GROUP}")
    return made


def group_name(state: State) -> str:
    """Return the group's name, by which its documents are called."""
    return state.charter.name if state.charter else GROUP


def add_references(
    references: Element, state: State, language: str, thing: Thing, concepts: set[str]
) -> None:
    """Add the group, its members by id, and what the steps of a workflow are called.

    Each is shown as it is called in a language; a member of a former charter, too.
    """
    charter = state.charter
    spoke = {one.act.member for one in (*thing.changes, *thing.beside)}
    names: dict[str, Mapping[str, str]] = {one: {} for one in spoke}
    names |= {one.id: one.names for one in (charter.members if charter else ())}
    _organization(
        references,
        GROUP,
        group_name(state),
        charter.titles if charter else {},
        language,
    )
    for member in sorted(names):
        _organization(references, member_eid(member), member, names[member], language)
    for one in sorted(concepts):
        href = f"{_ONTOLOGY}/concept/un/{one}"
        add(references, "TLCConcept", eId=one, href=href, showAs=one)


def member_eid(member: str) -> str:
    """Return by which id a document refers to a member."""
    return f"member-{member}"


def _organization(
    references: Element,
    identity: str,
    name: str,
    names: Mapping[str, str],
    language: str,
) -> None:
    shown = names.get(language) or next(iter(names.values()), name)
    href = f"{_ONTOLOGY}/organization/un/{name}"
    add(references, "TLCOrganization", eId=identity, href=href, showAs=shown)


def cite_act(element: Element, act: Act) -> None:
    """Say by which act something was done, and who reported it from where."""
    element.set(f"{OWN}act", act.id)
    if act.day != whole_day(act.day):
        element.set(f"{OWN}day", act.day)
    if act.of:
        add_own(element, "reported", by=act.party, source=act.source)
