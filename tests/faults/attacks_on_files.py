"""Attacks by files and by what travels over a line: each says what came of it."""

import io
import struct
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from bombs import bomb, keep
from faults.liar import Liar, lied_to
from faults.scenes import answers
from faults.threat import TAKEN, named
from parties import quiet

from waternet.errors import NotAcceptable
from waternet.formats import archive
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.writing import write_csv
from waternet.node.bounded import Limits
from waternet.node.follow import pull_folder
from waternet.node.intake import rebuild_bank
from waternet.node.probing import probe_blobs
from waternet.observation.table import SCHEMA
from waternet.record.blob import blob_path, write_observations
from waternet.record.entry import read_entry
from waternet.record.note import sign_note

LIMITS = Limits(memory=700 << 20, seconds=10)
AMPLE = Limits(memory=6 << 30, seconds=60)
WATERML = Recipe.from_toml(
    """
    format = "waterml"
    dataset = "levels"
    [[value]]
    column = "level"
    observed_property = "groundwater-level"
    unit = "m"
    """
)


# Figures


def _figures(liar: Liar) -> str:
    return blob_path(read_entry(liar.entries()[2]).references()["observations"].sha256)


def _forge(path: Path) -> None:
    """Put other figures in the place of those signed, in a file that reads well."""
    table = pq.read_table(path).select(SCHEMA.names).cast(SCHEMA)
    place = SCHEMA.get_field_index("value")
    forged = table.set_column(place, "value", pa.array([1.0] * table.num_rows))
    with path.open("wb") as sink:
        write_observations(forged, sink)


def _answered(party, told: str) -> str:
    figures = {row["value"] for row in answers(party.node)["observations"]}
    return "forged figures are answered" if 1.0 in figures else told


def forged_figures(folder: Path) -> str:
    """Show other figures under the name of those signed."""
    israel, liar = lied_to(folder)
    _forge(liar.public / _figures(liar))
    told = named(pull_folder(israel.node, liar.public, quiet).findings)
    return _answered(israel, told)


def forged_mirror(folder: Path) -> str:
    """Change figures on a reader's own disk; they read well."""
    israel, liar = lied_to(folder)
    pull_folder(israel.node, liar.public, quiet)
    _forge(israel.node.records("jordan") / _figures(liar))
    with israel.node.writing():
        told = rebuild_bank(israel.node, quiet)["findings"]
    return _answered(israel, told[0].partition(":")[0] if told else TAKEN)


def copy_unread(_card, source, blob, begun=()):
    """Copy a blob as it comes."""
    return source.chunks(blob_path(blob.reference.sha256), sum(map(len, begun)))


def parquet_bomb(folder: Path) -> str:
    """Sign a small file of which a page expands to 300 MiB."""
    probe = keep(folder, "bomb", bomb())
    return "stopped" if probe_blobs([probe], LIMITS) else TAKEN


# Files of an agency


def swelling_workbook(folder: Path) -> str:
    """Import a workbook that unpacks to 3 GiB."""
    path = folder / "levels.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/worksheets/sheet1.xml", "x" * 100)
    written = bytearray(path.read_bytes())
    place = written.index(b"PK\x01\x02")
    written[place + 24 : place + 28] = struct.pack("<I", 3 << 30)
    path.write_bytes(written)
    try:
        archive.verify_archive(path)
    except NotAcceptable:
        return "refused"
    return TAKEN


def entities(folder: Path) -> str:
    """Import XML that declares entities: they swell, or lead to a reader's file."""
    path = folder / "levels.xml"
    laughs = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    path.write_text(
        f"<?xml version='1.0'?><!DOCTYPE x [{laughs}]>"
        "<x xmlns='http://www.opengis.net/waterml/2.0'>&b;</x>"
    )
    try:
        read_file(path, WATERML)
    except NotAcceptable as error:
        return "refused" if "not safe XML" in str(error) else "expanded"
    return TAKEN


def formula(_folder: Path) -> str:
    """Export a text that a spreadsheet would run."""
    sink = io.BytesIO()
    texts = ["=1+1", "\t=1+1", "\r=1+1", "@SUM(1)", "-1+cmd|' /C calc'!A0"]
    write_csv(pa.table({"title": texts, "value": [-4.02] * 5}), sink)
    lines = sink.getvalue().decode().split("\n")[1:-1]
    assert all(line.endswith(",-4.02") for line in lines if "," in line)
    return "inert" if all(line.startswith("\"'") for line in lines) else "runs"


# Text


def _entry(text: str) -> str:
    from waternet.record.key import generate_signer

    signer = generate_signer("waternet/jordan/steward")
    try:
        read_entry(sign_note(text + "\n", signer))
    except NotAcceptable:
        return "refused"
    return TAKEN


def _withdraw(
    reason: str = '"wrong"', release: str = "2", party: str = "jordan"
) -> str:
    return (
        '{"heads":[],"issued":"2026-01-01T00:00:00Z","kind":"withdraw",'
        f'"log":"waternet/jordan","party":"{party}","reason":{reason},"release":{release}}}'
    )


def field_twice(_folder: Path) -> str:
    """Give a field of an entry twice: two readers could read two entries."""
    return _entry(_withdraw(release='2,"release":3'))


def huge_number(_folder: Path) -> str:
    """Give a number that some readers round."""
    return _entry(_withdraw(release=str(2**53)))


def minus_zero(_folder: Path) -> str:
    """Give a number that has two spellings."""
    return _entry(_withdraw(release="-0"))


def turned_text(_folder: Path) -> str:
    """Hide what a reason says by marks of direction."""
    return _entry(_withdraw(reason='"\u202egnorw"'))


def spelt_twice(_folder: Path) -> str:
    """Spell a letter by two characters where one is usual."""
    return _entry(_withdraw(reason='"cafe\u0301"'))


def leading_id(_folder: Path) -> str:
    """Name a party so that its folder lies elsewhere."""
    return _entry(_withdraw(party="../../x"))
