"""The page of an import that waits: what it holds, what is said of it, what is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from waternet.api.operation import Operation, Parameter
from waternet.bank.standing import standing_places
from waternet.errors import NotAcceptable, NotFound
from waternet.node.context import places_with
from waternet.node.drafts import foresee
from waternet.node.pending import Pending, get_pending
from waternet.node.reviewing import reviewed_digest
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import get_terms
from waternet.portal.desk.drawing import draw_series
from waternet.portal.desk.entrance import DESK, NO_STORE, TOOLS, is_nameless
from waternet.portal.desk.figures import (
    PAGE,
    count_grades,
    plain_rows,
    read_series,
)
from waternet.portal.desk.objections import plain_objections, plain_stream, words_of
from waternet.portal.desk.passphrase import key_state
from waternet.portal.desk.rejects import plain_rejects
from waternet.portal.desk.told_edits import plain_edits
from waternet.portal.desk.waiting import dataset_of, plain_import
from waternet.portal.page import View, Visit, page

__all__ = ["PENDING", "import_page", "pending_of", "show_import"]

_TABS: Final = ("findings", "figures", "rejects", "edits")
_MOST_SERIES: Final = 500  # named in the list to choose from
PENDING: Final = Parameter(
    "pending",
    {"type": "string", "maxLength": 210},
    "The import's name.",
    "path",
    True,
)
_PARAMETERS: Final = (
    PENDING,
    Parameter(
        "tab", {"type": "string", "enum": list(_TABS)}, "What of it is shown first."
    ),
    Parameter(
        "datastream",
        {"type": "string", "maxLength": 400},
        "Whose figures are shown; the one of most findings, unless stated.",
    ),
    Parameter(
        "rows",
        {"type": "string", "enum": ["all", "flagged"]},
        "Which figures the table has.",
    ),
    Parameter(
        "first",
        {"type": "integer", "minimum": 0, "maximum": 10**9},
        "The first row of the table, from 0.",
    ),
    Parameter(
        "from",
        {"type": "string", "maxLength": 40},
        "The time that the form of an edit begins with.",
    ),
    Parameter(
        "to",
        {"type": "string", "maxLength": 40},
        "The time that the form of an edit ends with.",
    ),
)


def import_page() -> Operation:
    """Return the page of an import that waits to be published."""
    return page(
        *("/desk/imports/{pending}", "desk-import"),
        "An import that waits: findings, figures, rejects, edits, and what is next.",
        show_import,
        parameters=_PARAMETERS,
        role=DESK,
    )


def pending_of(visit: Visit) -> Pending:
    """Return the import that an address names.

    Raises
    ------
    NotFound
        It was published or discarded, or never was.
    """
    name = visit.asked.path["pending"]
    try:
        return get_pending(visit.node, name)
    except NotFound as error:
        raise NotFound(
            f"no import {name[:80]!r} waits here",
            hint="it was published or discarded; the Desk lists what waits",
        ) from error


def show_import(
    visit: Visit, wrong: str = "", status: int = 200, typed: Mapping[str, str] = {}
) -> View:
    """Return the page of an import.

    Parameters
    ----------
    visit : Visit
    wrong : str
        What is wrong with the form that was sent, in the reader's language.
    status : int
    typed : mapping of str to str
        What the form said, to be mended; never a passphrase.
    """
    visit.asked.now()  # no cache keeps it
    pending = pending_of(visit)
    places = places_with(standing_places(visit.bank, visit.node.party), pending.places)
    told = plain_import(visit.node, pending)
    tab = visit.values.get("tab") or ("findings" if told["findings"] else "figures")
    objections = plain_objections(pending, places, visit.language)
    data: dict[str, Any] = {
        "import": told,
        "tab": tab,
        "objections": objections,
        "edits": plain_edits(pending),
        **_rejects(visit, pending, tab),
        **_figures(visit, pending, (places, objections), tab),
        **_signing(visit, pending),
        "wrong": wrong,
    }
    drawn = data.pop("drawn", None)
    title = pending.origin.title or pending.folder.name
    more = {
        **TOOLS,
        "data_import": told,
        "drawn": drawn,
        "is_nameless": is_nameless(visit),
        "typed": typed,
        "tabs": _TABS,
        "statuses": get_terms("status"),
        "page_size": PAGE,
    }
    return View("desk/import.html", title, data, more, status, NO_STORE)


def _rejects(visit: Visit, pending: Pending, tab: str) -> dict[str, Any]:
    first = visit.values.get("first", 0) if tab == "rejects" else 0
    cells = plain_rejects(pending, first) if tab == "rejects" else []
    count = pending.origin.rejected
    return {"rejects": {"count": count, "first": first, "cells": cells}}


def _figures(
    visit: Visit,
    pending: Pending,
    known: tuple[Mapping[str, Place], Mapping[str, Any]],
    tab: str,
) -> dict[str, Any]:
    """Return the datastreams of an import, and the figures of one of them.

    Places and objections are `known` already.
    """
    places, objections = known
    language, streams = visit.language, pending.datastreams
    listed = [plain_stream(one, places, language) for one in streams[:_MOST_SERIES]]
    told: dict[str, Any] = {"streams": listed, "series": None}
    if not streams:
        return told
    stream = _chosen(visit, pending, objections)
    series = read_series(pending, stream)
    flagged = visit.values.get("rows", "all") == "flagged"
    first = visit.values.get("first", 0) if tab == "figures" else 0
    count, rows = plain_rows(series, words_of(language), first, flagged=flagged)
    plain = plain_stream(stream, places, language)
    told["series"] = {
        **plain,
        "grades": count_grades(series.table),
        "rows": rows,
        "count": count,
        "first": first,
        "shown": "flagged" if flagged else "all",
        "from": visit.values.get("from", ""),
        "to": visit.values.get("to", ""),
    }
    told["drawn"] = draw_series(series, plain["quantity"], language)
    return told


def _chosen(
    visit: Visit, pending: Pending, objections: Mapping[str, Any]
) -> Datastream:
    """Return whose figures are shown: as asked for; else of most findings."""
    streams = {one.name: one for one in pending.datastreams}
    asked = visit.values.get("datastream", "")
    if asked:
        if asked not in streams:
            raise NotFound(
                f"the import has no datastream {asked[:80]!r}",
                hint="leave it out to see which there are",
            )
        return streams[asked]
    found = Counter[str]()
    for check in objections["checks"]:
        found.update({one["name"]: one["count"] for one in check["series"]})
    most = max(found, key=lambda name: (found[name], name), default="")
    return streams.get(most) or pending.datastreams[0]


def _signing(visit: Visit, pending: Pending) -> dict[str, Any]:
    """Return what whoever signs must know: terms, what changes, how keys open."""
    dataset = dataset_of(visit.node, pending)
    changes: dict[str, Any] = {"new": None, "replaced": None, "unchanged": None}
    trouble = ""
    try:
        foreseen = foresee(visit.node, visit.bank, pending)
        if foreseen is not None:
            changes = {
                "new": foreseen.new,
                "replaced": foreseen.replaced,
                "unchanged": foreseen.unchanged,
            }
    except NotAcceptable as error:
        trouble = f"{error}; {error.hint}"
    return {
        "digest": reviewed_digest(pending, pending.edits),
        "terms": dataset.terms() if dataset else None,
        "needs_review": bool(dataset and dataset.review),
        "changes": changes,
        "trouble": trouble,
        "keys": key_state(visit),
    }
