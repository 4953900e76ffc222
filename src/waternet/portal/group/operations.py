"""The pages of working groups."""

from __future__ import annotations

from collections.abc import Callable

from waternet.api.operation import Operation, Parameter
from waternet.portal.group.activity import show_activity
from waternet.portal.group.acts import ACT, CHOICE, show_act, show_acts
from waternet.portal.group.checks import show_check, show_checks
from waternet.portal.group.held import AT, GROUP
from waternet.portal.group.letters import show_letter, show_letters
from waternet.portal.group.membership import show_charter
from waternet.portal.group.overview import show_groups, show_overview
from waternet.portal.group.pledges import show_pledge, show_pledges
from waternet.portal.group.projects import show_project, show_projects
from waternet.portal.group.sessions import show_session, show_sessions, show_task
from waternet.portal.group.telling import THING
from waternet.portal.group.texts import show_text, show_texts
from waternet.portal.page import View, Visit, page

__all__ = ["operations"]


def operations() -> tuple[Operation, ...]:
    """Return the operations of this room."""
    return (
        page(
            "/group",
            "page-groups",
            "Every working group of whose business this node holds entries.",
            show_groups,
        ),
        _page(
            "",
            "page-group",
            "A working group at a glance: who, what is open, what is in conflict.",
            show_overview,
        ),
        _page(
            "/charter",
            "page-charter",
            "The charter of a group, its members and delegates, and proposals.",
            show_charter,
        ),
        *_listed(),
        *_single(),
        _page(
            "/activity",
            "page-activity",
            "How active a group is, year by year, and by member.",
            show_activity,
        ),
        _page(
            "/acts",
            "page-acts",
            "Every act of a group, the newest first, with what does not count and why.",
            show_acts,
            *CHOICE,
        ),
        _page(
            "/acts/{act}",
            "page-act",
            "One act: what it says, who signed it, whether it counts.",
            show_act,
            ACT,
        ),
    )


def _listed() -> tuple[Operation, ...]:
    return (
        _page(
            "/sessions",
            "page-sessions",
            "Sessions and tasks.",
            show_sessions,
        ),
        _page("/texts", "page-texts", "The texts of a group.", show_texts),
        _page(
            "/projects",
            "page-projects",
            "Projects by stage.",
            show_projects,
        ),
        _page(
            "/pledges",
            "page-pledges",
            "What was pledged in a group, what came, what is outstanding.",
            show_pledges,
        ),
        _page("/letters", "page-letters", "The correspondence.", show_letters),
        _page(
            "/feasibility",
            "page-checks",
            "Texts and projects held against the data that they need.",
            show_checks,
        ),
    )


def _single() -> tuple[Operation, ...]:
    shown = (
        ("sessions", "session", "One session with its record.", show_session),
        ("tasks", "task", "One task.", show_task),
        (
            "texts",
            "text",
            "One text in all languages, and who consents to which paragraph.",
            show_text,
        ),
        ("projects", "project", "One project with its way.", show_project),
        ("pledges", "pledge", "One pledge with its receipts.", show_pledge),
        ("letters", "letter", "One letter with its replies.", show_letter),
        ("feasibility", "check", "One feasibility check.", show_check),
    )
    return tuple(
        _page(f"/{path}/{{thing}}", f"page-{name}", about, view, THING)
        for path, name, about, view in shown
    )


def _page(
    path: str,
    name: str,
    about: str,
    view: Callable[[Visit], View],
    *parameters: Parameter,
) -> Operation:
    return page(
        f"/group/{{group}}{path}",
        name,
        about,
        view,
        parameters=(GROUP, *parameters, AT),
    )
