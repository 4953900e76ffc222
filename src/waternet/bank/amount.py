"""How many figures a question is about, and which releases they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from waternet.bank.aggregate import USABLE
from waternet.bank.catalogue import Series
from waternet.bank.extent import extents
from waternet.bank.labels import to_microseconds
from waternet.bank.question import Question
from waternet.bank.rows import read_standing
from waternet.bank.scan import ask, party_files, standing
from waternet.bank.store import Bank
from waternet.observation.vocabulary import Grade

__all__ = ["count_beyond", "count_by_release", "in_shares", "most_figures"]

_FEW = 200_000  # figures
_AMOUNT = pa.schema(
    [("party", pa.string()), ("release", pa.int32()), ("figures", pa.int64())]
)


def count_by_release(
    bank: Bank, series: Sequence[Series], question: Question
) -> pa.Table:
    """Return how many figures of each release a question is about.

    Parameters
    ----------
    series : sequence of Series
    question : Question
        Figures that it gathers are counted one by one.

    Returns
    -------
    pyarrow.Table, (n,), by party and release
        party, release, figures.
    """
    if sum(most_figures(bank, series, question).values()) <= _FEW:
        return _count_read(bank, series, question)
    cutoffs = bank.cutoffs(question.as_of)
    relation = standing(bank, series, cutoffs, is_counted=True)
    if not relation.sql:
        return _AMOUNT.empty_table()
    parts, values = ["true"], relation.values
    for name, limit, sign in (
        ("since", question.start, ">="),
        ("to", question.end, "<"),
    ):
        if limit is not None:
            parts.append(f"t {sign} make_timestamp($amount_{name})")
            values[f"amount_{name}"] = to_microseconds(limit, 0)
    grades = question.grades or (USABLE if question.aggregate else tuple(Grade))
    if len(set(grades)) < len(Grade):
        parts.append("list_contains($amount_grades, grade)")
        values["amount_grades"] = [int(grade) for grade in grades]
    parties = sorted({one.party for one in series})
    values["amount_series"] = [one.id for one in series]
    values["amount_party"] = [parties.index(one.party) for one in series]
    rows = ask(
        bank,
        "WITH owner AS (SELECT unnest($amount_series)::INTEGER AS series_id, "
        "unnest($amount_party)::INTEGER AS owner) "
        "SELECT owner, release, count(*) AS figures "
        f"FROM ({relation.sql}) JOIN owner USING (series_id) "
        f"WHERE {' AND '.join(parts)} GROUP BY ALL ORDER BY ALL",
        values,
    )
    party = pa.array(parties, pa.string()).take(rows["owner"])
    return pa.table([party, rows["release"], rows["figures"]], schema=_AMOUNT)


def _count_read(bank: Bank, series: Sequence[Series], question: Question) -> pa.Table:
    """Count few figures by reading them, which takes less than to ask the engine."""
    period = (
        to_microseconds(question.start, -(2**63)),
        to_microseconds(question.end, 2**63 - 1),
    )
    rows = read_standing(bank, series, period, bank.cutoffs(question.as_of))
    grades = question.grades or (USABLE if question.aggregate else tuple(Grade))
    if len(set(grades)) < len(Grade):
        rows = rows.filter(np.isin(rows["grade"].to_numpy(), grades))
    parties = sorted({one.party for one in series})
    owner = {one.id: parties.index(one.party) for one in series}
    ids, of_row = np.unique(rows["series_id"].to_numpy(), return_inverse=True)
    owners = np.array([owner[int(one)] for one in ids], np.int64)[of_row]
    # Parties and releases, as one number each.
    both, figures = np.unique(
        owners << 32 | rows["release"].to_numpy().astype(np.int64), return_counts=True
    )
    party = pa.array(parties, pa.string()).take(pa.array(both >> 32))
    releases = pa.array((both & 0xFFFFFFFF).astype(np.int32))
    return pa.table([party, releases, pa.array(figures)], schema=_AMOUNT)


def most_figures(
    bank: Bank, series: Sequence[Series], question: Question
) -> dict[int, int]:
    """Return, by series id, how many figures there are at most: of all times."""
    table = extents(bank, series, question.as_of).table
    ids, figures = table["series_id"].to_pylist(), table["figures"].to_pylist()
    return dict(zip(ids, figures, strict=True))


def count_beyond(
    bank: Bank, series: Sequence[Series], question: Question, most: int
) -> int:
    """Return how many figures a question is about if they are more than `most`, else 0.

    Nothing is read where the files hold no more rows than that.
    """
    if _rows_held(bank, series) <= most:
        return 0
    if sum(most_figures(bank, series, question).values()) <= most:
        return 0
    counts = count_by_release(bank, series, question)["figures"].to_numpy()
    found = int(counts.sum())
    return found if found > most else 0


def _rows_held(bank: Bank, series: Sequence[Series]) -> int:
    ordered = sorted(series, key=lambda one: (one.party, one.id))
    return sum(
        file.rows
        for _, ones in groupby(ordered, lambda one: one.party)
        for file in party_files(bank, list(ones))
    )


def in_shares(
    series: Sequence[Series], figures: dict[int, int], most: int
) -> Iterator[list[Series]]:
    """Yield series, in their order, in groups that hold at most so many figures.

    One that alone holds more is a group of its own. Those without figures are left
    out.

    Examples
    --------
    >>> one, two = Series(1, "a", "x", 1, ()), Series(2, "a", "y", 1, ())
    >>> [len(share) for share in in_shares([one, two], {1: 5, 2: 6}, 10)]
    [1, 1]
    """
    share, held = list[Series](), 0
    for one in series:
        more = figures.get(one.id, 0)
        if share and held + more > most:
            yield share
            share, held = [], 0
        if more:
            share.append(one)
            held += more
    if share:
        yield share
