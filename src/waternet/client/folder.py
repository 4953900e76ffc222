"""A node's folder, asked without a server: the same questions, the same tables."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from waternet.bank.as_of import AsOf
from waternet.bank.asking import ask_figures
from waternet.bank.citation import cite
from waternet.bank.compare import compare
from waternet.bank.discovery import find_datastreams, find_places, list_releases
from waternet.bank.query import get_latest
from waternet.bank.question import Question
from waternet.bank.seal import reading_bank
from waternet.bank.selection import Selection, verify_known
from waternet.bank.store import Bank
from waternet.bank.when import read_past, read_time
from waternet.client.asking import Query
from waternet.errors import NotAcceptable, NotFound
from waternet.node.folder import Node, open_node
from waternet.node.intake import bring_up_to_date
from waternet.node.quorum import cosigned_sizes
from waternet.observation.vocabulary import Grade

__all__ = ["answer_question", "node_in", "read_table", "selection_of"]


def node_in(folder: str) -> Node:
    """Return the node in a folder.

    Raises
    ------
    NotFound
        There is none.
    """
    try:
        return open_node([Path(folder).expanduser()])
    except NotFound as error:
        raise NotFound(
            str(error), hint="name the folder of a node, or an address: https://..."
        ) from error


def read_table(folder: str, what: str, query: Query) -> pa.Table:
    """Answer one question from a node's folder, as its server would.

    Parameters
    ----------
    folder : str
    what : str
        'stations', 'datastreams', 'observations', 'latest', 'compare' or 'releases'.
    query : mapping
        Parameters as they go into an address.

    Returns
    -------
    pyarrow.Table
        The schema's metadata hold 'waternet:citation' and 'waternet:positions', as
        JSON.

    Raises
    ------
    NotFound, NotAcceptable
        As the bank does.
    """
    node = node_in(folder)
    bring_up_to_date(node)
    with reading_bank(node.bank) as bank:
        table = answer_question(bank, what, query)
        if what == "releases":
            table = _with_cosigned(node, table)
        told = {
            "waternet:positions": dict(bank.view().positions),
            "waternet:citation": _citation(bank, what, table),
        }
    packed = {name: json.dumps(one, ensure_ascii=False) for name, one in told.items()}
    return table.replace_schema_metadata({**(table.schema.metadata or {}), **packed})


def _with_cosigned(node: Node, releases: pa.Table) -> pa.Table:
    """Say of each release whether a quorum cosigned it, where the parties agreed so."""
    if not (node.folder / "policy").exists():
        return releases
    sizes = cosigned_sizes(node, int(time.time())) or {}
    pairs = zip(
        *(releases[name].to_pylist() for name in ("party", "release")), strict=True
    )
    told = [release < sizes.get(party, 0) for party, release in pairs]
    return releases.append_column("cosigned", pa.array(told, pa.bool_()))


def answer_question(bank: Bank, what: str, query: Query) -> pa.Table:
    """Answer one question from a bank; see `read_table`."""
    return _ANSWERS[what](bank, query)


def _stations(bank: Bank, query: Query) -> pa.Table:
    return find_places(bank, selection_of(bank, query))


def _datastreams(bank: Bank, query: Query) -> pa.Table:
    if "datastream" not in query:
        return find_datastreams(bank, selection_of(bank, query))
    found = [
        find_datastreams(bank, selection_of(bank, _of_address(address)))
        for address in query["datastream"].split(",")
    ]
    return pa.concat_tables(found)


def _observations(bank: Bank, query: Query) -> pa.Table:
    chosen = query["datastream"].split(",") if "datastream" in query else None
    question = Question(
        start=_moment(query, "start"),
        end=_moment(query, "end"),
        as_of=_as_of(query),
        aggregate=query.get("aggregate", ""),
        statistic=query.get("statistic", "mean"),
        zone=query.get("zone", ""),
        first_month=int(query.get("first_month", "0")),
        unit=query.get("unit", ""),
        grades=_grades(query),
    )
    return ask_figures(bank, chosen or selection_of(bank, query), question)


def _latest(bank: Bank, query: Query) -> pa.Table:
    chosen = query["datastream"].split(",") if "datastream" in query else None
    return get_latest(
        bank,
        chosen or selection_of(bank, query),
        as_of=_as_of(query),
        unit=query.get("unit", ""),
    )


def _compare(bank: Bank, query: Query) -> pa.Table:
    places = query.get("place", "")
    return compare(
        bank,
        query["observed_property"],
        places.split(",") if places else (),
        _moment(query, "start"),
        _moment(query, "end"),
        as_of=_as_of(query),
        unit=query.get("unit", ""),
    )


def _releases(bank: Bank, query: Query) -> pa.Table:
    return list_releases(bank, selection_of(bank, query).party)


_ANSWERS: Mapping[str, Callable[[Bank, Query], pa.Table]] = {
    "stations": _stations,
    "datastreams": _datastreams,
    "observations": _observations,
    "latest": _latest,
    "compare": _compare,
    "releases": _releases,
}


def _citation(bank: Bank, what: str, table: pa.Table) -> list[dict[str, Any]]:
    return cite(bank, table) if what in ("observations", "latest", "compare") else []


def selection_of(bank: Bank, query: Query) -> Selection:
    """Return what the filters of a question select.

    Raises
    ------
    NotFound
        No such party or term.
    NotAcceptable
        A box that is none.
    """
    told: dict[str, Any] = {
        name: query[name]
        for name in ("text", "party", "dataset", "kind", "feature", "within")
        if name in query
    }
    told |= {
        name: query[given]
        for name, given in (
            ("observed_property", "observed_property"),
            ("statistic", "statistic_kind"),
            ("interval", "interval"),
        )
        if given in query
    }
    if "bbox" in query:
        told["bbox"] = _box(query["bbox"])
    selection = Selection(**told)
    verify_known(bank, selection)
    return selection


def _of_address(address: str) -> Query:
    party, _colon, name = address.partition(":")
    names = ("feature", "observed_property", "statistic_kind", "interval")
    return {"party": party, **dict(zip(names, name.split("/"), strict=False))}


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        raise NotAcceptable(
            f"bbox {text!r} is not four numbers",
            hint="west, south, east, north in degrees: 34,29,37,34",
        ) from error
    if south > north:
        raise NotAcceptable(
            f"bbox: the south ({south}) lies above the north ({north})",
            hint="west, south, east, north in degrees: 34,29,37,34",
        )
    return west, south, east, north


def _moment(query: Query, name: str) -> datetime | None:
    return read_time(query[name]) if name in query else None


def _as_of(query: Query) -> AsOf | None:
    return read_past(query["as_of"]) if "as_of" in query else None


def _grades(query: Query) -> tuple[Grade, ...]:
    names = query.get("grades", "")
    return tuple(Grade[name.upper()] for name in names.split(",")) if names else ()
