"""Headers made to take for ever: blanks, quotes and brackets by the hundred thousand.

Each must end, in an error or without points; the suite's own time limit tells.
"""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats import dino, diver, grdc, hobo, insitu, kiwis, solinst, toa5, zrxp
from waternet.formats.recipe import TableLayout

LONG = 400_000
BLANKS = b" " * LONG + b"x"
FORMATS = (dino, diver, grdc, hobo, insitu, kiwis, solinst, toa5, zrxp)
HEADERS = (
    BLANKS,
    b"#a" + BLANKS,
    b"# GRDC-No.: " + BLANKS + b"y\nYYYY-MM-DD;hh:mm; Value\n",
    b"[Channel 1]\n" + BLANKS + b"\n  Identification =" + BLANKS,
    b'"' * LONG + b'\n"#","Date Time, GMT+03:00","a' + BLANKS[: LONG // 10] + b'b"\n',
    b"Date/time,a" + BLANKS + b"[cm\n",
    b"Date and Time,Seconds,a" + BLANKS + b"(m\n",
    b"<a" * (LONG // 2) + b"\n<table isi-report>",
    b"<" + b"a" * LONG,
    b"<table isi-report>\n<a\n" + b"b b\n" * (LONG // 4),
    b"Data file for DataLogger" + b"\n" * LONG,
    b"#REXCHANGE" + BLANKS + b"|*|\n" + b'"' * LONG,
    b"#REXCHANGEa|*|LAYOUT(" + b"a," * 8000 + b")|*|\n" + b"1\n" * LONG,
    b"#Timestamp;Value\n" + b"#" * LONG,
    b'"TOA5"' + BLANKS + b"\nTIMESTAMP,a\n\n\n" + BLANKS,
    b"Serial_number:" + BLANKS + b"\nDate,Time,ms,LEVEL\n" + BLANKS,
)


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.__name__[17:])
@pytest.mark.parametrize("content", HEADERS, ids=range(len(HEADERS)))
def test_a_header_that_never_ends_ends(tmp_path, module, content):
    name = module.__name__.rpartition(".")[2]
    getattr(module, f"is_{name}")(content[: 1 << 16], "a.txt")
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    try:
        document = module.list_series(path, TableLayout())
    except NotAcceptable:
        return
    assert sum(len(each.points.time) for each in document.series) <= 2
