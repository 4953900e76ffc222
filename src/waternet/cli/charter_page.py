"""A charter for people: who takes part, in which bodies, by which rules."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import get_terminal_size

from waternet.cli.columns import Column, fitted
from waternet.cli.project_page import in_languages
from waternet.cli.show import inert, isolated
from waternet.workinggroup.charter import RIGHTS, Body, Charter, Consensus

__all__ = ["charter_page"]

_NO_TERMINAL = (160, 40)


def charter_page(charter: Charter, in_force: str) -> str:
    """Return the lines that show a charter.

    Parameters
    ----------
    charter : Charter
    in_force : str
        The act that adopted it; '' while it is only proposed.
    """
    parts = [
        _heading(charter, in_force),
        _members(charter),
        *map(_body, charter.bodies),
        _rules(charter),
    ]
    return "".join(f"{inert(line)}\n" for part in parts for line in [*part, ""])


def _heading(charter: Charter, in_force: str) -> Iterator[str]:
    stands = f"in force by act {in_force[:16]}" if in_force else "proposed only"
    yield f"{charter.name}: {stands}"
    for language in sorted(charter.titles):
        yield f"  {language}: {isolated(charter.titles[language], language)}"
    yield f"languages: {', '.join(charter.languages)}"
    yield f"sha256: {charter.sha256}"


def _members(charter: Charter) -> list[str]:
    members = charter.members
    columns = [
        Column("member", tuple(one.id for one in members)),
        Column("role", tuple(one.role for one in members)),
        Column("names", tuple(in_languages(one.names) for one in members), wordy=True),
    ]
    if any(one.seat for one in members):
        columns.insert(2, Column("seat kept", tuple(one.seat for one in members)))
    width = get_terminal_size(_NO_TERMINAL).columns
    return fitted(columns, width)[0]


def _body(body: Body) -> Iterator[str]:
    under = f", under {body.under}" if body.under else ""
    yield f"body {body.id}{under}: {in_languages(body.names)}"
    yield f"  level: {body.level}"
    yield f"  gavel: {', '.join(body.gavel) or 'nobody'}"
    yield f"  consensus: {_consensus(body.consensus)}"
    for right in RIGHTS:
        roles = body.rights.get(right, ())
        yield f"  may {right}: {', '.join(roles) or 'nobody'}"


def _consensus(consensus: Consensus) -> str:
    how = {
        "all": "consent of all",
        "present": "consent of those present",
        "silence": f"no objection within {consensus.days} days",
    }[consensus.how]
    told = [f"{how}, of {', '.join(consensus.of)}"]
    if consensus.quorum:
        told.append(f"at least {consensus.quorum} must be there")
    if consensus.may_disagree:
        told.append("paragraphs may be set aside as agreed to disagree")
    return "; ".join(told)


def _rules(charter: Charter) -> Iterator[str]:
    yield f"change of the charter: {_consensus(charter.change)}"
    for one in charter.linkages:
        stages, by = ", ".join(one.stages), ", ".join(one.by)
        yield f"linkage: {one.track} may block {stages}, said by {by}"
    for joint in charter.joint:
        yield f"joint delegation: {', '.join(joint)}"
    if charter.excluded:
        yield f"excluded offices: {', '.join(charter.excluded)}"
    yield f"keeper: {charter.keeper or 'nobody'}"
