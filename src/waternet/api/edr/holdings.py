"""What there is to be asked for: datastreams with their locations and extents."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from waternet.api.edr.quantities import Quantity
from waternet.bank.as_of import AsOf
from waternet.bank.discovery import find_datastreams, find_places
from waternet.bank.extent import extents
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank, View

__all__ = ["Held", "Holdings", "Location", "read_holdings"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place of one party, as EDR's locations are.

    Attributes
    ----------
    names : mapping of language to str
        None where nobody described the place.
    position : (longitude, latitude) or None [deg]
        WGS 84.
    crs : str
        In which its owner gave it.
    """

    party: str
    place: str
    kind: str = ""
    names: Mapping[str, str] | None = None
    position: tuple[float, float] | None = None
    elevation: float | None = None
    vertical_datum: str = ""
    within: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    crs: str = ""

    @property
    def id(self) -> str:
        """What it is asked for by, among all parties."""
        return f"{self.party}:{self.place}"

    def label(self, language: str) -> str:
        """Return its name in a language, else the first that its owner gave."""
        names = self.names or {}
        return names.get(language) or next(iter(names.values()), self.id)


@dataclass(frozen=True, slots=True)
class Held:
    """A datastream, with what stands of it.

    Attributes
    ----------
    zone : str
        In which its owner's days and years begin.
    figures : int
        How many stand.
    first, last : int [us since 1970, UTC]
        Of the first and last of them.
    """

    location: Location
    dataset: str
    name: str
    quantity: Quantity
    unit: str
    procedure: str
    zone: str
    figures: int
    first: int
    last: int

    @property
    def address(self) -> str:
        """What names it among all parties."""
        return f"{self.location.party}:{self.name}"


@dataclass(frozen=True)
class Holdings:
    """Some datastreams; by party and name.

    Attributes
    ----------
    held : tuple of Held
    """

    held: tuple[Held, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parameter of each, (n,)."""
        return tuple(one.quantity.name for one in self.held)

    @cached_property
    def by_location(self) -> dict[str, list[Held]]:
        """Them by the ids of their places, and by names that places share."""
        found: dict[str, list[Held]] = {}
        for one in self.held:
            for name in (one.location.id, *one.location.same_as):
                found.setdefault(name, []).append(one)
        return found

    @cached_property
    def locations(self) -> tuple[Location, ...]:
        """Their places, each once."""
        return tuple({one.location.id: one.location for one in self.held}.values())

    @cached_property
    def systems(self) -> frozenset[str]:
        """The reference systems in which owners gave positions."""
        return frozenset(one.crs for one in self.locations)

    @cached_property
    def positions(self) -> npt.NDArray[np.float64]:
        """Longitude and latitude of each datastream, (n, 2) [deg]; NaN without one."""
        nowhere = (np.nan, np.nan)
        given = [one.location.position or nowhere for one in self.held]
        return np.array(given, np.float64).reshape(-1, 2)

    @cached_property
    def by_dataset(self) -> dict[tuple[str, str], Holdings]:
        """Them by party and dataset."""
        found: dict[tuple[str, str], list[Held]] = {}
        for one in self.held:
            found.setdefault((one.location.party, one.dataset), []).append(one)
        return {key: Holdings(tuple(ones)) for key, ones in found.items()}

    @cached_property
    def standing(self) -> Holdings:
        """Those of which a figure stands."""
        return Holdings(tuple(one for one in self.held if one.figures))


_KEPT: WeakKeyDictionary[Bank, tuple[View, Holdings]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def read_holdings(bank: Bank, as_of: AsOf | None = None) -> Holdings:
    """Return every datastream of which figures stand, as the bank's reader may see it.

    What was read is kept as long as the bank stays as it is.

    Parameters
    ----------
    as_of : AsOf or None
        The past in which they stand; places are described as they are now.

    Raises
    ------
    NotFound
        `as_of` names a party or an entry that the bank does not have.
    """
    view = bank.view()
    with _LOCK:
        kept = _KEPT.get(bank)
    if kept is None or kept[0] is not view:
        kept = view, _read(bank)
        with _LOCK:
            _KEPT[bank] = kept
    if as_of is None:
        return kept[1].standing
    return Holdings(tuple(_in_the_past(bank, kept[1], as_of))).standing


def _read(bank: Bank) -> Holdings:
    systems = {
        (party, place): crs
        for party, place, crs in bank.catalogue.rows(
            "SELECT party, id, json_extract(body, '$.position.crs') FROM place"
        )
    }
    locations = {
        (row["party"], row["id"]): _location(row, systems)
        for row in find_places(bank, Selection()).to_pylist(maps_as_pydicts="strict")
    }
    rows = find_datastreams(bank, Selection())
    first, last = (_stamps(rows[name]) for name in ("first", "last"))
    return Holdings(
        tuple(
            Held(
                location=locations.get((row["party"], row["feature"]))
                or Location(row["party"], row["feature"]),
                dataset=row["dataset"],
                name=row["datastream"],
                quantity=Quantity(
                    row["observed_property"], row["statistic"], row["interval"]
                ),
                unit=row["unit"],
                procedure=row["procedure"],
                zone=row["zone"],
                figures=row["figures"],
                first=int(first[number]),
                last=int(last[number]),
            )
            for number, row in enumerate(rows.to_pylist())
        )
    )


def _location(
    row: Mapping[str, Any], systems: Mapping[tuple[str, str], str | None]
) -> Location:
    longitude, latitude = row["longitude"], row["latitude"]
    return Location(
        party=row["party"],
        place=row["id"],
        kind=row["kind"],
        names=row["names"],
        position=None if longitude is None else (longitude, latitude),
        elevation=row["elevation"],
        vertical_datum=row["vertical_datum"] or "",
        within=tuple(row["within"] or ()),
        same_as=tuple(row["same_as"] or ()),
        crs=systems.get((row["party"], row["id"])) or "",
    )


def _in_the_past(bank: Bank, holdings: Holdings, as_of: AsOf) -> list[Held]:
    """Return the datastreams with what stood of them then."""
    series = {one.id: one.address for one in choose_series(bank, Selection())}
    told = extents(bank, as_of=as_of).table
    first, last = (_stamps(told[name]) for name in ("first", "last"))
    stood = {
        series.get(id_): (figures, int(since), int(until))
        for id_, figures, since, until in zip(
            told["series_id"].to_pylist(),
            told["figures"].to_pylist(),
            first,
            last,
            strict=True,
        )
    }
    then = []
    for one in holdings.held:
        figures, since, until = stood.get(one.address, (0, 0, 0))
        then.append(replace(one, figures=figures, first=since, last=until))
    return then


def _stamps(times: Any) -> npt.NDArray[np.int64]:
    """Return times [us since 1970, UTC]; 0 where there is none."""
    stamps = times.cast("int64").fill_null(0).to_numpy()
    return np.asarray(stamps, np.int64)
