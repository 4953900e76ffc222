"""A node that is asked: stations, datastreams and figures, each with their proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from waternet.client.answers import (
    Rows,
    Told,
    described,
    in_one,
    is_unchanged,
    places_asked,
    to_answer,
)
from waternet.client.asking import (
    Texts,
    Wanted,
    figure_parameters,
    one_or_many,
    wanted,
)
from waternet.client.asynchronous.tables import (
    AsyncFolderTables,
    AsyncHttpTables,
    AsyncTables,
)
from waternet.client.metadata import Answer
from waternet.client.moments import Time, period
from waternet.client.parts import Part, halves, in_parts
from waternet.client.progress import watched
from waternet.client.question import Question
from waternet.client.web import TooLarge
from waternet.errors import Conflict, NotAcceptable
from waternet.observation.zone import find_zone

__all__ = ["AsyncSource", "open_async"]

_AGAIN = 3  # times that a question in parts is begun anew


def open_async(location: str, *, key: str = "", language: str = "en") -> AsyncSource:
    """Open a node, to be asked.

    Parameters
    ----------
    location : str
        Its address, ``https://...``, or its folder on this machine.
    key : str
        Which the node gave to you; '' reads what anybody may. Of no use for a folder.
    language : str
        In which answers are shown, and refusals told: 'ar', 'he' or 'en'.

    Returns
    -------
    AsyncSource
        Close it at the end, or use it in a ``with`` block.

    Raises
    ------
    NotFound
        There is no node in that folder.
    NotAcceptable
        It is no address; or the key would go there in the open.
    """
    if language not in ("ar", "he", "en"):
        raise NotAcceptable(f"no language {language!r}", hint="one of ar, he, en")
    location = str(location)
    if "://" in location:
        return AsyncSource(AsyncHttpTables(location, key, language), language)
    return AsyncSource(AsyncFolderTables(location), language)


class AsyncSource:
    """One node; each answer is a data frame with its metadata.

    Filters are text, party, dataset, kind, feature, within (an area), bbox (west,
    south, east, north), observed_property, statistic_kind (the datastream's own) and
    interval, each one text or a list of which any may hold.
    """

    def __init__(self, tables: AsyncTables, language: str) -> None:
        self._tables = tables
        self._language = language

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._tables.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._tables.location}>"

    async def get_stations(self, text: Texts = None, **filters: Texts) -> Answer:
        """Return stations and areas.

        Parameters
        ----------
        text : str, or several
            Words of a name, in any language and usual spelling.
        **filters : str, or several

        Returns
        -------
        (DataFrame, Metadata)
            party, id, kind, names, longitude, latitude, elevation, vertical_datum,
            within, same_as, datastreams (how many), release.

        Raises
        ------
        NotAcceptable
            No such filter.
        """
        return await self._listed("stations", {"text": text, **filters})

    async def get_datastreams(self, text: Texts = None, **filters: Texts) -> Answer:
        """Return what is measured or reported, where, how, by whom, with its extent.

        Returns
        -------
        (DataFrame, Metadata)
            party, datastream, dataset, feature, observed_property, unit, statistic,
            interval, procedure, sampling, zone, figures, first, last, release; and
            address, by which figures are asked for.

        Raises
        ------
        NotAcceptable
            No such filter.
        """
        return await self._listed("datastreams", {"text": text, **filters})

    async def get_releases(self, party: Texts = None) -> Answer:
        """Return what one party, several or all have signed, newest first.

        Returns
        -------
        (DataFrame, Metadata)
            party, release, issued, kind, dataset, title, source, reason, rows, access,
            readers, withdrawn_by, finding.
        """
        return await self._listed("releases", {"party": party})

    async def get_groups(self) -> list[dict[str, str]]:
        """Return the working groups that were founded: 'group' (id) and 'name'."""
        told = await self._tables.read_group("", "")
        return [{"group": one["group"], "name": one["name"]} for one in told["groups"]]

    async def get_group(self, group: str, at: str = "") -> dict[str, Any]:
        """Return what stands in a working group, with the hash of it.

        Parameters
        ----------
        group : str
            Its name, or its id, of which eight digits will do.
        at : str
            As it stood at the end of that day: '1999-01-01'.

        Returns
        -------
        dict
            As ``waternet group state --json``: 'things', 'roles', 'refusals'... and
            'sha256', the same on every node that holds the same entries.

        Raises
        ------
        NotFound, Conflict
            There is no such group; or there are several of that name.
        """
        return await self._tables.read_group(group, at)

    async def get_observations(
        self,
        datastreams: Texts = None,
        start: Time = None,
        end: Time = None,
        *,
        as_of: Time = None,
        aggregate: str = "",
        statistic: str = "",
        zone: str = "",
        first_month: int = 0,
        unit: str = "",
        grades: Texts = None,
        **filters: Texts,
    ) -> Answer:
        """Return figures over a period.

        Parameters
        ----------
        datastreams : str, or several
            Addresses, 'party:feature/property' or longer; else filters say which.
        start, end : str, date, datetime or None
            Half-open; see `waternet.client.moments.period`: '2015', 'P7D',
            '2015/2016'.
        as_of : str, date or datetime
            The past to look from: a day, a time, or 'party:release'.
        aggregate : str
            'hour', 'day', 'month', 'season', 'year', 'hydrological-year', 'record';
            '' for figures as they were published.
        statistic : str
            'mean', 'minimum', 'maximum', 'total', 'count', 'p05'...
        zone : str
            In which days and years are counted, and times that say no zone are read;
            '' counts by each owner's own, and reads by UTC.
        first_month : int
            With which a hydrological year begins.
        unit : str
            UCUM code to convert to; '' is each datastream's own.
        grades : str, or several
            'unchecked', 'good', 'suspect', 'bad'.
        **filters : str, or several

        Returns
        -------
        (DataFrame, Metadata)
            party, datastream, unit, time, end, offset, value, censor ('<', '>', ''),
            grade, status, qualifier, release; of statistics n, expected, coverage and
            period besides.

        Raises
        ------
        NotFound
            An address names nothing.
        NotAcceptable
            A time, unit, period or filter cannot be meant.
        Conflict
            The node's bank kept changing while a long answer was read.
        """
        figures = figure_parameters(
            as_of=as_of,
            aggregate=aggregate,
            statistic=statistic,
            zone=zone,
            first_month=first_month,
            unit=unit,
            grades=grades,
        )
        chosen = wanted(datastreams, filters)
        clock = find_zone(zone or "UTC")
        span = period(start, end, datetime.now(UTC), clock)
        question = Question(chosen, figures, span)
        return await self._figures("observations", question)

    async def get_latest(
        self,
        datastreams: Texts = None,
        *,
        as_of: Time = None,
        unit: str = "",
        **filters: Texts,
    ) -> Answer:
        """Return the latest figure of each datastream.

        Parameters
        ----------
        datastreams : str, or several
            Addresses; else filters say which, or all.
        as_of, unit, **filters
            As `get_observations` takes them.

        Returns
        -------
        (DataFrame, Metadata)
            The columns of `get_observations`.
        """
        figures = figure_parameters(as_of=as_of, unit=unit)
        chosen = wanted(datastreams, filters)
        question = Question(chosen, figures, (None, None))
        return await self._figures("latest", question)

    async def compare(
        self,
        observed_property: str,
        places: Texts = None,
        start: Time = None,
        end: Time = None,
        *,
        as_of: Time = None,
        unit: str = "",
    ) -> Answer:
        """Return several parties' figures for one quantity side by side.

        Parameters
        ----------
        observed_property : str
        places : str, or several
            Shared names ('wikidata:Q23883') or 'party:id'; None is every place of
            which two parties have figures.
        start, end, as_of, unit
            As `get_observations` takes them.

        Returns
        -------
        (DataFrame, Metadata)
            feature, statistic, interval, time, party, datastream, value, unit, spread,
            published_value, published_unit, censor, grade, status, release. They are
            never averaged.
        """
        since, until = period(start, end, datetime.now(UTC))
        asked = {
            "observed_property": observed_property,
            **figure_parameters(as_of=as_of, unit=unit),
        }
        if chosen := one_or_many(places):
            asked["place"] = ",".join(chosen)
        query = Part(asked, (), since, until).parameters()
        table = await self._tables.read("compare", query)
        sent = (self._tables.told("compare", query),)
        location = self._tables.location
        return to_answer(table, Told("compare", location, query, sent, self._language))

    async def _listed(self, what: str, filters: Mapping[str, Texts]) -> Answer:
        chosen = wanted(None, filters)
        queries = chosen.filters
        tables = [await self._tables.read(what, query) for query in queries]
        sent = tuple(self._tables.told(what, query) for query in queries)
        location = self._tables.location
        told = Told(what, location, chosen.said, sent, self._language)
        return to_answer(in_one(tables, what), told)

    async def _figures(self, what: str, question: Question) -> Answer:
        """Ask for figures in as many parts as are needed, all of one state."""
        listing = await self._described(question.chosen)
        # One figure each is soon told, however many there are.
        held = [] if what == "latest" else listing
        parts = in_parts(question.whole(listing), held)
        for _attempt in range(_AGAIN):
            tables, sent = await self._in_parts(what, parts)
            if is_unchanged(tables):
                break
        else:
            raise Conflict(
                f"{self._tables.location} took new entries each time that this was "
                "read in parts",
                hint="ask again later, or for less at once",
            )
        table = in_one(tables, what, listing)
        stations = await self._stations(table, question.chosen)
        return to_answer(
            table,
            Told(what, self._tables.location, question.asked(), sent, self._language),
            listing,
            stations,
        )

    async def _in_parts(
        self, what: str, parts: Sequence[Part]
    ) -> tuple[list[pa.Table], tuple[str, ...]]:
        """Read parts in their order; one that is too large for the node in halves."""
        tables, sent, waiting = list[pa.Table](), list[str](), list(parts)
        with watched(len(parts), what) as tell:
            while waiting:
                part = waiting.pop(0)
                query = part.parameters()
                try:
                    tables.append(await self._tables.read(what, query))
                except TooLarge:
                    smaller = halves(part)
                    if not smaller:
                        raise
                    waiting[:0] = smaller
                    continue
                sent.append(self._tables.told(what, query))
                tell(max(0, len(parts) - len(waiting)))
        return tables, tuple(sent)

    async def _described(self, chosen: Wanted) -> Rows:
        """Return the datastreams that are meant, in the order asked."""
        queries = list(chosen.filters)
        if chosen.addresses:
            queries += [
                part.parameters()
                for part in in_parts(Part({}, chosen.addresses, None, None), ())
            ]
        tables = [await self._tables.read("datastreams", one) for one in queries]
        return described(tables, chosen)

    async def _stations(self, table: pa.Table, chosen: Wanted) -> Rows:
        """Return the stations that the figures are of."""
        queries, keep = places_asked(table, chosen)
        tables = [await self._tables.read("stations", one) for one in queries]
        rows = in_one(tables, "stations").to_pylist(maps_as_pydicts="strict")
        return [row for row in rows if (row["party"], row["id"]) in keep]
