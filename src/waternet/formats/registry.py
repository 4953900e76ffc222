"""Which formats there are, and which of them a file looks like.

A *table* has cells under headings, and a recipe says what each column is. A *series
document* says itself what each of its series is; a recipe says what that means here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

__all__ = ["FORMATS", "HEAD", "Format", "recognise"]

HEAD = 1 << 16  # bytes of a file by which its format is told


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes
    ----------
    name : str
        As recipes write it; the module `waternet.formats.<name>` reads it.
    family : str
        'table' or 'series'.
    is_plain : bool
        Whether it is text that is read within bounds line by line. What is not (XML,
        archives, binary tables) is parsed in a process of its own, with limits.
    states_system : bool
        Whether such a file itself can say in what system its positions are.
    """

    name: str
    family: str
    is_plain: bool = False
    states_system: bool = False


# The strict ones first: any text could be a delimited table.
_ALL = (
    Format("waterml", "series"),
    Format("waterml1", "series"),
    Format("usgs_json", "series"),
    Format("rdb", "series", is_plain=True),
    Format("wqp", "series", is_plain=True),
    Format("sensorthings", "series"),
    Format("odm", "series", is_plain=True),
    Format("pi_xml", "series"),
    Format("zrxp", "series", is_plain=True),
    Format("kiwis", "series", is_plain=True),
    Format("dino", "series", is_plain=True),
    Format("grdc", "series", is_plain=True),
    Format("ghcn_daily", "series", is_plain=True),
    Format("toa5", "series", is_plain=True),
    Format("hobo", "series", is_plain=True),
    Format("diver", "series", is_plain=True),
    Format("insitu", "series"),
    Format("solinst", "series"),
    Format("coveragejson", "series"),
    Format("netcdf", "series"),
    Format("aquastat", "table", is_plain=True),
    Format("shapefile", "table", states_system=True),
    Format("geopackage", "table", states_system=True),
    Format("parquet", "table"),
    Format("excel", "table"),
    Format("geojson", "table", states_system=True),
    Format("records", "table"),
    Format("delimited", "table", is_plain=True),
)
FORMATS: Mapping[str, Format] = {each.name: each for each in _ALL}


def recognise(head: bytes, name: str) -> tuple[str, ...]:
    r"""Return the formats that a file may be in, the strictest first.

    Parameters
    ----------
    head : bytes
        Its first `HEAD` bytes, or all of a shorter file.
    name : str
        The file's name; it never decides alone.

    Examples
    --------
    >>> recognise(b"Date,Level\n2015-01-01,1.5\n", "levels.csv")
    ('delimited',)
    """
    found = []
    for each in FORMATS:
        # Each module has its own library to load; only unknown files need them all.
        module = import_module(f"waternet.formats.{each}")
        if getattr(module, f"is_{each}")(head, name):
            found.append(each)
    return tuple(found)
