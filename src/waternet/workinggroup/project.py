"""A project: what it is, by its definition, and at which stage it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.canonical import write_canonical
from waternet.record.fields import Check, verify_name
from waternet.workinggroup.consenting import verify_day
from waternet.workinggroup.forms import (
    verify_listed,
    verify_nested_list,
    verify_paragraphs,
    verify_parties,
    verify_titles,
)
from waternet.workinggroup.money import Sum, verify_sum

__all__ = [
    "DEFINITION",
    "Milestone",
    "Project",
    "Site",
    "change_definition",
    "project_sha256",
]

_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,8})?")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a project is.

    Attributes
    ----------
    names : mapping of language to str
    longitude, latitude : str [deg]
        WGS 84, decimal; '' where the source does not say.
    """

    names: Mapping[str, str]
    longitude: str = ""
    latitude: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is to be reached by when.

    Attributes
    ----------
    id : str
    titles : mapping of language to str
    due : str
        A day.
    """

    id: str
    titles: Mapping[str, str]
    due: str


@dataclass(frozen=True, slots=True)
class Project:
    """What a project is after a change.

    Attributes
    ----------
    root : str
        Id of the act that began it.
    body : str
        The committee or group of the charter whose project it is.
    titles : mapping of language to str
    words : mapping of language to list of str
        Paragraphs.
    sponsors, experts, beneficiaries, participants : tuple of str
        Ids of parties: who supports it, guides it, is served by it, does it.
    lead : str
        Who answers for it; '' where nobody does yet.
    others : mapping of id to names
        Parties named here that are no members of the group.
    sites : tuple of Site
    milestones : tuple of Milestone
    risks : tuple of mapping of language to str
    cost : Sum or None
    stage : str
        One of `stages.STAGES`.
    rests_at : str
        The step at which it was suspended; '' where it is not.
    reported : bool
        Whether all that is known of it comes from reports.
    """

    root: str
    body: str
    titles: Mapping[str, str]
    words: Mapping[str, list[str]] = field(default_factory=dict)
    sponsors: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    lead: str = ""
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sites: tuple[Site, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    risks: tuple[Mapping[str, str], ...] = ()
    cost: Sum | None = None
    stage: str = "idea"
    rests_at: str = ""
    reported: bool = False

    @property
    def step(self) -> str:
        """The step at which it stands or rests."""
        return self.rests_at or self.stage

    @property
    def taking_part(self) -> tuple[str, ...]:
        """Who takes part: lead, sponsors, beneficiaries and participants.

        Guiding experts give advice, and take no part.
        """
        named = {self.lead, *self.sponsors, *self.beneficiaries, *self.participants}
        return tuple(sorted(named - {""}))


def project_sha256(project: Project) -> str:
    """Return the SHA-256 of a definition: what a consent to the project is to.

    The stage is no part of it, nor is anything else that a move changes.
    """
    definition = {name: _plain(getattr(project, name)) for name in DEFINITION}
    written = {
        "project": project.root,
        "body": project.body,
        "definition": {name: held for name, held in definition.items() if held},
    }
    return sha256(write_canonical(written)).hexdigest()


def change_definition(project: Project, given: Mapping[str, Any]) -> Project:
    """Return a project with the fields of its definition that an act gives."""
    changed = {
        name: _READ.get(name, _as_is)(given[name]) for name in DEFINITION & given.keys()
    }
    return replace(project, **changed)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, (Site, Milestone, Sum)):
        return {
            name: getattr(value, name)
            for name in value.__dataclass_fields__
            if getattr(value, name)
        }
    return value


def _verify_degrees(value: Any, at: str, most: int) -> None:
    """Raise unless it is an angle as text: an act holds no fractions as numbers."""
    if (
        not isinstance(value, str)
        or not _DEGREES.fullmatch(value)
        or abs(float(value)) > most
    ):
        raise NotAcceptable(f"{at}: expected degrees as '35.25', got {value!r:.80}")


def _verify_others(value: Any, at: str) -> None:
    if not isinstance(value, Mapping):
        raise NotAcceptable(f"{at}: expected names by id, got {value!r:.80}")
    for party, names in value.items():
        verify_name(party, at)
        verify_titles(names, f"{at}: {party!r}")


def _verify_milestones(value: Any, at: str) -> None:
    fields = {"id": verify_name, "titles": verify_titles, "due": verify_day}
    verify_nested_list(value, at, fields, {})
    verify_parties([one["id"] for one in value], at)


def _verify_sites(value: Any, at: str) -> None:
    degrees = {
        "longitude": partial(_verify_degrees, most=180),
        "latitude": partial(_verify_degrees, most=90),
    }
    verify_nested_list(value, at, {"names": verify_titles}, degrees)
    if any(("longitude" in one) != ("latitude" in one) for one in value):
        raise NotAcceptable(f"{at}: give longitude and latitude, or neither")


DEFINITION: Mapping[str, Check] = {
    "titles": verify_titles,
    "words": verify_paragraphs,
    "sponsors": verify_parties,
    "experts": verify_parties,
    "beneficiaries": verify_parties,
    "participants": verify_parties,
    "lead": verify_name,
    "others": _verify_others,
    "sites": _verify_sites,
    "milestones": _verify_milestones,
    "risks": partial(verify_listed, each=verify_titles, least=0),
    "cost": verify_sum,
}
"""Form of a definition, field by field."""


def _as_is(value: Any) -> Any:
    return value


def _sorted(value: list[str]) -> tuple[str, ...]:
    return tuple(sorted(value))


_READ: Mapping[str, Callable[[Any], Any]] = {
    "sponsors": _sorted,
    "experts": _sorted,
    "beneficiaries": _sorted,
    "participants": _sorted,
    "sites": lambda value: tuple(Site(**one) for one in value),
    "milestones": lambda value: tuple(Milestone(**one) for one in value),
    "risks": tuple,
    "cost": lambda value: Sum(**value),
}
