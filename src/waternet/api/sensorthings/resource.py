"""The path of a request: which entities, which of their properties.

References
----------
OGC 18-088, section 9.2 (resource paths).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from waternet.api.sensorthings.expression import Path
from waternet.api.sensorthings.model import (
    KINDS,
    SETS,
    EntityKind,
    Navigation,
)
from waternet.errors import NotAcceptable, NotFound

__all__ = ["LARGEST_ID", "Resource", "Step", "read_resource"]

LARGEST_ID = 2**63 - 1
_LONGEST = 2_048
_MOST_STEPS = 24
_STEP = re.compile(r"([A-Za-z]+)(?:\(([^()]*)\))?")
_PLACES = re.compile(r"([^\[\]]+)((?:\[\d{1,6}\])*)")


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a path that leads to entities, with an id or none.

    Attributes
    ----------
    navigation : Navigation or None
        None of the first, which is a set.
    """

    kind: EntityKind
    navigation: Navigation | None
    id: int | None


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path leads to.

    Attributes
    ----------
    steps : tuple of Step, at least one
    path : Path or None
        To a property of the one entity.
    ending : str
        '$value', '$ref', '$count' or ''.
    """

    steps: tuple[Step, ...] = ()
    path: Path | None = None
    ending: str = ""

    @property
    def kind(self) -> EntityKind:
        """Of the entities that the steps lead to."""
        return self.steps[-1].kind

    @property
    def is_single(self) -> bool:
        """Whether the steps lead to one entity."""
        last = self.steps[-1]
        is_set = last.navigation is None or last.navigation.is_many
        return last.id is not None or not is_set

    def __str__(self) -> str:
        names = [
            (step.navigation.name if step.navigation else step.kind.plural)
            + ("" if step.id is None else f"({step.id})")
            for step in self.steps
        ]
        names += [str(self.path)] if self.path else []
        return "/".join(names + ([self.ending] if self.ending else []))


def read_resource(path: str) -> Resource:
    """Read a path below the service.

    Parameters
    ----------
    path : str
        Decoded: 'Things(5)/Datastreams'.

    Raises
    ------
    NotFound
        The path names no set, navigation or property.
    NotAcceptable
        It is too long, or ends in what has no meaning there.

    Examples
    --------
    >>> read_resource("Things(5)/Datastreams").kind.name
    'Datastream'
    >>> str(read_resource("Things(5)/properties/a/b[2]/$value").path)
    'properties/a/b[2]'
    """
    names = [name for name in path.split("/") if name]
    if len(path) > _LONGEST or len(names) > _MOST_STEPS:
        raise NotAcceptable(f"a path of {len(names)} names is longer than is read")
    if not names:
        raise NotFound("no path", hint=f"there are {', '.join(SETS)}")
    steps = list[Step]()
    while names and not names[0].startswith("$"):
        step = _step(names[0], steps)
        if step is None:
            break
        steps.append(step)
        names = names[1:]
    resource = Resource(tuple(steps))
    ending = names.pop() if names and names[-1].startswith("$") else ""
    if names:
        resource = Resource(resource.steps, _property(names, resource))
    _verify_ending(ending, resource)
    return Resource(resource.steps, resource.path, ending)


def _step(name: str, before: list[Step]) -> Step | None:
    """Return the next step of a path; None where a property of one entity begins."""
    found = _STEP.fullmatch(name)
    if not before:
        kind = SETS.get(found[1]) if found else None
        if kind is None or found is None:
            raise NotFound(
                f"no entity set {name!r:.60}", hint=f"there are {', '.join(SETS)}"
            )
        return Step(kind, None, _id(found[2]))
    here = Resource(tuple(before))
    navigation = here.kind.navigations.get(found[1]) if found else None
    if navigation is None or found is None:
        return None
    if not here.is_single:
        raise NotFound(f"{here} are many; {name!r:.60} is of one of them")
    if found[2] is not None and not navigation.is_many:
        raise NotFound(f"{name!r:.60} leads to one entity, and takes no id")
    return Step(KINDS[navigation.to], navigation, _id(found[2]))


def _id(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,19}", text) or int(text) > LARGEST_ID:
        raise NotFound(f"no entity ({text:.40})", hint="ids here are whole numbers")
    return int(text)


def _property(names: list[str], resource: Resource) -> Path:
    if not resource.steps or not resource.is_single:
        raise NotFound(
            f"no {names[0]!r:.60} of {resource}",
            hint="a property is of one entity: Things(1)/name",
        )
    steps = list[str | int]()
    for name in names:
        found = _PLACES.fullmatch(name)
        if found is None:
            raise NotFound(f"no property {name!r:.60}")
        steps.append(found[1])
        steps += [int(place) for place in re.findall(r"\d+", found[2])]
    kind = resource.kind
    first = "id" if steps[0] == "@iot.id" else steps[0]
    property_ = kind.properties.get(str(first))
    if first != "id" and (
        property_ is None or (len(steps) > 1 and not property_.is_json)
    ):
        raise NotFound(
            f"a {kind.name} has no property {'/'.join(names)!r:.60}",
            hint=f"it has id, {', '.join((*kind.properties, *kind.navigations))}",
        )
    return Path((first, *steps[1:]))


def _verify_ending(ending: str, resource: Resource) -> None:
    allowed = {
        "": True,
        "$value": resource.path is not None,
        "$ref": bool(resource.steps) and resource.path is None,
        "$count": bool(resource.steps)
        and resource.path is None
        and not resource.is_single,
    }
    if not allowed.get(ending, False):
        raise NotFound(
            f"{ending!r:.40} has no meaning after {str(resource) or 'the service'}",
            hint="$value is of a property, $ref of entities, $count of a set",
        )
