"""A project for people: what it is, who agreed, its way so far, what stops it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from waternet.cli.show import inert, isolated
from waternet.workinggroup.citing import cite
from waternet.workinggroup.project import Project
from waternet.workinggroup.project_standing import ProjectStanding, Stay
from waternet.workinggroup.verb import Taken

__all__ = ["in_languages", "project_page", "reported_from"]


def project_page(standing: ProjectStanding) -> str:
    """Return the lines that show a project."""
    return "".join(f"{inert(line)}\n" for line in _lines(standing))


def _lines(standing: ProjectStanding) -> Iterator[str]:
    project = standing.project
    resting = f" (rests at {project.rests_at})" if project.rests_at else ""
    yield f"{standing.id}: {project.stage}{resting} in {project.body}"
    yield in_languages(project.titles)
    for language in sorted(project.words):
        for paragraph in project.words[language]:
            yield f"  {language}: {isolated(paragraph, language)}"
    yield from _parties(project)
    yield from _plan(standing)
    yield ""
    yield f"definition {standing.sha256}"
    for one in standing.consents:
        expires = f", until {one.act.body['expires']}"
        yield f"  consent of {one.act.member}{expires}{reported_from(one)}"
    if standing.missing:
        yield f"  no consent yet: {', '.join(standing.missing)}"
    for one in standing.dissents:
        yield _said("dissent", one)
    for one in standing.blocks:
        body = one.act.body
        yield _said(f"{body['track']} blocks {body['stage']}:", one)
    yield ""
    for stay in standing.history:
        yield from _stay(stay)
    for name, ids in (("pledges", standing.pledges), ("checks", standing.checks)):
        if ids:
            yield f"{name}: {', '.join(ids)}"


def _parties(project: Project) -> Iterator[str]:
    named: Sequence[tuple[str, tuple[str, ...]]] = (
        ("lead", (project.lead,) if project.lead else ()),
        ("sponsors", project.sponsors),
        ("participants", project.participants),
        ("beneficiaries", project.beneficiaries),
        ("guided by experts of", project.experts),
    )
    for name, parties in named:
        if parties:
            yield f"{name}: {', '.join(parties)}"


def _plan(standing: ProjectStanding) -> Iterator[str]:
    project = standing.project
    if project.cost:
        yield f"cost: {project.cost.amount} {project.cost.currency}"
    for site in project.sites:
        at = f" ({site.latitude}, {site.longitude})" if site.latitude else ""
        yield f"site: {in_languages(site.names)}{at}"
    reached = {one.act.body["milestone"]: one for one in standing.reached}
    for milestone in project.milestones:
        done = reached.get(milestone.id)
        when = f", reached {done.act.day}{reported_from(done)}" if done else ""
        told = f"milestone {milestone.id}: {in_languages(milestone.titles)}"
        yield f"{told}, due {milestone.due}{when}"
    for risk in project.risks:
        yield f"risk: {in_languages(risk)}"


def in_languages(texts: Mapping[str, str]) -> str:
    """Return words in all their languages, in the order of their codes, in one line."""
    return " · ".join(isolated(texts[language], language) for language in sorted(texts))


def _stay(stay: Stay) -> Iterator[str]:
    last = f"until {stay.until}" if stay.until else "still"
    days = f"{stay.days} day" if stay.days == 1 else f"{stay.days} days"
    who = f"by {stay.moved.act.member}{reported_from(stay.moved)}"
    yield f"{stay.stage}: since {stay.since}, {last}, {days}, {who}"
    if stay.not_told:
        yield f"  no report of: {', '.join(stay.not_told)}"
    body = stay.moved.act.body
    for text in (*body.get("evidence", ()), *filter(None, [body.get("reason")])):
        yield f"  {isolated(text)}"


def _said(what: str, one: Taken) -> str:
    reason = isolated(one.act.body["reason"])
    return f"  {what} {one.act.member}, {one.act.day}, {reason}{reported_from(one)}"


def reported_from(one: Taken) -> str:
    """Return who reported an act from where, in brackets; '' of what was signed."""
    told = cite(one)
    if "reported_by" not in told:
        return ""
    return f" (reported by {told['reported_by']} from {isolated(told['source'])})"
