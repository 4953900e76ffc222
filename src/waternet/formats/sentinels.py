"""Numbers that stand for a figure that was not reported."""

from __future__ import annotations

__all__ = ["is_sentinel"]


def is_sentinel(value: str, sentinel: str) -> bool:
    """Return whether a text is the number that stands for none: -999.0 is -999 too.

    Examples
    --------
    >>> is_sentinel("-999.00", "-999"), is_sentinel("", "-999"), is_sentinel("", "")
    (True, False, False)
    """
    if not sentinel or not value:
        return False
    if value == sentinel:
        return True
    try:
        return float(value) == float(sentinel)
    except ValueError:
        return False
