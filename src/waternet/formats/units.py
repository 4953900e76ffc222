"""What other systems call units: their texts, as UCUM codes."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from waternet.formats.cells import clean_text

__all__ = ["to_ucum", "unit_texts"]

_SIGNS = str.maketrans("²³µμ×·º״׳“”", '23uux.°"\'""', "^")
_SPACED_SLASH = re.compile(r" ?/ ?")


def to_ucum(text: str) -> str:
    """Return the UCUM code of what a file calls its unit; '' where that is not known.

    Parameters
    ----------
    text : str
        As it stands in the file: 'ft3/s', 'cubic feet per second', 'uS/cm @25C'.

    Returns
    -------
    str
        '' also where the text means two things: 'ppt' is parts per thousand to one
        system and parts per trillion to another.

    Notes
    -----
    'mg/l as N' is mg/L: of what substance it is mg belongs to the observed property.
    'tons/day' are short tons, as the USGS and the Water Quality Portal write them.

    Examples
    --------
    >>> to_ucum("cubic feet per second"), to_ucum("ft^3/s"), to_ucum("ppt")
    ('[ft_i]3/s', '[ft_i]3/s', '')
    """
    written = _plain(text)
    exact = unit_texts().get(written)
    if exact is not None:
        return exact
    # One or two letters say another thing in capitals: m and M, ms and MS.
    return _folded().get(written.casefold(), "") if len(written) > 2 else ""


@cache
def unit_texts() -> Mapping[str, str]:
    """Return every text that is known, and the codes themselves, as UCUM codes."""
    source = files("waternet.formats") / "units.csv"
    with source.open(encoding="utf-8") as lines:
        table = [(row["text"], row["ucum"]) for row in csv.DictReader(lines)]
    codes = {code: code for _, code in table}
    return codes | {_plain(text): code for text, code in table}


@cache
def _folded() -> Mapping[str, str]:
    """Return the same without regard to capitals, where that says one thing only."""
    found: dict[str, str] = {}
    for text, code in unit_texts().items():
        key = text.casefold()
        found[key] = code if found.get(key, code) == code else ""
    return found


def _plain(text: str) -> str:
    text = clean_text(html.unescape(text)).translate(_SIGNS)
    return _SPACED_SLASH.sub("/", text)
