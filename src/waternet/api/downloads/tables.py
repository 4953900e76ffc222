"""The tables behind downloads: figures in shares, and what they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.asked import Asked
from waternet.api.downloads.amounts import Amount, amount_of, verify_amount
from waternet.api.downloads.choosing import chosen
from waternet.api.downloads.download import Download
from waternet.api.downloads.forms import Form
from waternet.api.figures import question_of
from waternet.bank.amount import in_shares, most_figures
from waternet.bank.asking import ask_figures, gather_figures
from waternet.bank.catalogue import Series
from waternet.bank.citation import cite
from waternet.bank.discovery import find_datastreams
from waternet.bank.question import Question
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank

__all__ = ["described", "figures_download", "gathered_download", "sources_of"]

_SHARE = 500_000  # figures that are held in memory at once
_FEW = 20  # places are looked up one by one; more, all of their parties

Ask = Callable[[Sequence[str] | Selection], pa.Table]


def figures_download(asked: Asked, form: Form) -> Download:
    """Return the figures that a request asks for, as published or gathered.

    Raises
    ------
    Problem
        They are too many for that form.
    """
    bank, question = asked.bank, question_of(asked)

    def ask(datastreams: Sequence[str] | Selection) -> pa.Table:
        return ask_figures(bank, datastreams, question)

    return _in_shares(asked, form, question, ask)


def gathered_download(asked: Asked, form: Form) -> Download:
    """Return every statistic of each period that a request asks for."""
    bank, question = asked.bank, question_of(asked)
    percents = asked.values.get("percentiles", ())

    def ask(datastreams: Sequence[str] | Selection) -> pa.Table:
        return gather_figures(bank, datastreams, question, percents)

    return _in_shares(asked, form, question, ask)


def sources_of(asked: Asked) -> list[dict[str, Any]]:
    """Return what must be said of the releases that a request's figures come from."""
    bank, question = asked.bank, question_of(asked)
    series = choose_series(bank, chosen(asked))
    return cite(bank, amount_of(bank, series, question).releases)


def described(bank: Bank, datastreams: Sequence[str] | Selection) -> pa.Table:
    """Return what describes the datastreams that were chosen, by address."""
    if isinstance(datastreams, Selection):
        return find_datastreams(bank, datastreams)
    named = dict[tuple[str, str], list[str]]()
    for address in datastreams:
        party, _, name = address.partition(":")
        named.setdefault((party, name.partition("/")[0]), []).append(name)
    if len(named) > _FEW:
        whole = dict[tuple[str, str], list[str]]()
        for (party, _), names in named.items():
            whole.setdefault((party, ""), []).extend(names)
        named = whole
    found = []
    for (party, feature), names in named.items():
        table = find_datastreams(bank, Selection(party=party, feature=feature))
        wanted = pa.array(names, pa.string())
        found.append(table.filter(pc.is_in(table["datastream"], wanted)))
    return pa.concat_tables(found)


def _in_shares(asked: Asked, form: Form, question: Question, ask: Ask) -> Download:
    """Ask in shares that memory holds, unless one share is all."""
    bank, name = asked.bank, asked.operation.name.removeprefix("data-")
    picked = chosen(asked)
    series = choose_series(bank, picked)
    held = most_figures(bank, series, question)
    most = sum(held.values())
    beside = {"datastreams": lambda: described(bank, picked)}
    amount = _verified(bank, series, question, form, most)
    if most <= _SHARE:
        table = ask(picked)
        releases = amount.releases if amount else table
        return Download(name, most, iter([table]), cite(bank, releases), beside)
    amount = amount or amount_of(bank, series, question)
    parts = _parts(ask, in_shares(series, held, _SHARE))
    return Download(name, amount.rows, parts, cite(bank, amount.releases), beside)


def _verified(
    bank: Bank,
    series: Sequence[Series],
    question: Question,
    form: Form,
    most: int,
) -> Amount | None:
    """Return how much it is where that must be counted, once it is not too much.

    The releases behind a statistic are known only by counting: its row names the newest
    alone.
    """
    if not question.aggregate and most <= form.most_rows:
        return None
    amount = amount_of(bank, series, question)
    verify_amount(form, amount)
    return amount


def _parts(ask: Ask, shares: Iterator[list[Series]]) -> Iterator[pa.Table]:
    for share in shares:
        yield ask([one.address for one in share])
