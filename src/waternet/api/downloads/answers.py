"""Answers of the interface for files, one a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.downloads.amounts import amount_of, estimate
from waternet.api.downloads.choosing import chosen, selection_of
from waternet.api.downloads.download import Download, write_download
from waternet.api.downloads.forms import form_of
from waternet.api.downloads.series import waterml_answer
from waternet.api.downloads.tables import (
    described,
    figures_download,
    gathered_download,
    sources_of,
)
from waternet.api.figures import question_of
from waternet.bank.citation import DISCLAIMER, cite, in_one_line
from waternet.bank.compare import compare
from waternet.bank.coverage import kinds_of
from waternet.bank.discovery import find_places, list_releases
from waternet.bank.history import get_history
from waternet.bank.query import get_latest
from waternet.bank.selection import choose_series
from waternet.bank.when import read_time
from waternet.errors import NotAcceptable
from waternet.node.quorum import cosigned_sizes
from waternet.observation.zone import find_zone

__all__ = [
    "FIGURES",
    "TABLES",
    "answer_aggregates",
    "answer_citation",
    "answer_compare",
    "answer_datastreams",
    "answer_estimate",
    "answer_history",
    "answer_latest",
    "answer_observations",
    "answer_releases",
    "answer_stations",
]

TABLES: Final = ("json", "csv", "xlsx", "parquet", "arrow", "zip")
FIGURES: Final = (*TABLES, "waterml2", "waterml1")


def answer_stations(asked: Asked) -> Answer:
    """Return the places that a request means."""
    return _listing(asked, find_places(asked.bank, selection_of(asked)))


def answer_datastreams(asked: Asked) -> Answer:
    """Return the datastreams that a request means, with what they hold."""
    return _listing(asked, described(asked.bank, chosen(asked)))


def answer_releases(asked: Asked) -> Answer:
    """Return what was published, and whether a quorum of witnesses cosigned it."""
    party = selection_of(asked).party
    table = list_releases(asked.bank, party)
    if (asked.node.folder / "policy").exists():  # else nobody need cosign
        sizes = cosigned_sizes(asked.node, int(asked.now().timestamp())) or {}
        table = table.append_column("cosigned", _is_below(table, sizes))
    return _listing(asked, table)


def answer_observations(asked: Asked) -> Answer:
    """Return figures over a period, as published or gathered by one statistic."""
    form = form_of(asked, FIGURES)
    if form.name.startswith("waterml"):
        return waterml_answer(asked, form)
    return write_download(asked, form, figures_download(asked, form))


def answer_aggregates(asked: Asked) -> Answer:
    """Return every statistic of each period."""
    form = form_of(asked, TABLES)
    return write_download(asked, form, gathered_download(asked, form))


def answer_latest(asked: Asked) -> Answer:
    """Return the latest figure of each datastream."""
    question, picked = question_of(asked), chosen(asked)
    table = get_latest(asked.bank, picked, as_of=question.as_of, unit=question.unit)
    return _cited_table(asked, table)


def answer_compare(asked: Asked) -> Answer:
    """Return several parties' figures side by side."""
    question = question_of(asked)
    table = compare(
        asked.bank,
        asked.values["observed_property"],
        asked.values.get("place", ()),
        question.start,
        question.end,
        as_of=question.as_of,
        unit=question.unit,
    )
    return _cited_table(asked, table)


def answer_history(asked: Asked) -> Answer:
    """Return all that was ever said of one figure."""
    picked = chosen(asked)
    series = choose_series(asked.bank, picked)
    if len(series) != 1:
        raise NotAcceptable(
            f"expected one datastream, found {len(series)}",
            hint="give its whole address: "
            + ", ".join(one.address for one in series[:3]),
        )
    (kind,) = kinds_of(asked.bank, series)
    when = read_time(asked.values["time"], find_zone(kind.zone))
    return _cited_table(asked, get_history(asked.bank, series[0].address, when))


def answer_citation(asked: Asked) -> Answer:
    """Return what must be said of the figures that a request asks for."""
    sources = sources_of(asked)
    told = {
        "disclaimer": DISCLAIMER,
        "citation": [{**one, "cite_as": in_one_line(one)} for one in sources],
    }
    return json_answer(told)


def answer_estimate(asked: Asked) -> Answer:
    """Return how large an answer would be in each form."""
    question = question_of(asked)
    series = choose_series(asked.bank, chosen(asked))
    amount = amount_of(asked.bank, series, question)
    told = estimate(amount, FIGURES)
    return json_answer({"datastreams": len(series), **told})


def _listing(asked: Asked, table: pa.Table) -> Answer:
    name = asked.operation.name.removeprefix("data-")
    download = Download(name, table.num_rows, iter([table]))
    return write_download(asked, form_of(asked, TABLES), download)


def _cited_table(asked: Asked, table: pa.Table) -> Answer:
    name = asked.operation.name.removeprefix("data-")
    sources = cite(asked.bank, table)
    download = Download(name, table.num_rows, iter([table]), sources)
    return write_download(asked, form_of(asked, TABLES), download)


def _is_below(table: pa.Table, sizes: Mapping[str, int]) -> pa.ChunkedArray:
    names = pa.array(list(sizes), pa.string())
    counts = pa.array(list(sizes.values()), pa.int64())
    reached = counts.take(pc.index_in(table["party"], names))
    return pc.fill_null(pc.less(table["release"].cast(pa.int64()), reached), False)
