"""One answer as a file: written in a form, with whose figures they are."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.answer import Answer, SpooledFile
from waternet.api.asked import Asked
from waternet.api.downloads.forms import Form
from waternet.api.figures import asked_plainly
from waternet.api.problem import Problem
from waternet.bank.citation import DISCLAIMER, in_one_line
from waternet.bank.words import in_words
from waternet.formats.excel_writing import Sheet, write_workbook
from waternet.formats.streaming import (
    write_arrow_parts,
    write_csv_parts,
    write_json_parts,
    write_parquet_parts,
)

__all__ = ["Download", "spooled", "write_download"]

Parts: TypeAlias = Iterator[pa.Table]

_IN_MEMORY = 50_000  # rows; a longer answer lies on disk until it is sent
_LARGE = 1_000_000  # rows; of such answers a few are made at once, so that others go on
_AT_ONCE = BoundedSemaphore(3)
_CITATION: Final = pa.schema(
    [
        ("party", pa.string()),
        ("release", pa.int64()),
        *((name, pa.string()) for name in ("issued", "dataset", "title", "source")),
        *((name, pa.string()) for name in ("reason", "licence", "attribution")),
        *((name, pa.string()) for name in ("access", "sha256")),
        ("rows", pa.int64()),
        ("cite_as", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Download:
    """What is given out, before it has a form.

    Attributes
    ----------
    name : str
        'observations', 'stations'...; of the file, and of a workbook's first sheet.
    rows : int
        At most so many.
    parts : iterator of pyarrow.Table
        At least one, all with the same columns.
    citation : sequence of mapping
        What must be said of the releases, as `waternet.bank.citation.cite` returns it.
    beside : mapping of name to function that returns a pyarrow.Table
        What goes into a workbook or an archive as well.
    """

    name: str
    rows: int
    parts: Parts
    citation: Sequence[Mapping[str, Any]] = ()
    beside: Mapping[str, Callable[[], pa.Table]] = field(default_factory=dict)


def write_download(asked: Asked, form: Form, download: Download) -> Answer:
    """Return a download in its form.

    Every form says whose figures they are: JSON in members before the rows, Arrow and
    Parquet in the schema's metadata, a workbook on a sheet, an archive in a file of
    its own; CSV in the columns party, release and licence, and all of them by a link
    in the headers.
    """
    parts = (in_words(part) for part in download.parts)

    def write(sink: IO[bytes]) -> None:
        _WRITERS[form.name](asked, download, parts, sink)

    headers = _headers(asked, form, download)
    return spooled(write, form.media_type, download.rows, headers)


def spooled(
    write: Callable[[IO[bytes]], None],
    media_type: str,
    rows: int,
    headers: Mapping[str, str],
) -> Answer:
    """Return what is written as an answer: from memory where it is short, else a file.

    Parameters
    ----------
    write : function of a binary file
    media_type : str
    rows : int
        At most so many are written.
    headers : mapping of str to str

    Raises
    ------
    Problem
        It is large, and as many large ones as may be are being made (429).
    """
    if rows <= _IN_MEMORY:
        memory = BytesIO()
        write(memory)
        return Answer(memory.getvalue(), media_type, headers=headers)
    if rows <= _LARGE:
        return _on_disk(write, media_type, headers)
    if not _AT_ONCE.acquire(blocking=False):
        raise Problem(
            "TooOften",
            "several large downloads are being made at this moment",
            headers={"retry-after": "30"},
        )
    try:
        return _on_disk(write, media_type, headers)
    finally:
        _AT_ONCE.release()


def _on_disk(
    write: Callable[[IO[bytes]], None], media_type: str, headers: Mapping[str, str]
) -> Answer:
    number, name = tempfile.mkstemp(prefix="waternet-")
    try:
        with os.fdopen(number, "wb") as file:
            write(file)
        size = Path(name).stat().st_size
    except BaseException:
        Path(name).unlink()
        raise
    return Answer(SpooledFile(Path(name), size), media_type, headers=headers)


def _headers(asked: Asked, form: Form, download: Download) -> dict[str, str]:
    headers = {}
    if form.name not in ("json", "arrow", "waterml1", "waterml2"):
        name = f"waternet-{download.name}.{form.ending}"
        headers["content-disposition"] = f'attachment; filename="{name}"'
    query = _without_form(asked.query)
    if download.name == "observations":
        headers["link"] = f'<{asked.url}/data/citation?{query}>; rel="cite-as"'
    elif download.citation and form.name != "json":
        said = f"{asked.url}/data/{download.name}?{query}&format=json"
        headers["link"] = f'<{said}>; rel="describedby"; type="application/json"'
    return headers


def _without_form(query: str) -> str:
    """Return a query, as it came, without what says the form; a header may hold it."""
    parts = [
        one
        for one in query.split("&")
        if one.partition("=")[0] not in ("format", "f", "lang", "")
    ]
    return "".join(
        one for one in "&".join(parts) if "!" <= one <= "~" and one not in '<>"'
    )


def _told(asked: Asked, download: Download) -> dict[str, Any]:
    return {
        "question": {"what": download.name, **asked_plainly(asked)},
        "positions": dict(asked.bank.view().positions),
        "disclaimer": DISCLAIMER,
        "citation": list(download.citation),
    }


def _write_json(
    asked: Asked, download: Download, parts: Parts, sink: IO[bytes]
) -> None:
    write_json_parts(parts, sink, _told(asked, download))


def _write_csv(
    _asked: Asked, download: Download, parts: Parts, sink: IO[bytes]
) -> None:
    write_csv_parts((_licensed(part, download.citation) for part in parts), sink)


def _write_arrow(
    asked: Asked, download: Download, parts: Parts, sink: IO[bytes]
) -> None:
    write_arrow_parts(parts, sink, _told(asked, download))


def _write_parquet(
    asked: Asked, download: Download, parts: Parts, sink: IO[bytes]
) -> None:
    write_parquet_parts(parts, sink, _told(asked, download))


def _write_workbook(
    _asked: Asked, download: Download, parts: Parts, sink: IO[bytes]
) -> None:
    sheets = [Sheet(download.name, parts)]
    sheets += [Sheet(name, [make()]) for name, make in download.beside.items()]
    if download.citation:
        sheets.append(Sheet("citations", [_cited(download.citation)]))
    write_workbook(sheets, sink)


def _write_archive(
    asked: Asked, download: Download, parts: Parts, sink: IO[bytes]
) -> None:
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def add(name: str, tables: Parts) -> None:
            with archive.open(f"{name}.csv", "w", force_zip64=True) as file:
                write_csv_parts(tables, file)

        add(download.name, parts)
        for name, make in download.beside.items():
            add(name, iter([make()]))
        if download.citation:
            add("citations", iter([_cited(download.citation)]))
        told = _told(asked, download)
        with (
            archive.open("CITATION.txt", "w") as file,
            TextIOWrapper(file, "utf-8", newline="\n") as text,
        ):
            text.writelines(f"{in_one_line(one)}\n" for one in download.citation)
            text.write(f"\n{DISCLAIMER}\n\n")
            text.writelines(
                f"{name}: {said}\n" for name, said in told["question"].items()
            )
            for party, entries in sorted(told["positions"].items()):
                text.write(f"entries of {party}: {entries}\n")


def _licensed(part: pa.Table, citation: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Add to each figure its licence: a row of CSV may be all that is left of it."""
    if not citation or not {"party", "release"} <= set(part.column_names):
        return part
    keys = [f"{one['party']}:{one['release']}" for one in citation]
    licences = pa.array([one["licence"] for one in citation], pa.string())
    release = part["release"].cast(pa.string())
    mine = pc.binary_join_element_wise(part["party"].cast(pa.string()), release, ":")
    place = pc.index_in(mine, pa.array(keys, pa.string())).combine_chunks()
    return part.append_column(
        "licence", pa.DictionaryArray.from_arrays(place, licences)
    )


def _cited(citation: Sequence[Mapping[str, Any]]) -> pa.Table:
    rows = [{**one, "cite_as": in_one_line(one)} for one in citation]
    return pa.Table.from_pylist(rows, schema=_CITATION)


_WRITERS: Mapping[str, Callable[[Asked, Download, Parts, IO[bytes]], None]] = {
    "json": _write_json,
    "csv": _write_csv,
    "arrow": _write_arrow,
    "parquet": _write_parquet,
    "xlsx": _write_workbook,
    "zip": _write_archive,
}
