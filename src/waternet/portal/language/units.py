"""Units as people write them: UCUM codes with raised exponents and usual signs.

References
----------
UCUM, version 2.2 (codes); BIPM, The International System of Units, 9th edition,
section 5.4 (how symbols and exponents are written).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["unit_text"]

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIGNS: Final = {
    "Cel": "°C",
    "degF": "°F",
    "deg": "°",
    "1": "",
    "Ohm": "Ω",
    "[pH]": "pH",
    "[NTU]": "NTU",
    "[ppth]": "‰",
    "[ft_i]": "ft",
    "[in_i]": "in",
    "har": "ha",
}
_NOTE = re.compile(r"\{([^}]*)\}")
_PART = re.compile(r"(\[[^\]]*\]|[A-Za-z%*']+|1)(-?[0-9]+)?")


@lru_cache(512)
def unit_text(code: str) -> str:
    """Return a UCUM code as it is read; what is not known stays as it is.

    Examples
    --------
    >>> [unit_text(code) for code in ("m", "hm3/a", "m3.s-1", "Cel", "ug/L", "1", "%")]
    ['m', 'hm³/a', 'm³·s⁻¹', '°C', 'µg/L', '', '%']
    >>> unit_text("{index}"), unit_text("10*3.m3")
    ('index', '10³·m³')
    """
    if note := _NOTE.fullmatch(code):
        return note[1].replace("_", " ")
    code = _NOTE.sub("", code).replace("10*", "\0")
    text = _PART.sub(_part, code).replace(".", "·")
    return re.sub("\0([0-9]*)", lambda one: "10" + one[1].translate(_RAISED), text)


def _part(found: re.Match[str]) -> str:
    name, power = found[1], found[2] or ""
    sign = _SIGNS.get(name, name)
    if len(sign) > 1 and sign.startswith("u"):
        sign = f"µ{sign[1:]}"
    return sign + power.translate(_RAISED)
