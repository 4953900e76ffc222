"""The commands `project ...`: projects proposed, agreed to, moved, blocked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.group_options import Shown, acts, does, read_form, shows
from waternet.cli.options import JsonFlag
from waternet.cli.show import Form, say, show_facts

if TYPE_CHECKING:
    from waternet.node.acting import Doing
    from waternet.workinggroup.project_standing import Stay
    from waternet.workinggroup.state import State

__all__ = ["EvidenceOption", "MemberOption", "ReasonOption", "add_commands"]

_project = typer.Typer(
    no_args_is_help=True,
    help="Propose projects, agree to them, and take them from stage to stage.",
)
_ProjectArgument = Annotated[
    str, typer.Argument(help="The project's id.", metavar="PROJECT")
]
_StageArgument = Annotated[
    str, typer.Argument(help="idea, defined, feasibility, agreed, funded, execution...")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why.")]
EvidenceOption = Annotated[
    list[str], typer.Option("--evidence", help="What shows it; repeat it.")
]
MemberOption = Annotated[
    str, typer.Option("--member", help="Whose [default: the only member's].")
]

_FIRST = ("stage", "since", "until", "days", "not_told", "evidence", "reason")


@_project.command("list")
@shows
def list_all() -> Callable[[State], Shown]:
    """List the projects: at which stage, for how long, and what they wait for."""
    from waternet.node.projects import list_projects

    return lambda state: Shown(rows=list_projects(state))


@_project.command()
@shows
def show(project: _ProjectArgument) -> Callable[[State], Shown]:
    """Show a project: its definition, its way so far, consents, blocks, pledges."""
    from waternet.cli.project_page import project_page
    from waternet.node.projects import find_project

    def ask(state: State) -> Shown:
        standing = find_project(state, project)
        return Shown(facts=standing.to_json(), text=project_page(standing))

    return ask


@_project.command()
@shows
def history(project: _ProjectArgument) -> Callable[[State], Shown]:
    """List the stages that a project went through, with the days in each."""
    from waternet.node.projects import find_project

    def ask(state: State) -> Shown:
        stays = find_project(state, project).history
        return Shown(rows=[_row(one) for one in stays])

    return ask


@_project.command()
@acts
def idea(
    project: _ProjectArgument,
    file: Annotated[Path, typer.Argument(help="Its definition (TOML or JSON).")],
) -> Callable[[State], Doing]:
    """Propose a project."""
    return does("project.idea", project, read_form(file))


@_project.command()
@acts
def change(
    project: _ProjectArgument,
    file: Annotated[Path, typer.Argument(help="What changes (TOML or JSON).")],
    reason: ReasonOption,
) -> Callable[[State], Doing]:
    """Change a project's definition: consents to the former one count no more."""
    told = {**read_form(file), "reason": reason}
    return does("project.change", project, told)


@_project.command()
@acts
def move(
    project: _ProjectArgument,
    stage: _StageArgument,
    evidence: EvidenceOption,
    reason: Annotated[
        str, typer.Option(help="Why: for a move back, or to 'suspended'.")
    ] = "",
    session: Annotated[
        str, typer.Option(help="In which those present agree, by its id.")
    ] = "",
) -> Callable[[State], Doing]:
    """Take a project to its next stage, back, or let it rest."""
    from waternet.node.projects import move_project

    return lambda state: move_project(state, project, stage, evidence, reason, session)


@_project.command()
@acts
def consent(
    project: _ProjectArgument,
    to: Annotated[
        str, typer.Option("--to", help="The hash that was read, or its beginning.")
    ] = "",
    days: Annotated[int, typer.Option(help="For how many days it is given.")] = 90,
) -> Callable[[State], Doing]:
    """Consent to a project's definition as it stands, for a time."""
    from waternet.node.projects import consent_to_project

    return lambda state: consent_to_project(state, project, days, to)


@_project.command()
@acts
def dissent(
    project: _ProjectArgument, reason: ReasonOption, member: MemberOption = ""
) -> Callable[[State], Doing]:
    """Take one's consent back; or speak against what silence would agree to."""
    from waternet.node.projects import dissent_from_project

    return lambda state: dissent_from_project(state, project, member, reason)


@_project.command()
@acts
def block(
    project: _ProjectArgument,
    stage: _StageArgument,
    track: Annotated[str, typer.Option(help="Id of the other track.")],
    reason: ReasonOption,
) -> Callable[[State], Doing]:
    """Block a stage for another track, where the charter's rule of linkage allows."""
    told = {"track": track, "stage": stage, "reason": reason}
    return does("project.block", project, told)


@_project.command()
@acts
def unblock(
    project: _ProjectArgument, reason: ReasonOption, member: MemberOption = ""
) -> Callable[[State], Doing]:
    """Lift one's blocks of a project."""
    from waternet.node.projects import unblock_project

    return lambda state: unblock_project(state, project, member, reason)


@_project.command()
@acts
def reach(
    project: _ProjectArgument,
    milestone: Annotated[str, typer.Argument(help="The milestone's id.")],
    evidence: EvidenceOption,
) -> Callable[[State], Doing]:
    """Say that a milestone was reached."""
    told = {"milestone": milestone, "evidence": evidence}
    return does("project.reach", project, told)


@_project.command()
@shows
def export(
    project: Annotated[
        str, typer.Argument(help="The only one that is wanted.", metavar="PROJECT")
    ] = "",
    reporter: Annotated[
        str, typer.Option(help="The group's identifier as an organisation of IATI.")
    ] = "",
    region: Annotated[
        str, typer.Option(help="Code of IATI's list RecipientRegion.")
    ] = "",
) -> Callable[[State], Shown]:
    """Write projects, pledges and receipts as activities of IATI 2.03."""
    from waternet.node.projects import find_project, last_day
    from waternet.workinggroup.interchange.iati import write_activities
    from waternet.workinggroup.interchange.iati_codes import ANY_REGION

    def ask(state: State) -> Shown:
        if project:
            find_project(state, project)
        written = write_activities(
            state, last_day(state), reporter, region or ANY_REGION, project
        )
        return Shown(text=written.decode())

    return ask


@_project.command("import")
def read(
    file: Annotated[Path, typer.Argument(help="Activities of IATI 2.03 (XML).")],
    folder: Annotated[Path, typer.Argument(help="Where the drafts are written.")],
    body: Annotated[str, typer.Option(help="Whose projects: a body of the charter.")],
    json: JsonFlag = False,
) -> None:
    """Make drafts of projects and pledges of a file: nothing is signed by that."""
    from waternet.node.drafted_projects import draft_activities

    drafts = draft_activities(file, folder, body)
    if json:
        show_facts({"drafts": [one.name for one in drafts]}, Form.JSON)
        return
    for one in drafts:
        say(f"written: {one}")
    say("look at each, then sign it: waternet project idea, waternet pledge make")


def _row(stay: Stay) -> dict[str, Any]:
    told = stay.to_json()
    names = (*_FIRST, "reported_by", "source", "member", "act")
    return {name: told.get(name, "") for name in names}


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(_project, name="project")
