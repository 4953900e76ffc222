"""Files read, checked and kept as a pending import, beside the bare parser.

The bare parser makes columns of the file and nothing else: no station, no clock, no
report of bad cells, no order, no check, no hash, nothing durable. Of CSV there are
two: pyarrow, which reads on all cores and is what Waternet itself reads with, and
Python's own `csv` with each cell made a number or a time, as a short script does.
"""

from __future__ import annotations

import csv
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from python_calamine import CalamineWorkbook

from benchmarks.figure import figure
from benchmarks.ingest import RECIPE, write_csv

ROWS, SHEET_ROWS = 10_000_000, 100_000
TURNS = 3  # the medians count
SUGGESTED = 100_000_000  # bytes


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    rows, sheet_rows = (ROWS // 10, SHEET_ROWS // 10) if quick else (ROWS, SHEET_ROWS)
    text, sheet = folder / "levels.csv", folder / "levels.xlsx"
    write_csv(text, rows)
    write_workbook(sheet, sheet_rows)
    own, pyarrow, script = turns(
        lambda: import_seconds(text, RECIPE, folder),
        lambda: seconds(lambda: read_with_pyarrow(text)),
        lambda: seconds(lambda: read_with_csv(text)),
    )
    yield figure(
        "formats: import of a CSV with checks",
        rows / own / 1e6,
        "Mrow/s",
        ("bare pyarrow, all cores", rows / pyarrow / 1e6),
        least=0.5,
    )
    yield figure(
        "formats: the same, beside a script",
        rows / own / 1e6,
        "Mrow/s",
        ("bare csv of Python", rows / script / 1e6),
        least=0.5,
    )
    own, bare = turns(
        lambda: import_seconds(sheet, EXCEL, folder),
        lambda: seconds(
            lambda: CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
        ),
    )
    yield figure(
        "formats: import of a workbook with checks",
        sheet_rows / own / 1e3,
        "krow/s",
        ("bare calamine", sheet_rows / bare / 1e3),
        least=0.5,
    )
    yield figure(
        "formats: a recipe suggested for 100 MB",
        suggestion_seconds(text, folder / "large.csv"),
        "s",
        most=3,
    )


def turns(*measured: Callable[[], float]) -> list[float]:
    """Return the median of each, measured in turns."""
    found = [[one() for one in measured] for _ in range(TURNS)]
    return [statistics.median(each) for each in zip(*found, strict=True)]


def seconds(act: Callable[[], object]) -> float:
    """Return how long it takes by the clock."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def import_seconds(file: Path, recipe: str, folder: Path) -> float:
    """Import into a fresh node: read, checked, hashed, durable."""
    from tempfile import mkdtemp

    from waternet.node.folder import Dataset, Profile, create_node
    from waternet.node.importing import import_file

    terms = Dataset("levels", "CC0-1.0", "benchmark")
    profile = Profile("bench", "waternet/bench", {"en": "Bench"}, (terms,))
    place = Path(mkdtemp(dir=folder))
    node = create_node(place / "node", profile, "")
    said = place / "recipe.toml"
    said.write_text(recipe, encoding="utf-8")
    with node.writing():
        return seconds(lambda: import_file(node, file, said))


def read_with_pyarrow(path: Path) -> pa.Table:
    """Read with types given."""
    types = {
        "station": pa.dictionary(pa.int32(), pa.string()),
        "time": pa.timestamp("us"),
        "level": pa.float64(),
    }
    options = pa_csv.ConvertOptions(column_types=types)
    return pa_csv.read_csv(path, convert_options=options)


def read_with_csv(path: Path) -> list[tuple[str, datetime, float]]:
    """Read row by row, each cell made what it is."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return [(a, datetime.fromisoformat(b), float(c)) for a, b, c in rows]


WELLS = 100
QUANTITIES = {
    "level": ("groundwater-level", "m", 400.0),
    "temperature": ("water-temperature", "Cel", 20.0),
    "conductivity": ("electrical-conductivity", "uS/cm", 800.0),
    "chloride": ("chloride", "mg/L", 100.0),
}
EXCEL = RECIPE.partition("[[value]]")[0].replace('"delimited"', '"excel"').replace(
    'column = "time"', 'column = "time"\nformat = "serial"'
) + "".join(
    f"""
[[value]]
column = "{column}"
observed_property = "{term}"
unit = "{unit}"
"""
    for column, (term, unit, _) in QUANTITIES.items()
)


def write_workbook(path: Path, rows: int) -> None:
    """Write a sheet of station, day number and readings, as spreadsheets save it."""
    generator = np.random.default_rng(7)
    days = -(-rows // WELLS)
    usual = np.array([usual for _, _, usual in QUANTITIES.values()])
    walks = generator.normal(0, 0.02, (days, len(QUANTITIES), WELLS)).cumsum(axis=0)
    headings = ("station", "time", *QUANTITIES)
    texts = [f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in headings]
    body = [f"<row>{''.join(texts)}</row>"]
    for number in range(rows):
        day, station = divmod(number, WELLS)
        cells = np.round(walks[day, :, station] + usual, 2).tolist()
        body.append(
            f"<row><c t='inlineStr'><is><t>W{station:03d}</t></is></c>"
            f"<c><v>{40_000 + day}</v></c>"
            + "".join(f"<c><v>{cell}</v></c>" for cell in cells)
            + "</row>"
        )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {
            "[Content_Types].xml": f"<Types xmlns='{package}/content-types'>"
            "<Default Extension='rels' ContentType='application/vnd.openxmlformats-"
            "package.relationships+xml'/><Override PartName='/xl/workbook.xml' "
            f"ContentType='{sheet}.sheet.main+xml'/><Override PartName="
            f"'/xl/worksheets/sheet1.xml' ContentType='{sheet}.worksheet+xml'/>"
            "</Types>",
            "_rels/.rels": f"<Relationships xmlns='{package}/relationships'>"
            f"<Relationship Id='r1' Type='{office}/officeDocument' "
            "Target='xl/workbook.xml'/></Relationships>",
            "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{office}'><sheets>"
            "<sheet name='levels' sheetId='1' r:id='r1'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/"
            f"relationships'><Relationship Id='r1' Type='{office}/worksheet' "
            "Target='worksheets/sheet1.xml'/></Relationships>",
            "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{main}'><sheetData>"
            + "".join(body)
            + "</sheetData></worksheet>",
        }.items():
            archive.writestr(name, text)


def suggestion_seconds(small: Path, large: Path) -> float:
    """Suggest a recipe for a file of 100 MB made of the rows of another."""
    from waternet.formats.suggest import suggest_recipe

    text = small.read_bytes()
    head, _, body = text.partition(b"\n")
    times = -(-SUGGESTED // len(text))
    large.write_bytes(head + b"\n" + body[:SUGGESTED] * times)
    return statistics.median(
        seconds(lambda: suggest_recipe(large)) for _ in range(TURNS)
    )
