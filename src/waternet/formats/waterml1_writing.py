"""Sites, variables and time series written as WaterML 1.1, CUAHSI's WaterOneFlow.

A party is a network of sites: site ``jordan:W1``. A variable is a quantity with its
statistic and interval, ``discharge.mean.P1D`` in the vocabulary ``waternet``.

References
----------
CUAHSI WaterML 1.1 schema; OGC 07-041r1 (WaterML 1.0), on which it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import numpy as np
import pyarrow as pa

from waternet.formats.series_writing import (
    WrittenSeries,
    joined,
    local_times,
    quoted,
    texts_of_rows,
    xml_text,
)
from waternet.formats.waterml1_description import (
    method_xml,
    site_xml,
    variable_code,
    variable_xml,
)
from waternet.formats.writing import to_iso
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import Censor, Grade, Status
from waternet.observation.zone import find_zone

__all__ = [
    "WrittenSite",
    "write_sites",
    "write_time_series",
    "write_variables",
]

_NAMES = (
    'xmlns="http://www.cuahsi.org/waterML/1.1/" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_CENSOR = {Censor.NONE: "nc", Censor.BELOW: "lt", Censor.ABOVE: "gt"}
_CENSORED = {"nc": "not censored", "lt": "less than", "gt": "greater than"}
_BATCH = 65_536  # values


@dataclass(frozen=True, slots=True)
class WrittenSite:
    """A place with what is measured there, as a catalogue lists it.

    Attributes
    ----------
    party : str
    place : Place
    zone : str
        By whose clock its days begin.
    series : sequence of (Datastream, int, datetime, datetime)
        What is measured, how many figures, the times of the first and the last (UTC).
        Empty where only sites are listed.
    """

    party: str
    place: Place
    zone: str
    series: Sequence[tuple[Datastream, int, datetime, datetime]] = ()


def write_time_series(
    members: Iterable[WrittenSeries], sink: IO[bytes], asked: Mapping[str, str]
) -> None:
    """Write series of any parties as one `timeSeriesResponse`.

    Parameters
    ----------
    members : iterable of WrittenSeries
    sink : binary file
    asked : mapping of str to str
        What was asked for; it is repeated.

    Notes
    -----
    `waternet.formats.waterml1` reads back value, limit, remarks, time, offset, unit,
    procedure and position. The remarks of a value are its own, then its status unless
    it is measured, then its grade if it is suspect or bad. Not written: the end of an
    interval, which the variable's time scale says, and other names than one.
    """
    sink.write(_opening("timeSeriesResponse", "GetValues", asked).encode())
    for number, member in enumerate(members, 1):
        for text in _time_series(number, member):
            sink.write(text.encode())
    sink.write(b"</timeSeriesResponse>\n")


def write_sites(
    sites: Iterable[WrittenSite],
    sink: IO[bytes],
    method: str,
    asked: Mapping[str, str],
) -> None:
    """Write sites as a `sitesResponse`, with their series where they have any.

    Parameters
    ----------
    method : str
        'GetSites' or 'GetSiteInfo'.
    """
    sink.write(_opening("sitesResponse", method, asked).encode())
    for site in sites:
        place = site.place
        sink.write(b"<site><siteInfo>")
        sink.write(site_xml(site.party, place.id, place, site.zone).encode())
        sink.write(b"</siteInfo>")
        if site.series:
            sink.write(b'<seriesCatalog menuGroupName="Waternet">')
            for one in site.series:
                sink.write(_catalogued(site, *one).encode())
            sink.write(b"</seriesCatalog>")
        sink.write(b"</site>\n")
    sink.write(b"</sitesResponse>\n")


def write_variables(
    datastreams: Iterable[Datastream], sink: IO[bytes], asked: Mapping[str, str]
) -> None:
    """Write the variables of datastreams, each once, as a `variablesResponse`."""
    known = {(variable_code(one), one.unit): one for one in datastreams}
    sink.write(_opening("variablesResponse", "GetVariables", asked).encode())
    sink.write(b"<variables>\n")
    for _, datastream in sorted(known.items()):
        sink.write(f"{variable_xml(datastream)}\n".encode())
    sink.write(b"</variables></variablesResponse>\n")


def _opening(root: str, method: str, asked: Mapping[str, str]) -> str:
    told = "".join(
        f"<parameter name={quoted(name)} value={quoted(value)}/>"
        for name, value in asked.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_NAMES}><queryInfo>'
        f'<criteria MethodCalled="{method}">{told}</criteria></queryInfo>\n'
    )


def _time_series(number: int, member: WrittenSeries) -> Iterator[str]:
    datastream, rows = member.datastream, member.rows
    no_data = _no_data(rows)
    yield f"<timeSeries name={quoted(datastream.name)}>"
    yield '<sourceInfo xsi:type="SiteInfoType">'
    yield site_xml(member.party, datastream.feature, member.place, datastream.zone)
    yield f"</sourceInfo>\n{variable_xml(datastream, no_data)}\n<values>\n"
    level = _level(rows)
    for at in range(0, rows.num_rows, _BATCH):
        yield _values(rows.slice(at, _BATCH), member, level)
    for code in sorted(_remarks(rows)):
        yield f"<qualifier><qualifierCode>{xml_text(code)}</qualifierCode></qualifier>"
    yield (
        f'<qualityControlLevel qualityControlLevelID="{level}">'
        f"<qualityControlLevelCode>{level}</qualityControlLevelCode>"
        f"<definition>{('Raw data', 'Quality controlled data')[level]}</definition>"
        "</qualityControlLevel>\n"
    )
    yield method_xml(number, datastream)
    yield _source(number, member)
    for code, said in _CENSORED.items():
        yield (
            f"<censorCode><censorCode>{code}</censorCode>"
            f"<censorCodeDescription>{said}</censorCodeDescription></censorCode>"
        )
    yield "</values></timeSeries>\n"


def _values(rows: pa.Table, member: WrittenSeries, level: int) -> str:
    times, offsets = local_times(rows)
    codes = offsets.dictionary_encode()
    ends = pa.array([_clock(one) for one in codes.dictionary.to_pylist()], pa.string())
    method, source = quoted(member.datastream.procedure), quoted(member.party or "own")
    said = f' methodCode={method} sourceCode={source} qualityControlLevelCode="{level}"'
    return joined(
        *('<value dateTime="', times, ends.take(codes.indices), ' dateTimeUTC="'),
        *(to_iso(rows["time"].combine_chunks()), f'"{said}'),
        texts_of_rows(rows, ("censor", "status", "grade", "qualifier"), _attributes),
        *(">", rows["value"].combine_chunks().cast(pa.string()), "</value>\n"),
    )


def _clock(offset: str) -> str:
    return 'Z"' if offset == "Z" else f'" timeOffset="{offset}"'


def _attributes(censor: int, status: int, grade: int, qualifier: str | None) -> str:
    said = _said(status, grade, qualifier)
    told = f" qualifiers={quoted(' '.join(said))}" if said else ""
    return f' censorCode="{_CENSOR[Censor(censor)]}"{told}'


def _said(status: int, grade: int, qualifier: str | None) -> list[str]:
    """Return the remarks on a value."""
    said = (qualifier or "").replace(",", " ").split()
    if status != Status.MEASURED:
        said.append(Status(status).name.lower())
    if grade in (Grade.SUSPECT, Grade.BAD):
        said.append(Grade(grade).name.lower())
    return said


def _remarks(rows: pa.Table) -> set[str]:
    """Return every remark that some value has."""
    names = ["status", "grade", "qualifier"]
    plain = rows.select(names)
    column = plain["qualifier"].cast(pa.string())
    plain = plain.set_column(2, "qualifier", column)
    known = plain.group_by(names).aggregate([]).to_pylist()
    return {code for one in known for code in _said(*(one[name] for name in names))}


def _level(rows: pa.Table) -> int:
    """Return CUAHSI's quality-control level: 1 where every value was checked."""
    grades = rows["grade"].to_numpy()
    return int(len(grades) > 0 and bool((grades != Grade.UNCHECKED).all()))


def _no_data(rows: pa.Table) -> str:
    """Return a number that is none of the values."""
    values = np.asarray(rows["value"].to_numpy())
    number = -9999
    while (values == number).any():
        number = number * 10 - 9
    return str(number)


def _source(number: int, member: WrittenSeries) -> str:
    party = xml_text(member.party or "own")
    cited = "".join(f"{xml_text(line)}\n" for line in member.citation)
    return (
        f'<source sourceID="{number}"><sourceCode>{party}</sourceCode>'
        f"<organization>{party}</organization>"
        f"<citation>{cited.rstrip()}</citation></source>\n"
    )


def _catalogued(
    site: WrittenSite,
    datastream: Datastream,
    figures: int,
    first: datetime,
    last: datetime,
) -> str:
    begin, end = (
        when.replace(tzinfo=UTC).astimezone(find_zone(site.zone))
        for when in (first, last)
    )
    return (
        f"<series>{variable_xml(datastream)}<valueCount>{figures}</valueCount>"
        '<variableTimeInterval xsi:type="TimeIntervalType">'
        f"<beginDateTime>{begin.replace(tzinfo=None).isoformat()}</beginDateTime>"
        f"<endDateTime>{end.replace(tzinfo=None).isoformat()}</endDateTime>"
        f"<beginDateTimeUTC>{first.isoformat()}</beginDateTimeUTC>"
        f"<endDateTimeUTC>{last.isoformat()}</endDateTimeUTC></variableTimeInterval>"
        f"{method_xml(1, datastream)}"
        f'<source sourceID="1"><sourceCode>{xml_text(site.party)}</sourceCode>'
        f"<organization>{xml_text(site.party)}</organization></source></series>\n"
    )
