"""Figures as time series with all that describes them, for the forms of WaterML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, Any

import pyarrow as pa

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.downloads.amounts import amount_of, verify_amount
from waternet.api.downloads.choosing import chosen
from waternet.api.downloads.download import spooled
from waternet.api.downloads.forms import FORMS, Form
from waternet.api.downloads.tables import described
from waternet.api.figures import question_of
from waternet.bank.asking import ask_figures
from waternet.bank.citation import DISCLAIMER, cite, in_one_line
from waternet.bank.discovery import find_places
from waternet.bank.question import Question
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.formats.series_writing import WrittenSeries
from waternet.formats.waterml1_writing import write_time_series
from waternet.formats.waterml_writing import write_collection
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position

__all__ = ["as_datastream", "places_of", "series_answer", "waterml_answer"]

Rows = Sequence[Mapping[str, Any]]

_FEW = 20  # places are looked up one by one; more, all of their parties


def waterml_answer(asked: Asked, form: Form) -> Answer:
    """Return the figures that a request asks for as WaterML.

    Raises
    ------
    NotAcceptable
        They are to be gathered: a document of WaterML tells figures as published.
    Problem
        They are too many.
    """
    question = question_of(asked)
    if question.aggregate:
        raise NotAcceptable(
            "WaterML gives figures as they were published, not gathered by period",
            hint="ask for aggregate with format json, csv, xlsx, parquet or arrow",
        )
    return series_answer(asked, chosen(asked), question, form, {})


def series_answer(
    asked: Asked,
    picked: Sequence[str] | Selection,
    question: Question,
    form: Form,
    told: Mapping[str, str],
) -> Answer:
    """Return figures of chosen datastreams as WaterML.

    Parameters
    ----------
    told : mapping of str to str
        What was asked for, which WaterML 1.1 repeats.
    """
    bank = asked.bank
    amount = amount_of(bank, choose_series(bank, picked), question)
    verify_amount(form, amount)
    cited = cite(bank, amount.releases)
    members = _members(bank, described(bank, picked), question, cited)

    def write(sink: IO[bytes]) -> None:
        if form is FORMS["waterml2"]:
            write_collection(members, sink, DISCLAIMER)
        else:
            write_time_series(members, sink, {**told, "disclaimer": DISCLAIMER})

    return spooled(write, form.media_type, amount.rows, {})


def _members(
    bank: Bank, streams: pa.Table, question: Question, cited: Rows
) -> Iterator[WrittenSeries]:
    said = {(one["party"], one["release"]): one for one in cited}
    rows = [row for row in streams.to_pylist() if row["figures"]]
    places = places_of(bank, {(row["party"], row["feature"]) for row in rows})
    for row in rows:
        datastream = as_datastream(row)
        if question.unit:
            datastream = replace(datastream, unit=question.unit)
        address = f"{row['party']}:{row['datastream']}"
        asked = replace(question, unit=datastream.unit)
        figures = ask_figures(bank, [address], asked)
        if not figures.num_rows:
            continue
        releases = figures["release"].unique().to_pylist()
        sources = [said[row["party"], one] for one in sorted(releases)]
        yield WrittenSeries(
            datastream,
            places.get((row["party"], row["feature"])),
            figures,
            row["party"],
            tuple(map(in_one_line, sources)),
            max((one["issued"] for one in sources), default=""),
        )


def as_datastream(row: Mapping[str, Any]) -> Datastream:
    """Return the datastream that a row of a listing describes."""
    names = ("dataset", "feature", "observed_property", "unit", "statistic")
    more = ("interval", "procedure", "sampling", "zone")
    return Datastream(**{name: row[name] for name in (*names, *more)})


def places_of(bank: Bank, keys: set[tuple[str, str]]) -> dict[tuple[str, str], Place]:
    """Return places by party and id, at their position in WGS 84."""
    wanted = (
        [Selection(party=party, feature=feature) for party, feature in sorted(keys)]
        if len(keys) < _FEW
        else [Selection(party=party) for party in sorted({party for party, _ in keys})]
    )
    rows = [row for one in wanted for row in _listed(bank, one)]
    return {
        (row["party"], row["id"]): _as_place(row)
        for row in rows
        if (row["party"], row["id"]) in keys
    }


def _listed(bank: Bank, selection: Selection) -> Rows:
    rows: Rows = find_places(bank, selection).to_pylist(maps_as_pydicts="strict")
    return rows


def _as_place(row: Mapping[str, Any]) -> Place:
    at = None
    if row["longitude"] is not None:
        x, y = row["longitude"], row["latitude"]
        at = Position(
            x,
            y,
            "EPSG:4326",
            x,
            y,
            elevation=row["elevation"],
            vertical_datum=row["vertical_datum"] or "",
        )
    return Place(row["id"], row["kind"], row["names"], at)
