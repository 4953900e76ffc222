"""Units as NetCDF programs read them: UCUM codes written for UDUNITS.

References
----------
UCUM 2.2, section 4; UDUNITS-2 database (udunits2-common.xml, udunits2-derived.xml).
"""

from __future__ import annotations

import re

__all__ = ["to_udunits"]

# One unit of a code: prefix and letters, '[in_i]' or '10*3', and its exponent.
_UNIT = re.compile(
    r"(10[*^][+-]?\d+|\[[^\]]+\]|%|[A-Za-z'\"]+|\d+(?:\.\d+)?)([+-]?\d+)?"
)
_NOTE = re.compile(r"\{[^}]*\}")
_NAMES = {
    "%": "percent",
    "a": "Julian_year",  # UCUM's year has 365.25 days, UDUNITS' is the tropical one
    "mo": "Julian_year/12",
    "wk": "week",
    "d": "day",
    "min": "minute",
    "Cel": "degC",
    "har": "hectare",
    "[ft_i]": "foot",
    "[in_i]": "inch",
    "[mi_i]": "mile",
    "[acr_us]": "acre",
    "[gal_us]": "US_liquid_gallon",
    "[degF]": "degF",
    "[ppm]": "1e-6",
    "[ppb]": "1e-9",
    "[ppth]": "1e-3",
    "'": "arc_minute",
    "deg": "degree",
}


def to_udunits(code: str) -> str:
    """Return a unit as UDUNITS writes it.

    Parameters
    ----------
    code : str
        UCUM.

    Returns
    -------
    str
        '1' where UCUM counts things. '' for a unit that UDUNITS does not have
        (turbidity, for one); the code itself stands beside it.

    Examples
    --------
    >>> to_udunits("m3/s"), to_udunits("hm3/a"), to_udunits("Cel"), to_udunits("1")
    ('m3 s-1', 'hm3 Julian_year-1', 'degC', '1')
    >>> to_udunits("10*9.m3/a"), to_udunits("{count}/dL"), to_udunits("[NTU]")
    ('1e9 m3 Julian_year-1', 'dL-1', '')
    """
    plain = _NOTE.sub("", code)
    above, *below = plain.split("/")
    written = [_written(one, 1) for one in above.split(".")]
    # What follows a slash is divided by, up to the next slash, point by point.
    for part in below:
        first, *more = part.split(".")
        written.append(_written(first, -1))
        written += [_written(one, 1) for one in more]
    if any(one is None for one in written):
        return ""
    told = " ".join(one for one in written if one and one != "1")
    return told or "1"


def _written(unit: str, sign: int) -> str | None:
    """Return one unit with its exponent; None where UDUNITS has none such."""
    if unit in ("", "1"):
        return "1"
    found = _UNIT.fullmatch(unit)
    if found is None:
        return None
    name, exponent = found[1], sign * int(found[2] or 1)
    if name.startswith("10") and name[2:3] in ("*", "^"):
        return f"1e{sign * int(name[3:] + (found[2] or ''))}"
    known = _NAMES.get(name, "" if name.startswith("[") else name)
    if not known or ("/" in known and exponent != 1):
        return None
    return known if exponent == 1 else f"{known}{exponent}"
