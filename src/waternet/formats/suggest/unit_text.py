"""Units in headings: in brackets, after a comma, as a last word, in a row of units."""

from __future__ import annotations

import re
from typing import NamedTuple

from waternet.formats.suggest.words import find_words, normal
from waternet.formats.units import to_ucum

__all__ = ["Headed", "in_short", "read_unit", "split_heading"]

_BRACKETS = re.compile(r"[(\[{<]([^()\[\]{}<>]{1,40})[)\]}>]")
_NUMBER_FIRST = re.compile(r"^(?:in|by|as|ב|بـ|ب)\b\.? *", re.IGNORECASE)
# Read so only where a unit is expected: elsewhere these are coulombs, grams, farads.
_SHORT = {
    "c": "Cel",
    "f": "[degF]",
    "oc": "Cel",
    "m a.s.l.": "m",
    "m amsl": "m",
    "m.a.s.l": "m",
    "m bgl": "m",
    "m bgs": "m",
    "mbgl": "m",
    "m b.g.l.": "m",
    "mcm": "hm3",
    "mcm/month": "hm3/mo",
    "m3/mon": "m3/mo",
    "m3/month": "m3/mo",
    "persons": "1",
    "people": "1",
    "inhabitants": "1",
    "thousands": "10*3",
    "thousand": "10*3",
    "1000 persons": "10*3",
    "mm/month": "mm/mo",
    "mm/mon": "mm/mo",
    "m3s": "m3/s",
    "m3/s": "m3/s",
    "us": "uS/cm",
    "cubic meters": "m3",
    "م فوق سطح البحر": "m",
    "م.م.م": "hm3",
    "مم3": "hm3",
    "ملم/شهر": "mm/mo",
    "م3/شهر": "m3/mo",
    "מטר מעל פני הים": "m",
    'מ"ק/חודש': "m3/mo",
    'מ"מ/חודש': "mm/mo",
    'מ"מ/יום': "mm/d",
    "מטרים": "m",
    "מ'": "m",
    "מק": "m3",
    "ממ": "mm",
    "מגל": "mg/L",
    "מלמק": "hm3",
}
# A word at the end that is hardly anything but a unit.
_LAST = {
    "mm",
    "cm",
    "m",
    "m3",
    "hm3",
    "mcm",
    "km3",
    "m3s",
    "cms",
    "cumecs",
    "cfs",
    "mgl",
    "ugl",
    "ntu",
    "masl",
    "degc",
    "celsius",
    "ft",
    "feet",
    "ppm",
    "lps",
    "pct",
    "percent",
    "us/cm",
    "mg/l",
    "ug/l",
    "m3/s",
    "l/s",
    "m3/d",
    "m3/h",
    "m3/a",
    "m3/yr",
    "mcm/yr",
    "hm3/a",
    "mm/d",
    "mmol/l",
    "meq/l",
    'מ"מ',
    'מ"ק',
    'מלמ"ק',
    'מג"ל',
    'מ"ק/שנייה',
    'מ"ק/שניה',
    'מ"ג/ל',
    'מ"ק/שנה',
    "مم",
    "ملم",
    "م3",
    "م3/ث",
    "ملغم/لتر",
    "ملغ/ل",
}


class Headed(NamedTuple):
    """A heading taken apart.

    Attributes
    ----------
    name : str
        Without the unit.
    unit : str
        UCUM code; '' where none is told.
    written : str
        The unit as it stands there.
    """

    name: str
    unit: str = ""
    written: str = ""


def read_unit(text: str) -> str:
    """Return the UCUM code of a text where a unit is expected; '' where unknown.

    Examples
    --------
    >>> read_unit("C"), read_unit("m³/s"), read_unit('מלמ"ק'), read_unit("هكتار")
    ('Cel', 'm3/s', 'hm3', 'har')
    """
    text = _NUMBER_FIRST.sub("", text.strip().strip("()[]{}<>")).strip()
    if not text or len(text) > 60:
        return ""
    plain = normal(text).rstrip(".")
    return _SHORT.get(plain) or to_ucum(text) or to_ucum(plain)


def split_heading(heading: str) -> Headed:
    """Return a heading's name and its unit.

    Examples
    --------
    >>> split_heading("Level (m)"), split_heading("precip_mm").unit
    (Headed(name='Level', unit='m', written='m'), 'mm')
    >>> split_heading("Chloride / mg/L"), split_heading("Year").unit
    (Headed(name='Chloride', unit='mg/L', written='mg/L'), '')
    """
    for found in reversed(list(_BRACKETS.finditer(heading))):
        unit = read_unit(found[1])
        if unit:
            name = heading[: found.start()] + " " + heading[found.end() :]
            return Headed(" ".join(name.split()).strip(" /"), unit, found[1].strip())
    for mark in (" / ", ", ", " - ", " in "):
        name, there, last = heading.rpartition(mark)
        # 'Field / pH' names a quantity, though 'pH' is also written as a unit.
        quantity = find_words("property", last)[:1]
        if quantity and quantity[0].share == 1 and len(last) < 3:
            continue
        if there and name and (unit := read_unit(last)):
            return Headed(name.strip(), unit, last.strip())
    pieces = re.split(r"[\s_]+", heading.strip())
    for size in (2, 1):
        last = "/".join(pieces[-size:]) if size == 2 else pieces[-1]
        if len(pieces) > size and normal(last) in _LAST and (unit := read_unit(last)):
            return Headed(" ".join(pieces[:-size]), unit, last)
    return Headed(heading.strip())


def in_short(unit: str) -> str:
    """Return what a unit measures, roughly: questions about one kind are asked once.

    Examples
    --------
    >>> in_short("hm3/a"), in_short("m3"), in_short("mg/L"), in_short("m")
    ('volume', 'volume', 'concentration', 'length')
    """
    if not unit.replace("10*", "").strip("0123456789"):
        return "1"
    bare = unit.replace("10*", "").partition("/")[0].lstrip("0123456789.")
    if unit.endswith(("g/L", "mol/L")):
        return "concentration"
    if bare in ("m3", "hm3", "km3", "L", "[ft_i]3"):
        return "volume"
    if bare in ("m", "mm", "cm", "[ft_i]"):
        return "length"
    return bare or unit or "1"
