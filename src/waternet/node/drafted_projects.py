"""Drafts of projects and pledges, made of a file of IATI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from waternet.errors import Conflict, NotFound
from waternet.workinggroup.interchange.iati_reading import Activity, read_activities

__all__ = ["draft_activities"]


def draft_activities(file: Path, folder: Path, body: str) -> tuple[Path, ...]:
    """Write a draft for each project of a file, and for each of its pledges.

    Parameters
    ----------
    file : Path
        IATI 2.03.
    folder : Path
        It is made where it is not there.
    body : str
        Of the charter, to which the projects belong.

    Returns
    -------
    tuple of Path
        `project-ID.json`, as 'project.idea' takes it, and `pledge-ID-N.json`, as
        'pledge.make' does, in the file's order. Of stages, days and receipts no draft
        is made: those who moved a project, or received something, say so themselves.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is no file of IATI 2.03.
    Conflict
        A draft of that name is there.
    """
    if not file.is_file():
        raise NotFound(f"no file {file}")
    activities = read_activities(file.read_bytes(), file.name)
    drafts = [one for each in activities for one in _drafts(each, body)]
    folder.mkdir(parents=True, exist_ok=True)
    there = [name for name, _ in drafts if (folder / name).exists()]
    if there:
        raise Conflict(
            f"{there[0]} is in {folder.name} already", hint="choose an empty folder"
        )
    for name, told in drafts:
        text = json.dumps(told, ensure_ascii=False, indent=2)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return tuple(folder / name for name, _ in drafts)


def _drafts(activity: Activity, body: str) -> list[tuple[str, dict[str, Any]]]:
    found = [(f"project-{activity.id}.json", {"body": body, **activity.body})]
    pledges = [one for one in activity.given if one.sort == "pledge"]
    for number, pledge in enumerate(pledges, 1):
        told = {"project": activity.id, **pledge.body}
        found.append((f"pledge-{activity.id}-{number}.json", told))
    return found
