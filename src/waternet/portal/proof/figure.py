"""The proof of one figure: the verdict, and how it came to be what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from waternet.api.downloads.choosing import completed
from waternet.bank.when import read_time
from waternet.errors import NotAcceptable, NotFound
from waternet.node.attested import AttestedEntry, AttestedFigure
from waternet.node.attesting import Remembered
from waternet.node.attesting_figures import attest_figure
from waternet.observation.vocabulary import Censor, Grade, Status, get_terms
from waternet.observation.zone import find_zone
from waternet.portal.page import View, Visit
from waternet.portal.parties import party_names
from waternet.portal.proof.named import cited, describe_datastream
from waternet.portal.proof.signed import signed_view
from waternet.portal.proof.told import advised, at_second, checks_of, doubts_of, plain
from waternet.portal.proof.words import change_words, check_words

__all__ = ["asked_figure", "show_figure"]


def asked_figure(visit: Visit, remembered: Remembered) -> AttestedFigure:
    """Return the figure that a request is about, checked.

    Raises
    ------
    NotFound
        The reader's bank has no such figure.
    NotAcceptable
        The time is none; the address, whose end may be left open, means several.
    """
    address, *others = completed(visit.bank, visit.values["datastream"])
    if others:
        raise NotAcceptable(
            f"{len(others) + 1} datastreams fit what is named",
            hint=f"name one by its whole address: {address}, {others[0]}...",
        )
    stream = describe_datastream(visit.bank, address)
    when = read_time(visit.values.get("time", ""), find_zone(stream["zone"]))
    release = visit.values.get("release")
    return attest_figure(visit.node, visit.bank, address, when, remembered, release)


def show_figure(visit: Visit, remembered: Remembered) -> View:
    """Show whether a figure holds, what it was before, and how to check it oneself."""
    visit.asked.now()  # what lies on the disk may change without the bank
    told = asked_figure(visit, remembered)
    stream = describe_datastream(visit.bank, told.datastream)
    stated = _stated(told)
    entry = told.release
    data: dict[str, Any] = {
        "verdict": told.verdict,
        "datastream": told.datastream,
        **stream,
        "time": told.time.isoformat().replace("+00:00", "Z"),
        "figure": stated,
        "release": entry.to_json(),
        "checks": checks_of(entry.checks, told.checks),
        "findings": advised(told.all_findings, visit.language),
        **doubts_of(entry),
        "change": told.change,
        "followed_by": told.followed_by.to_json() if told.followed_by else None,
        "chain": _chain(told),
        "citation": cited(visit.bank, entry.party, entry.index),
        "restricted": entry.is_restricted,
    }
    more = {
        **signed_view(visit, entry),
        "is_followed": told.is_followed,
        "when": told.time,
        "zone": find_zone(stream["zone"]),
        "names": party_names(visit.node),
        "followed": told.followed_by,
        "followed_on": _issued(told.followed_by),
        "chain": [
            {**one, "issued_at": at_second(one["issued"])} for one in data["chain"]
        ],
        "check_words": check_words(visit.language),
        "change_words": change_words(visit.language),
        "status_names": _labels("status"),
        "grade_names": _labels("grade"),
    }
    title = visit.language.gettext("Proof of a figure")
    return View("proof/figure.html", title, data, more)


def _stated(told: AttestedFigure) -> Mapping[str, Any]:
    """Return the figure as the signed file has it; else as the bank does, and so said.

    'read_from' is 'file' or 'bank'.
    """
    if told.figure is not None:
        return {**told.figure, "read_from": "file"}
    for row in told.history:
        if row["release"] == told.release.index and row["change"] != "withdrawn":
            return {
                "value": row["value"],
                "unit": row["unit"],
                "censor": ("", "<", ">")[row["censor"] or Censor.NONE],
                "grade": Grade(row["grade"]).name.lower(),
                "status": Status(row["status"]).name.lower(),
                "qualifier": "",
                "end": "",
                "read_from": "bank",
            }
    raise NotFound("this release states no such figure")


def _chain(told: AttestedFigure) -> list[dict[str, Any]]:
    """Return every statement of the figure, the newest first, each with the one before.

    Each has change, old_value, value, censor, unit, release, issued, reason, is_shown.
    """
    before: Mapping[str, Any] | None = None
    chain = []
    for row in plain(told.history):
        chain.append(
            {
                "change": row["change"],
                "old_value": before["value"] if before else None,
                "old_censor": _sign(before),
                "value": row["value"],
                "censor": _sign(row),
                "unit": row["unit"],
                "release": row["release"],
                "issued": row["issued"],
                "reason": row["reason"],
                "is_shown": row["release"] == told.release.index,
            }
        )
        before = row
    return chain[::-1]


def _issued(one: AttestedEntry | None) -> datetime | None:
    return at_second(one.entry.issued) if one and one.entry else None


def _sign(row: Mapping[str, Any] | None) -> str:
    return ("", "<", ">")[(row["censor"] if row else 0) or 0]


def _labels(vocabulary: str) -> dict[str, Mapping[str, str]]:
    return {one.id: one.labels for one in get_terms(vocabulary).values()}
