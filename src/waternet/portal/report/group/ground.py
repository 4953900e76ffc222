"""The last pages of a record: on which signed acts it rests, and how to check them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from waternet.errors import NotAcceptable
from waternet.portal.report.direction import left_to_right
from waternet.portal.report.group.roster import Roster, entry_of
from waternet.portal.report.group.versions import Label, Versions
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Taken

__all__ = ["MOST_ACTS", "Carried", "Step", "newest_act", "tell_ground"]

MOST_ACTS: Final = 4_000  # of a record: half a minute
_SHORT: Final = 16  # digits of a hash that name a group in a command


@dataclass(frozen=True, slots=True)
class Carried:
    """What a PDF carries along for its reader: proofs of acts, by file name.

    Attributes
    ----------
    files : mapping of file name to text
    left_out : int
        How many acts have none.
    """

    files: Mapping[str, str]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step by which a reader checks a record."""

    words: Label
    typed: str = ""


def newest_act(state: State) -> datetime:
    """Return when the newest act that counts was signed: the day that a print bears."""
    newest = max((one.act.issued for one in state.taken.values()), default="")
    return (
        datetime.fromisoformat(newest) if newest else datetime(1970, 1, 1, tzinfo=UTC)
    )


def tell_ground(
    roster: Roster,
    versions: Versions,
    acts: Iterable[Taken],
    steps: Sequence[Step],
    carried: Carried | None,
) -> dict[str, Any]:
    """Return the section on acts, signers and hashes.

    Parameters
    ----------
    roster : Roster
    versions : Versions
        In which it is told.
    acts : iterable of Taken
        On which the record rests; each is told once.
    steps : sequence of Step
        How the record itself is checked; how its acts are is told here.
    carried : Carried or None

    Raises
    ------
    NotAcceptable
        There are more than `MOST_ACTS`.
    """
    unique = {one.act.id: one for one in acts}
    cited = sorted(unique.values(), key=lambda one: (one.act.party, one.index))
    if len(cited) > MOST_ACTS:
        raise NotAcceptable(
            f"this rests on {len(cited):,} acts; a print holds {MOST_ACTS:,}",
            hint="export the group as data: 'waternet group state'",
        )
    pgettext = versions.pgettext
    return {
        "title": pgettext("report", "On what this rests"),
        "opening": pgettext(
            "report",
            "Each act is one line that a delegate signed with a key of their own, and "
            "an entry of their party's log, which only grows. An act's id is the "
            "SHA-256 of its line; whoever relies on an act names that id.",
        ),
        "facts": _facts(roster.state, versions),
        "tables": [_acts(cited, versions), _signers(cited, roster, versions)],
        "steps": [
            _step(one) for one in (*steps, *_steps(roster, versions, cited, carried))
        ],
        "files": sorted(carried.files) if carried else [],
    }


def _facts(state: State, versions: Versions) -> list[list[Any]]:
    pgettext = versions.pgettext
    charter = state.charter
    facts: list[list[Any]] = [
        [pgettext("report", "Id of the group"), left_to_right(state.group)],
        [
            pgettext("report", "Id of the charter's adoption"),
            left_to_right(state.charter_id or "—"),
        ],
    ]
    if charter:
        facts.append(
            [
                pgettext("report", "SHA-256 of the charter"),
                left_to_right(charter.sha256),
            ]
        )
    facts += [
        [
            pgettext("report", "SHA-256 of the group's whole state"),
            left_to_right(state.sha256),
        ],
        [
            pgettext("report", "Acts that count, acts refused"),
            left_to_right(f"{len(state.taken)}, {len(state.refusals)}"),
        ],
    ]
    return facts


def _acts(cited: Sequence[Taken], versions: Versions) -> dict[str, Any]:
    pgettext = versions.pgettext
    return {
        "title": pgettext("report", "Acts"),
        "head": [
            pgettext("report", "Entry"),
            pgettext("report", "Day"),
            pgettext("report", "Act"),
            pgettext("report", "Id: SHA-256"),
        ],
        "widths": ["auto", "auto", "1fr", "auto"],
        "rows": [
            [
                entry_of(one),
                left_to_right(one.act.day),
                left_to_right(_what(one)),
                left_to_right(one.act.id),
            ]
            for one in cited
        ],
    }


def _what(one: Taken) -> str:
    paragraph = one.act.body.get("paragraph")
    return f"{one.act.verb} {paragraph}" if paragraph else one.act.verb


def _signers(
    cited: Sequence[Taken], roster: Roster, versions: Versions
) -> dict[str, Any]:
    pgettext = versions.pgettext
    found = {}
    for one in cited:
        held = roster.credential(one)
        found[held.party, held.index] = held
    return {
        "title": pgettext("report", "Signers"),
        "head": [
            pgettext("report", "Delegate"),
            pgettext("report", "Credential"),
            pgettext("report", "Key"),
        ],
        "widths": ["1fr", "auto", "auto"],
        "rows": [
            [
                versions.names(held.names, held.delegate),
                left_to_right(f"{party}:{index}"),
                left_to_right(held.vkey),
            ]
            for (party, index), held in sorted(found.items())
        ],
    }


def _steps(
    roster: Roster,
    versions: Versions,
    cited: Sequence[Taken],
    carried: Carried | None,
) -> list[Step]:
    pgettext = versions.pgettext
    entry = f"{cited[-1].act.party}:{cited[-1].index}" if cited else "PARTY:ENTRY"
    file = entry.replace(":", "-") + ".tlog-proof"
    steps = []
    if carried and carried.files:
        words = pgettext(
            "report",
            "This file carries a proof of each act: the signed act, its steward's "
            "signature, and its place in the log. Save one, and check it without a "
            "node and without a line, by a policy from a party that you trust:",
        )
        if carried.left_out:
            more = pgettext(
                "report", "Not of all acts: ask any node for the proofs of the others."
            )
            words = [
                {**one, "text": f"{one['text']} {two['text']}"}
                for one, two in zip(more, words, strict=True)
            ]
        steps.append(Step(words, f"waternet verify {file} --policy parties.policy"))
    else:
        words = pgettext(
            "report",
            "Any node gives a proof of each act: the signed act, its steward's "
            "signature, and its place in the log. It is checked without a node and "
            "without a line:",
        )
        steps.append(
            Step(
                words,
                f"waternet prove {entry} -o {file}\n"
                "waternet policy -o parties.policy\n"
                f"waternet verify {file} --policy parties.policy",
            )
        )
    steps.append(
        Step(
            pgettext(
                "report",
                "Whoever holds the parties' records recomputes the whole state, "
                "without asking anybody; by the same acts it has the hash that is "
                "printed above:",
            ),
            f"waternet group show --group {roster.state.group[:_SHORT]}",
        )
    )
    return steps


def _step(one: Step) -> dict[str, Any]:
    return {"words": one.words, "typed": one.typed}
