"""Series as a document describes them, all in text, before a recipe reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet.formats.reading import Reject
from waternet.formats.value_column import ValueColumn

__all__ = ["Points", "SeriesDocument", "SourceSeries"]


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one series, as parallel lists of text, each (n,).

    Attributes
    ----------
    number : list of int
        Line, row or ordinal of the point in its document, from 1.
    time : list of str
        As the series' `time_format` says.
    value : list of str
        '' where nothing was reported; a limit with its sign in front: '<0.05'.
    qualifier : list of str
        The source's remark codes; empty where the format has none.
    status : list of str
        Terms of the vocabulary 'status', or ''; empty where the format has none.
    end : list of str
        End of the interval, where each point states its own.
    """

    number: list[int] = field(default_factory=list)
    time: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    qualifier: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceSeries:
    """One series as its document describes it; '' where it does not say.

    Attributes
    ----------
    feature : str
        The place's identifier.
    quantities : tuple of str
        What the document calls the quantity, the most precise first.
    points : Points
        None at all in a list of stations.
    name, x, y, crs, elevation, vertical_datum, kind, attributes
        Of the place; x is easting or longitude, kind a term of 'place_kind'.
    observed_property : str
        A term of the vocabulary, where the format's own code fixes it.
    unit, ucum : str
        As it is written; as a UCUM code, where that is known.
    statistic, interval : str
        'mean', 'P1D'.
    stamp : str
        'end' where times mark the end of the interval, else 'start'.
    zone : str
        Clock of times without an offset.
    time_format : str
        As in `waternet.formats.moments.compile_moment`.
    procedure : str
        Method, sensor or provenance.
    """

    feature: str
    quantities: tuple[str, ...]
    points: Points = Points()
    name: str = ""
    x: str = ""
    y: str = ""
    crs: str = ""
    elevation: str = ""
    vertical_datum: str = ""
    kind: str = ""
    observed_property: str = ""
    unit: str = ""
    ucum: str = ""
    statistic: str = ""
    interval: str = ""
    stamp: str = "start"
    zone: str = ""
    time_format: str = "ISO"
    procedure: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    def answers(self, value: ValueColumn) -> bool:
        """Return whether a `[[value]]` part is about this series.

        Its `column` must be one of the names of the quantity, and what `when` says of
        'unit', 'statistic', 'interval', 'procedure' or 'feature' must hold.
        """
        return value.column in self.quantities and all(
            getattr(self, name) == wanted for name, wanted in value.when.items()
        )


@dataclass(frozen=True, slots=True)
class SeriesDocument:
    """All series of a file, and what could not be placed in any."""

    series: tuple[SourceSeries, ...]
    rejects: tuple[Reject, ...] = ()
    notices: tuple[Reject, ...] = ()
