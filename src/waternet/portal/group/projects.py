"""Projects by stage, and one with its way, its blocks, and what the next step lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.pledges import pledge_data
from waternet.portal.group.telling import (
    act_data,
    asked_thing,
    cited,
    thing_data,
    thing_path,
)
from waternet.portal.page import View, Visit
from waternet.workinggroup.pledge_standing import pledge_standing
from waternet.workinggroup.project_standing import ProjectStanding, project_standing
from waternet.workinggroup.stages import STAGES, STEPS
from waternet.workinggroup.thing import Thing

__all__ = ["brief_projects", "show_project", "show_projects"]

_TOLD: Mapping[str, Any] = {
    "words": {},
    "sponsors": [],
    "experts": [],
    "beneficiaries": [],
    "participants": [],
    "lead": "",
    "others": {},
    "sites": [],
    "milestones": [],
    "risks": [],
    "cost": None,
    "rests_at": "",
    "reported": False,
}
_AROUND: Final = 0.5  # deg about a site that the map shows
_PARTIES = ("sponsors", "experts", "beneficiaries", "participants")


def brief_projects(held: Held) -> list[dict[str, Any]]:
    """Return every project in short, by id."""
    day = held.today.isoformat()
    found = []
    for thing in held.state.of("project"):
        standing = project_standing(held.state, thing, day)
        if standing is not None:
            found.append(_brief(held, thing, standing))
    return found


def _brief(held: Held, thing: Thing, standing: ProjectStanding) -> dict[str, Any]:
    stay = standing.history[-1]
    return {
        "id": thing.id,
        "path": thing_path(held, thing),
        "titles": dict(standing.project.titles),
        "stage": standing.project.stage,
        "lead": standing.project.lead,
        "others": dict(standing.project.others),
        "since": stay.since,
        "days": stay.days,
        "blocks": len(standing.blocks),
        "missing": held.in_order(standing.missing),
        "pledges": len(standing.pledges),
        "in_conflict": thing.in_conflict,
        "moved": act_data(held, stay.moved),
    }


def show_projects(visit: Visit) -> View:
    """Show the projects at each stage."""
    held = open_group(visit)
    projects = brief_projects(held)
    stages = [
        {
            "stage": stage,
            "projects": [one for one in projects if one["stage"] == stage],
        }
        for stage in STAGES
    ]
    data = {"stages": stages, "total": len(projects)}
    title = visit.language.gettext("Projects by stage")
    return group_view(held, "projects.html", title, data)


def show_project(visit: Visit) -> View:
    """Show one project with its way from stage to stage."""
    held = open_group(visit)
    thing = asked_thing(held, "project")
    standing = project_standing(held.state, thing, held.today.isoformat())
    data: dict[str, Any] = {**thing_data(held, thing), "project": None}
    names = held.names
    if standing is not None:
        told = cited(held, standing.to_json())
        project = {**_TOLD, **told["project"]}
        names = {**held.names, **project["others"]}
        data["project"] = {
            **told,
            **project,
            **{name: sorted(project[name]) for name in _PARTIES},
            "missing": held.in_order(standing.missing),
            "steps": _steps(standing),
            "linkages": _linkages(held),
            "pledges": _pledges(held, thing),
            "checks": [_named(held, "feasibility", one) for one in standing.checks],
        }
    title = visit.language.gettext("A project")
    more = {"member_names": names, "site_box": _site_box}
    return group_view(held, "project.html", title, data, more)


def _site_box(site: Mapping[str, str]) -> str:
    """Return the part of the map about a site."""
    east, north = float(site["longitude"]), float(site["latitude"])
    box = (
        max(east - _AROUND, -180),
        max(north - _AROUND, -90),
        min(east + _AROUND, 180),
        min(north + _AROUND, 90),
    )
    return ",".join(f"{one:.2f}" for one in box)


def _steps(standing: ProjectStanding) -> list[dict[str, Any]]:
    """Return each step of the way, and whether the project has been there."""
    been = {one.stage for one in standing.history}
    at = STEPS.index(standing.project.step)
    return [
        {
            "stage": stage,
            "is_now": number == at,
            "is_past": number < at,
            "was_told": stage in been,
        }
        for number, stage in enumerate(STEPS)
    ]


def _linkages(held: Held) -> list[dict[str, Any]]:
    charter = held.state.charter
    return [
        {"track": one.track, "stages": list(one.stages), "by": list(one.by)}
        for one in (charter.linkages if charter else ())
    ]


def _pledges(held: Held, project: Thing) -> list[dict[str, Any]]:
    found = []
    for thing in held.state.of("pledge"):
        standing = pledge_standing(held.state, thing)
        if standing is not None and standing.pledge.project == project.root:
            found.append(pledge_data(held, thing, standing))
    return found


def _named(held: Held, kind: str, name: str) -> dict[str, Any]:
    """Return a feasibility record in short."""
    for thing in held.state.of(kind):
        if thing.id == name and thing.value is not None:
            return {
                "id": name,
                "path": thing_path(held, thing),
                "titles": dict(thing.value.question),
                "verdict": thing.value.verdict,
            }
    return {"id": name, "path": "", "titles": {}, "verdict": ""}
