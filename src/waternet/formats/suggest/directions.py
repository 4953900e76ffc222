"""Which headings name what flows into a place, and which what flows out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from waternet.formats.suggest.words import find_words, tokens

__all__ = ["find_directions", "tells_of_reservoir"]

_INTO = {
    *("inflow", "inflows", "influx", "entrada", "entrant", "zufluss", "giren"),
    *("داخل", "داخله", "وارد", "وارده", "נכנסת", "נכנסות", "כניסה"),
}
_OUT = {
    *("outflow", "outflows", "release", "releases", "released", "salida", "sortant"),
    *("abfluss", "cikan", "خارج", "خارجه", "صادر", "منصرف", "יוצאת", "יוצאות", "יציאה"),
}


def find_directions(headings: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the places of headings that say 'into', and of those that say 'out of'.

    Examples
    --------
    >>> find_directions(["Inflow (m3/s)", "Outflow (m3/s)", "Flow"])
    ([0], [1])
    """
    said = [set(tokens(heading)) for heading in headings]
    into = [place for place, words in enumerate(said) if words & _INTO]
    out = [place for place, words in enumerate(said) if words & _OUT]
    return into, [place for place in out if place not in into]


def tells_of_reservoir(texts: Iterable[str]) -> bool:
    """Return whether a title, a file's name or a heading names a reservoir."""
    return any(
        match.term in ("reservoir", "lake")
        for text in texts
        for match in find_words("kind", text)
    )
