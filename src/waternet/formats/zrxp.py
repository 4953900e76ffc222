"""KISTERS ZRXP: the exchange format of WISKI.

Sources: KISTERS, 'Data Exchange Format ZRXP', user manual; HyQuest, iRIS user manual,
section 'ZRXP File Formats' (segments, headers, ISO 8859-1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.channels import Track
from waternet.formats.clocks import find_offset
from waternet.formats.lines import TextLines, decode_head, read_lines
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = ["is_zrxp", "list_series"]

# The key and its value stand together: '#SANR16579|*|'. Longer keys go first.
_KEYS = (
    *("ZRXPVERSION", "ZRXPCREATOR", "ZRXPMODE", "REXCHANGE", "RINVAL", "RTIMELVL"),
    *("RTYPE", "RORPR", "RSTATE", "RNR", "SANR", "SNAME", "SWATER", "CDASANAME"),
    *("CDASA", "CCHANNELNO", "CCHANNEL", "CMW", "CNAME", "CNR", "CUNIT", "CTYPE"),
    *("CTAGKEY", "CTAG", "XVLID", "XTRUNCATE", "TSPATH", "METCODE", "METERNUMBER"),
    *("EDIS", "TZ", "ZDATE", "LAYOUT", "TASKID", "SOURCESYSTEM", "SOURCEID"),
)
_HEADER = re.compile(r"^#(?:ZRXPVERSION|REXCHANGE|SANR|LAYOUT\(|TSPATH|CDASA)", re.M)
_ENDS = ("|*|", ";*;")
_GAP = "-777"  # where RINVAL is not given
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d(?:\.\d+)?)?)?", re.ASCII)
_FIELD = re.compile(r'"[^"]*"|\S+')
_ZONES = {"MEZ": "+01:00", "CET": "+01:00", "MESZ": "+02:00", "UTC": "UTC"}
_ZONES |= {"GMT": "UTC", "UTC0": "UTC", "GMT0": "UTC"}
_IANA = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z_/+-]+[0-9]{0,2}", re.ASCII)
_DAY = 1440  # minutes
_PLAIN_LAYOUT = ("timestamp", "value")


def is_zrxp(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file begins with a header of ZRXP."""
    text = decode_head(head)
    return _HEADER.search(text) is not None and any(end in text for end in _ENDS)


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return every block of a ZRXP file as a series.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8; ISO 8859-1 is the format's.

    Returns
    -------
    SeriesDocument
        A point's number is its line. Without RINVAL, -777 is a gap. Status columns
        and remarks are qualifiers: what a status number means is each system's own.

    Raises
    ------
    NotAcceptable
        It is no such text, or has no header.

    Notes
    -----
    The format does not say whether a time is the beginning or the end of what a mean
    stands for; stamps are taken as the beginning unless the recipe says otherwise.
    """
    lines = read_lines(path, table, written_in="cp1252")
    blocks = _Blocks(lines)
    series = tuple(blocks)
    if not series:
        raise NotAcceptable(
            f"{path.name}: no header of ZRXP", hint="it begins '#REXCHANGE...|*|'"
        )
    return SeriesDocument(series, tuple(blocks.rejects), lines.notices)


class _Blocks:
    """The blocks of a file, each a header and its lines."""

    def __init__(self, lines: TextLines) -> None:
        self._lines = lines
        self.rejects: list[Reject] = []

    def __iter__(self) -> Iterator[SourceSeries]:
        header: dict[str, str] = {}
        track = Track()
        is_body = False
        for number, raw in self._lines:
            line = raw.strip()
            if not line or line.startswith("##"):
                continue
            if line.startswith("#"):
                more = _read_header(line)
                # A key that is there already begins the next block, even of no points.
                if is_body or header.keys() & more.keys():
                    yield _series(header, track)
                    header, track, is_body = {}, Track(), False
                header |= more
            elif header:
                is_body = True
                self._add_point(track, header, number, line)
            else:
                self._reject(number, line, "a line before any header")
        if header:
            yield _series(header, track)

    def _add_point(
        self, track: Track, header: Mapping[str, str], number: int, line: str
    ) -> None:
        layout = _layout(header.get("LAYOUT", ""))
        fields = [field.strip('"') for field in _FIELD.findall(line)]
        cells = dict(zip(layout, fields, strict=False))
        if "timestamp" not in cells or "value" not in cells:
            self._reject(number, line, "not written as the LAYOUT says", layout)
            return
        value = cells["value"]
        if is_sentinel(value, header.get("RINVAL") or _GAP):
            value = ""
        remarks = (
            cells[name] for name in layout[: len(fields)] if name not in _PLAIN_LAYOUT
        )
        track.add(
            number, _iso(cells["timestamp"]), value, clean_text(" ".join(remarks))
        )

    def _reject(
        self, number: int, line: str, reason: str, layout: Sequence[str] = ()
    ) -> None:
        file, expected = self._lines.path.name, " ".join(layout[:20])[:200]
        self.rejects.append(Reject(file, "", number, "", line[:200], reason, expected))


def _read_header(line: str) -> dict[str, str]:
    """Return the keys and values of one header line; unknown keys are passed over."""
    end = next((sign for sign in _ENDS if sign in line), _ENDS[0])
    found = {}
    for part in line.lstrip("#").split(end):
        text = part.strip()
        key = max((key for key in _KEYS if text.startswith(key)), key=len, default="")
        if key:
            found[key] = text.removeprefix(key).strip()
    return found


@lru_cache(maxsize=4)  # asked for at every line
def _layout(written: str) -> tuple[str, ...]:
    """Return the columns' names in lower case."""
    inside = written.strip("() ")
    if not inside:
        return _PLAIN_LAYOUT
    return tuple(name.strip().casefold() for name in inside.split(","))


def _iso(stamp: str) -> str:
    """Return YYYYMMDDhhmmss as ISO text; another text stays, to be refused later."""
    match = _STAMP.fullmatch(stamp)
    if match is None:
        return stamp
    year, month, day, hour, minute, second = match.groups()
    clock = f"T{hour}:{minute}:{second or '00'}" if hour else ""
    return f"{year}-{month}-{day}{clock}"


def _series(header: Mapping[str, str], track: Track) -> SourceSeries:
    path = [part for part in header.get("TSPATH", "").split("/") if part]
    feature = header.get("SANR") or (path[1] if len(path) == 4 else "")
    names = (header.get(key, "") for key in ("CNR", "CNAME", "REXCHANGE"))
    unit = header.get("CUNIT", "")
    statistic, interval = _statistic(header)
    river = header.get("SWATER", "").strip("-")
    return SourceSeries(
        feature=feature or header.get("REXCHANGE", ""),
        quantities=tuple(dict.fromkeys(name for name in names if name)) or ("",),
        points=track.points(),
        name=header.get("SNAME") or header.get("CDASANAME", ""),
        unit=unit,
        ucum=to_ucum(unit),
        statistic=statistic,
        interval=interval,
        zone=_zone(header.get("TZ", "")),
        procedure=path[-1] if path else header.get("RTIMELVL", ""),
        attributes={"river": river} if river else {},
    )


def _statistic(header: Mapping[str, str]) -> tuple[str, str]:
    """Return 'mean' and its interval where type and number of values a day say so."""
    count = header.get("CMW", "")
    if not header.get("RTYPE", "").casefold().startswith("mean"):
        return "", ""
    if not re.fullmatch("[1-9][0-9]{0,3}", count) or _DAY % int(count):
        return "", ""
    minutes = _DAY // int(count)
    if minutes == _DAY:
        return "mean", "P1D"
    return "mean", f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def _zone(written: str) -> str:
    """Return a fixed offset or IANA name; '' where the text is not known to be one."""
    if written in _ZONES:
        return _ZONES[written]
    # IANA's Etc/GMT-1 is an hour ahead of UTC: its sign is the other way round.
    if _IANA.fullmatch(written):
        return written
    return find_offset(written)
