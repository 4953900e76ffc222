"""What of a group waits for this party: consents, replies, tasks, acts handed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from waternet.node.charters import proposals
from waternet.node.credentials import list_credentials
from waternet.node.delegates import delegate_key, delegates_here
from waternet.node.groups import group_names
from waternet.node.handed_acts import list_handed
from waternet.node.keys import is_locked
from waternet.portal.desk.doings import FORMS
from waternet.portal.desk.entrance import NO_STORE, is_nameless
from waternet.portal.desk.passphrase import is_private, key_state
from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, handle_of, open_group
from waternet.portal.group.letters import brief_letters
from waternet.portal.group.membership import proposal_data
from waternet.portal.group.pledges import list_pledge_data
from waternet.portal.group.projects import brief_projects
from waternet.portal.group.sessions import brief_sessions, task_data
from waternet.portal.group.telling import thing_path
from waternet.portal.group.texts import standing_of
from waternet.portal.page import View, Visit
from waternet.workinggroup.objections import track_objections
from waternet.workinggroup.project import project_sha256
from waternet.workinggroup.stages import STEPS
from waternet.workinggroup.verbs import VERBS

__all__ = ["BUSINESS", "show_business", "show_groups_of_desk"]

BUSINESS: Final = "steward delegate secretary"
"""Who sees what waits in a group: one of these roles will do."""


def show_groups_of_desk(visit: Visit) -> View:
    """Show the groups, each leading to what waits there; with acts handed in."""
    visit.asked.now()  # no cache keeps it
    groups = [
        {"group": group, "name": name, "handle": handle_of(group, name)}
        for group, name in group_names(visit.node, visit.bank).items()
    ]
    title = visit.language.gettext("Acts in working groups")
    return View("desk/groups.html", title, {"groups": groups}, headers=NO_STORE)


def show_business(visit: Visit, wrong: str = "", status: int = 200) -> View:
    """Show what waits for this party in a group; `wrong` says what a form lacked."""
    visit.asked.now()  # no cache keeps it
    held = open_group(visit)
    party = visit.node.party
    data: dict[str, Any] = {
        "party": party,
        "role": held.state.roles().get(party, ""),
        "keys": key_state(visit),
        "delegates": _delegates(held),
        **_waiting(held, party),
        "handed": _handed(visit),
        "credentials": [
            one.to_json()
            for one in list_credentials(visit.node, visit.bank)
            if one.party == party
        ],
        "verbs": sorted(VERBS),
        "wrong": wrong,
    }
    title = visit.language.gettext("Acts of this party")
    charter = held.state.charter
    more = {
        "charter_languages": charter.languages if charter else (),
        "bodies_of_charter": charter.bodies if charter else (),
        "is_private": is_private(visit),
        "is_nameless": is_nameless(visit),
        "with_form": FORMS,
        "language_name": lambda code: _language_name(visit, code),
        "written": lambda told: json.dumps(told, ensure_ascii=False, indent=2),
    }
    shown = group_view(held, "", title, data, more)
    return replace(
        shown, template="desk/business.html", status=status, headers=NO_STORE
    )


def _language_name(visit: Visit, code: str) -> str:
    """Return what a language is called in the reader's own."""
    try:
        named = Locale.parse(code).get_display_name(visit.language.locale)
    except (UnknownLocaleError, ValueError):
        return code
    return str(named or code)


def _delegates(held: Held) -> list[dict[str, Any]]:
    """Return the delegates whose keys lie here, and whether a passphrase locks each."""
    node = held.visit.node
    names: dict[str, Mapping[str, str]] = {
        one.delegate: one.names
        for one in held.state.credentials.all()
        if one.party == node.party
    }
    return [
        {
            "delegate": one,
            "names": dict(names.get(one, {})),
            "is_locked": is_locked(delegate_key(node, one)),
        }
        for one in delegates_here(node)
    ]


def _handed(visit: Visit) -> list[dict[str, Any]]:
    """Return the acts that wait to be entered, each with the handle of its group."""
    names = group_names(visit.node, visit.bank)
    return [
        {
            **one.to_json(),
            "handle": handle_of(one.act.group, names[one.act.group])
            if one.act.group in names
            else "",
        }
        for one in list_handed(visit.node)
    ]


def _waiting(held: Held, party: str) -> dict[str, Any]:
    return {
        "texts": _texts(held, party),
        "projects": _projects(held, party),
        "charters": _charters(held, party),
        "objections": _objections(held, party),
        "moving": [one for one in brief_projects(held) if one["stage"] != STEPS[-1]],
        "agreed_charters": _agreed_charters(held),
        "chaired": [
            one
            for one in brief_sessions(held)
            if one["standing"] == "open" and one["chair"] == party
        ],
        "letters": [one for one in brief_letters(held) if party in one["unanswered"]],
        "sessions": [
            one
            for one in brief_sessions(held)
            if one["standing"] == "open" and party not in one["present"]
        ],
        "tasks": [
            task_data(held, one)
            for one in held.state.of("task")
            if one.value and one.value.standing == "set" and one.value.owner == party
        ],
        "pledges": [
            one
            for one in list_pledge_data(held)
            if not one["cancelled"] and one["outstanding"] != "0"
        ],
    }


def _texts(held: Held, party: str) -> list[dict[str, Any]]:
    """Return open texts, with the paragraphs that lack this party's consent."""
    found = []
    for thing in held.state.of("text"):
        if thing.value is None or thing.value.stage not in ("draft", "submitted"):
            continue
        standing = standing_of(held, thing)
        waiting = [
            {
                "id": one.paragraph.id,
                "words": dict(one.paragraph.words),
                "sha256": one.sha256,
                "is_missing": party in one.missing,
            }
            for one in standing.paragraphs
        ]
        found.append(
            {
                "id": thing.id,
                "path": thing_path(held, thing),
                "titles": dict(thing.value.titles),
                "stage": thing.value.stage,
                "paragraphs": waiting,
                "missing": sum(party in one.missing for one in standing.paragraphs),
            }
        )
    return found


def _objections(held: Held, party: str) -> list[dict[str, Any]]:
    """Return this party's objections that stand, which it alone can lift."""
    return [
        {
            "name": f"{name}:{one.made.act.id}",
            "titles": dict(thing.value.titles),
            "paragraph": one.paragraph,
            "words": dict(one.made.act.body["words"]),
        }
        for thing in held.state.of("text")
        if thing.value is not None
        for name in [thing_path(held, thing).rpartition("/")[2]]
        for one in track_objections(held.state, thing)
        if one.member == party and one.status != "lifted"
    ]


def _projects(held: Held, party: str) -> list[dict[str, Any]]:
    found = []
    for one in brief_projects(held):
        if party in one["missing"]:
            name = one["path"].rpartition("/")[2]
            project = held.state.thing("project", name).value
            found.append({**one, "sha256": project_sha256(project)})
    return found


def _agreed_charters(held: Held) -> list[dict[str, Any]]:
    """Return the proposed charters to which all have consented who count."""
    found = [proposal_data(held, one) for one in proposals(held.state)]
    return [one for one in found if not one["missing"]]


def _charters(held: Held, party: str) -> list[dict[str, Any]]:
    found = [proposal_data(held, one) for one in proposals(held.state)]
    return [one for one in found if party in one["missing"]]
