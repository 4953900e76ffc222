"""Figures as a question asks for them: as published, or gathered by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.aggregate import USABLE, Cut, aggregate_series, is_summed
from waternet.bank.calendar import Calendar
from waternet.bank.catalogue import Series
from waternet.bank.coverage import kinds_of
from waternet.bank.files import FILE_SCHEMA
from waternet.bank.query import get_observations
from waternet.bank.question import Question
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Censor, Grade

__all__ = ["ask_figures", "gather_figures"]


def ask_figures(
    bank: Bank, datastreams: Sequence[str] | Selection, question: Question
) -> pa.Table:
    """Return the figures of some datastreams, in one shape for every way of asking.

    Parameters
    ----------
    datastreams : addresses 'party:name', or Selection
    question : Question

    Returns
    -------
    pyarrow.Table, (n,)
        party, datastream, unit, time, end, offset, value, censor, grade, status,
        qualifier, release: what `get_observations` returns, in its order. Where figures
        are gathered, `value` is the statistic of the period from `time` to `end` (UTC);
        offset, grade, status and qualifier are null; `censor` 3 says that values below
        and above their limits leave nothing to be said, and `value` is null. Then come
        n (values that went in), expected, coverage and period (its label by the
        local calendar): see `waternet.bank.aggregate`. A count is in unit '1'.

    Raises
    ------
    NotFound
        An address names nothing in the bank.
    NotAcceptable
        A unit of another dimension; a time without a time zone; an interval longer
        than the period; a total of what cannot be added up.

    References
    ----------
    docs/method/aggregation.md
    """
    if not question.aggregate:
        return get_observations(
            bank,
            datastreams,
            question.start,
            question.end,
            as_of=question.as_of,
            unit=question.unit,
            grades=question.grades or tuple(Grade),
        )
    if question.statistic == "total":
        _verify_summed(choose_series(bank, datastreams))
    counts = question.statistic == "count"
    asked = replace(question, unit="") if counts else question
    percents = () if question.percent is None else (question.percent,)
    gathered = gather_figures(bank, datastreams, asked, percents)
    return _as_figures(gathered, question)


def gather_figures(
    bank: Bank,
    datastreams: Sequence[str] | Selection,
    question: Question,
    percents: Sequence[int] = (),
) -> pa.Table:
    """Return every statistic of each period side by side.

    Parameters
    ----------
    datastreams : addresses 'party:name', or Selection
    question : Question
        With `aggregate`; its statistic does not matter.
    percents : sequence of int, 0 to 99

    Returns
    -------
    pyarrow.Table
        As `waternet.bank.aggregate.aggregate`: by datastream as asked (a Selection: by
        address), then period; each by the question's zone, or by its owner's.
    """
    series = choose_series(bank, datastreams)
    by_zone: dict[str, list[Series]] = {}
    for one, kind in zip(series, kinds_of(bank, series), strict=True):
        by_zone.setdefault(question.zone or kind.zone, []).append(one)
    cut = Cut(
        question.start,
        question.end,
        question.as_of,
        question.unit,
        question.grades or USABLE,
    )
    parts = [
        aggregate_series(
            bank,
            ones,
            Calendar(question.aggregate, zone, question.first_month),
            cut,
            percents,
        )
        for zone, ones in (by_zone or {"UTC": []}).items()
    ]
    if len(parts) == 1:
        return parts[0]
    plain = [part.replace_schema_metadata(None) for part in parts]
    return _in_order(pa.concat_tables(plain).unify_dictionaries(), series)


def _verify_summed(series: Sequence[Series]) -> None:
    if series and not any(map(is_summed, series)):
        raise NotAcceptable(
            f"the values of {series[0].address!r} cannot be added up: a sum of levels "
            "or of discharges means nothing",
            hint="ask for the mean; only datastreams of totals and counts have a total",
        )


def _as_figures(gathered: pa.Table, question: Question) -> pa.Table:
    """Put one statistic into the columns that figures have."""
    number = gathered.num_rows
    empty = {
        name: pa.nulls(number, FILE_SCHEMA.field(name).type)
        for name in ("offset", "grade", "status", "qualifier")
    }
    counts = question.statistic == "count"
    unit, censor = gathered["unit"], gathered["censor"]
    if counts:
        codes = pa.array(np.zeros(number, np.int32))
        unit = pa.DictionaryArray.from_arrays(codes, pa.array(["1"], pa.string()))
        censor = pa.array(np.full(number, int(Censor.NONE), np.int8))
    value = gathered["n" if counts else question.statistic].cast(pa.float64())
    return pa.table(
        {
            "party": gathered["party"],
            "datastream": gathered["datastream"],
            "unit": unit,
            "time": gathered["start"],
            "end": gathered["end"],
            "offset": empty["offset"],
            "value": value,
            "censor": censor,
            "grade": empty["grade"],
            "status": empty["status"],
            "qualifier": empty["qualifier"],
            **{
                name: gathered[name]
                for name in ("release", "n", "expected", "coverage", "period")
            },
        }
    )


def _in_order(figures: pa.Table, series: Sequence[Series]) -> pa.Table:
    """Put the figures of several calendars in the order in which they were asked."""
    ranks = {one.address: rank for rank, one in enumerate(series)}
    addresses = pc.binary_join_element_wise(
        figures["party"].cast(pa.string()), figures["datastream"].cast(pa.string()), ":"
    )
    rank = pc.index_in(addresses, pa.array(list(ranks), pa.string())).to_numpy()
    return figures.take(pa.array(np.argsort(rank, kind="stable")))
