"""One figure of a benchmark, with what it is held against."""

from __future__ import annotations

from typing import Any

__all__ = ["figure"]


def figure(
    name: str,
    value: float,
    unit: str,
    reference: tuple[str, float] | None = None,
    *,
    most: float | None = None,
    least: float | None = None,
) -> dict[str, Any]:
    """Return one record.

    Parameters
    ----------
    name : str
        'room: what'.
    value : float [unit]
    reference : (what, value) or None
        Measured in the same run.
    most, least : float or None
        Of the ratio to the reference; of the value itself where there is none.

    Returns
    -------
    dict
        name, value, unit, reference, reference_value, ratio, target (in words, ''
        where the figure has none), met (None where it has none).
    """
    ratio = value / reference[1] if reference else None
    judged = value if ratio is None else ratio
    target, met = "", None
    if most is not None:
        target, met = f"<= {most:g}", judged <= most
    elif least is not None:
        target, met = f">= {least:g}", judged >= least
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "reference": reference[0] if reference else None,
        "reference_value": reference[1] if reference else None,
        "ratio": ratio,
        "target": target,
        "met": met,
    }
