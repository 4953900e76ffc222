"""Places: stations and areas, with their reference systems said out loud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.legible import verify_legible
from waternet.observation.vocabulary import get_term

__all__ = [
    "AREA_KINDS",
    "Place",
    "Position",
    "is_far_from_use",
    "is_north_first",
    "to_wgs84",
    "verify_id",
]

Floats = npt.NDArray[np.float64]

# Kinds of places that are areas; all others are stations.
AREA_KINDS = frozenset(
    (
        *("state", "party-area", "basin", "aquifer", "district", "scheme"),
        *("locality", "region", "crop"),
    )
)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def verify_id(text: str, what: str) -> None:
    """Raise unless `text` can name `what` in paths, addresses and the record.

    Raises
    ------
    NotAcceptable
        It is empty, longer than 64 characters, or holds anything but ASCII
        letters, digits, dot, underscore and hyphen.

    Examples
    --------
    >>> verify_id("AL1005", "a station")
    >>> verify_id("../x", "a station")
    Traceback (most recent call last):
    waternet.errors.NotAcceptable: '../x' cannot be the id of a station
    """
    if not _ID.fullmatch(text):
        raise NotAcceptable(
            f"{text!r} cannot be the id of {what}",
            hint="use 1 to 64 ASCII letters, digits, '.', '_' or '-', a letter first",
        )


@dataclass(frozen=True, slots=True)
class Position:
    """Where a place is: WGS 84, with the original coordinates kept.

    Attributes
    ----------
    longitude, latitude : float [deg]
        WGS 84 (EPSG:4326).
    crs : str
        The system in which the source gave it, for example 'EPSG:28192'.
    x, y : float
        Easting and northing (or longitude and latitude) as the source gave them.
    elevation : float or None [m]
        Of the reference point, above `vertical_datum`.
    vertical_datum : str
        An EPSG code or the source's own words; '' where it did not say.
    """

    longitude: float
    latitude: float
    crs: str
    x: float
    y: float
    elevation: float | None = None
    vertical_datum: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A station or an area that observations are about.

    Attributes
    ----------
    id : str
        The owner's own code, unique within the party.
    kind : str
        A term of the vocabulary 'place_kind': 'well', 'lake', 'state', 'basin'...
    names : mapping of language to str
        At least one; 'ar', 'he', 'en' where the owner gives them.
    position : Position or None
        None for an area without one, or a station whose position is not given.
    within : tuple of str
        Ids of the areas that hold it, of the same party.
    same_as : tuple of str
        Shared names of the same thing, 'wikidata:Q23883' or 'iso3166:JO': what two
        parties call by their own ids is compared by these.
    """

    id: str
    kind: str
    names: Mapping[str, str]
    position: Position | None = None
    within: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        verify_id(self.id, "a place")
        get_term("place_kind", self.kind)
        if not self.names:
            raise NotAcceptable(f"place {self.id!r} has no name in any language")
        for name in self.names.values():
            verify_legible(name, f"a name of place {self.id!r}")

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, without what is not given."""
        written: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "names": dict(self.names),
        }
        if self.position:
            given = {
                name: getattr(self.position, name)
                for name in Position.__dataclass_fields__
            }
            written["position"] = {
                name: value for name, value in given.items() if value not in (None, "")
            }
        for name in ("within", "same_as"):
            if getattr(self, name):
                written[name] = list(getattr(self, name))
        if self.attributes:
            written["attributes"] = dict(self.attributes)
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Place:
        """Read what `to_json` wrote.

        Raises
        ------
        NotAcceptable
            A field is missing, unknown or breaks a rule.
        """
        try:
            position = written.get("position")
            _verify_containers(written)
            place = cls(
                **{
                    **written,
                    "names": dict(written["names"]),
                    "position": Position(**position) if position else None,
                    "within": tuple(written.get("within", ())),
                    "same_as": tuple(written.get("same_as", ())),
                    "attributes": dict(written.get("attributes", {})),
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise NotAcceptable(f"not a place: {error}") from error
        _verify_types(place)
        return place


def _verify_containers(written: Mapping[str, Any]) -> None:
    # A text is a sequence too: 'abc' would be read as three areas.
    kinds = {"names": dict, "attributes": dict, "within": list, "same_as": list}
    for name, kind in kinds.items():
        if name in written and not isinstance(written[name], kind):
            raise NotAcceptable(
                f"not a place: {name} is {written[name]!r:.40}, not a {kind.__name__}"
            )


def _verify_types(place: Place) -> None:
    """Raise unless what was read from JSON is text and numbers where they belong."""
    at = place.position
    texts: list[object] = [
        *place.within,
        *place.same_as,
        *place.attributes,
        *place.names,
    ]
    texts += place.attributes.values()
    numbers: list[object] = []
    if at is not None:
        texts += [at.crs, at.vertical_datum]
        numbers = [at.longitude, at.latitude, at.x, at.y]
        numbers += [] if at.elevation is None else [at.elevation]
    wrong = [text for text in texts if not isinstance(text, str)] + [
        number for number in numbers if type(number) not in (int, float)
    ]
    if wrong:
        raise NotAcceptable(
            f"place {place.id!r}: {wrong[0]!r:.40} is not of the type expected there"
        )
    if at is not None and not (abs(at.longitude) <= 180 and abs(at.latitude) <= 90):
        raise NotAcceptable(
            f"place {place.id!r}: no place on Earth at {at.longitude!r} east, "
            f"{at.latitude!r} north"
        )


def to_wgs84(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Convert coordinates to longitude and latitude in WGS 84.

    Parameters
    ----------
    x, y : arrays of float, (n,)
        Easting and northing, or longitude and latitude: always in this order.
    crs : str
        For example 'EPSG:28191' (Palestine 1923 / Palestine Grid).

    Returns
    -------
    longitude, latitude : arrays, (n,) [deg]
        NaN where an input is NaN, lies outside what the system can express, or is
        no place on Earth.

    Raises
    ------
    NotAcceptable
        The coordinate reference system is not known, or nothing leads from it to
        WGS 84.

    Examples
    --------
    >>> lon, lat = to_wgs84(np.array([276840.0]), np.array([1174440.0]), "EPSG:28192")
    >>> lon.round(2), lat.round(2)
    (array([36.34]), array([32.16]))
    """
    longitude, latitude = _transformer(crs).transform(x, y)
    outside = ~((np.abs(longitude) <= 180) & (np.abs(latitude) <= 90))
    return np.where(outside, np.nan, longitude), np.where(outside, np.nan, latitude)


def is_north_first(crs: str) -> bool:
    """Whether coordinates in `crs` are written northing or latitude first.

    Raises
    ------
    NotAcceptable
        The coordinate reference system is not known.

    Examples
    --------
    >>> is_north_first("EPSG:4326"), is_north_first("EPSG:28191")
    (True, False)
    """
    first: str = _system(crs).axis_info[0].direction
    return first in ("north", "south")


def is_far_from_use(
    longitude: Floats, latitude: Floats, crs: str
) -> npt.NDArray[np.bool_]:
    """Whether points lie half a degree or more outside of the area `crs` is for.

    Then x and y are exchanged, as a rule, or the system is another one.

    Parameters
    ----------
    longitude, latitude : arrays of float, (n,) [deg]
        As `to_wgs84` returns them.
    crs : str

    Returns
    -------
    array of bool, (n,)
        False where a coordinate is NaN, and where the system states no area.

    Raises
    ------
    NotAcceptable
        The coordinate reference system is not known.

    Examples
    --------
    >>> is_far_from_use(np.array([36.3, 33.0]), np.array([32.2, 26.1]), "EPSG:28192")
    array([False,  True])
    """
    area = _system(crs).area_of_use
    if area is None or area.west > area.east:
        return np.zeros(len(longitude), np.bool_)
    far: npt.NDArray[np.bool_] = (
        (longitude < area.west - 0.5)
        | (longitude > area.east + 0.5)
        | (latitude < area.south - 0.5)
        | (latitude > area.north + 0.5)
    )
    return far


@cache
def _transformer(crs: str) -> Any:
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(_system(crs), "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise NotAcceptable(
            f"no way from {crs!r} to longitude and latitude is registered",
            hint="export the coordinates in another system, such as 'EPSG:4326'",
        ) from error


@cache
def _system(crs: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise NotAcceptable(
            f"no coordinate reference system {crs!r}",
            hint="give an EPSG code: 'EPSG:4326' is longitude and latitude (WGS 84)",
        ) from error
