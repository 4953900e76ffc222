"""What a hydrograph shows, in a sentence: for who hears it instead of seeing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from markupsafe import Markup

from waternet.observation.vocabulary import Grade
from waternet.portal.chart.line import Line, break_after
from waternet.portal.language.isolation import Isolating
from waternet.portal.language.language import Language

__all__ = ["tell_hydrograph", "tell_line"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNS = ("", "<", ">")


def tell_hydrograph(
    lines: Sequence[Line], language: Language, zone: tzinfo = UTC
) -> Markup:
    """Return what `tell_line` says of each line that is not another's past."""
    told = [tell_line(line, language, zone) for line in lines if not line.is_other]
    return Markup(" ").join(told)


def tell_line(line: Line, language: Language, zone: tzinfo = UTC) -> Markup:
    """Return how many values a line has, from when to when, and how far they reach.

    Parameters
    ----------
    line : Line
    language : Language
    zone : tzinfo
        Whose days are named.

    Returns
    -------
    Markup
        With every number and date apart; `striptags()` is for an attribute.
    """
    tell = Isolating(language)
    places = np.flatnonzero(np.isfinite(line.value))
    name = Markup("<bdi>%s</bdi>") % line.name
    if not len(places):
        none = Markup(language.gettext("%(name)s: no value is known here."))
        return none % {"name": name}
    count = len(places)
    first, last = (_moment(line, int(place)) for place in places[[0, -1]])
    parts = [
        Markup(
            language.ngettext(
                "%(name)s: %(n)s value, of %(first)s.",
                "%(name)s: %(n)s values from %(first)s to %(last)s.",
                count,
            )
        )
        % {
            "name": name,
            "n": tell.count(count),
            "first": tell.day(first, zone),
            "last": tell.day(last, zone),
        },
        Markup(
            language.gettext(
                "Shallowest %(least)s, deepest %(greatest)s, latest %(latest)s; "
                "drawn downwards."
            )
            if line.is_depth
            else language.gettext(
                "Least %(least)s, greatest %(greatest)s, latest %(latest)s."
            )
        )
        % _extremes(line, places, tell),
        *_lacks(line, tell),
    ]
    return Markup(" ").join(parts)


def _extremes(
    line: Line, places: np.ndarray[tuple[int], np.dtype[np.intp]], tell: Isolating
) -> dict[str, Markup]:
    """Return the least, the greatest and the latest value that is not bad."""
    trusted = places[~line.graded(Grade.BAD)[places]]
    asked = trusted if len(trusted) else places
    value = line.value[asked]
    found = {
        "least": int(asked[value.argmin()]),
        "greatest": int(asked[value.argmax()]),
        "latest": int(places[-1]),
    }
    return {
        name: tell.value(
            float(line.value[place]),
            line.unit,
            censor=_SIGNS[line.censor[place]] if len(line.censor) else "",
        )
        for name, place in found.items()
    }


def _lacks(line: Line, tell: Isolating) -> list[Markup]:
    """Return what is missing, doubted or not known exactly; nothing where all is."""
    language = tell.language
    known = np.isfinite(line.value)
    gaps = _runs(~known)
    if not line.tells_gaps:
        gaps = max(
            gaps, int(break_after(line.time[known], line.value[known]).sum()) - 1
        )
    flagged = int((line.graded(Grade.SUSPECT, Grade.BAD) & known).sum())
    limits = int((line.censor > 0).sum())
    told = (
        (gaps, language.ngettext("%(n)s gap.", "%(n)s gaps.", gaps)),
        (
            flagged,
            language.ngettext(
                "%(n)s value is suspect or bad.",
                "%(n)s values are suspect or bad.",
                flagged,
            ),
        ),
        (
            limits,
            language.ngettext(
                "%(n)s value is a limit, not a figure.",
                "%(n)s values are limits, not figures.",
                limits,
            ),
        ),
    )
    return [Markup(text) % {"n": tell.count(count)} for count, text in told if count]


def _runs(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    return int((np.diff(np.append(False, flags).astype(np.int8)) == 1).sum())


def _moment(line: Line, place: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(line.time[place]))
