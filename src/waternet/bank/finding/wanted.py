"""What somebody looks for: words, and values of facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["ACCESS", "FACETS", "SORTS", "Wanted"]

# The facets of values that are chosen by name, in the order of the page.
FACETS = ("within", "observed_property", "kind", "party", "grade", "access")
ACCESS = ("open", "granted", "restricted")
SORTS = ("relevance", "name", "party", "quantity", "figures", "first", "last")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a datastream must be to be found; what is left out leaves a matter open.

    Attributes
    ----------
    text : str
        Each word must be found in a name of the place, in any language or spelling, or
        in what is measured, by whom, at what kind of place.
    chosen : mapping of facet to tuple of str
        Of each facet, the values that will do: any of 'within' (an area), of
        'observed_property', 'kind' (of the place), 'party', 'grade' (with figures of
        that grade) and 'access'.
    first_year, last_year : int or None
        Its figures begin and end in years that overlap these, both included.
    bbox : (west, south, east, north) [deg], or None
        WGS 84; west may exceed east across the date line.
    """

    text: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first_year: int | None = None
    last_year: int | None = None
    bbox: tuple[float, float, float, float] | None = None

    @property
    def has_period(self) -> bool:
        """Whether years matter."""
        return self.first_year is not None or self.last_year is not None
