"""The `[station]` part of a suggested recipe: which places, of what kind, where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet.formats.positions import read_degrees
from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.draft import Draft, Part
from waternet.formats.suggest.grids import Fit, find_grids, median_distance
from waternet.formats.suggest.naming import language_of, slug, title_words
from waternet.formats.suggest.roles import Roles, is_id
from waternet.formats.suggest.words import find_words
from waternet.observation.vocabulary import get_terms

__all__ = ["Context", "ask_kind", "guess_kind", "place_stations"]

_IMPLIED = {
    "groundwater-level": "well",
    "depth-to-groundwater": "well",
    "groundwater-abstraction": "well",
    "discharge": "stream-gauge",
    "stage": "stream-gauge",
    "spring-discharge": "spring",
    "lake-level": "lake",
    "reservoir-storage": "reservoir",
    "reservoir-inflow": "reservoir",
    "precipitation": "rain-gauge",
    "desalinated-water-produced": "desalination-plant",
}
_CHEMICAL = {"mg/L", "ug/L", "{count}/dL", "[NTU]"}
_WEATHER = {
    "air-temperature",
    "relative-humidity",
    "wind-speed",
    "global-radiation",
    "evaporation",
    "reference-evapotranspiration",
}
_MAX_ATTRIBUTES = 60


@dataclass
class Context:
    """What is said around a sheet.

    Attributes
    ----------
    file : str
        The file's name.
    sheet : str
    above : tuple of str
        Titles over the headings.
    crs : str
        Where the file itself states it.
    states_system : bool
        Whether the format says the reference system to the reader.
    """

    file: str
    sheet: str = ""
    above: tuple[str, ...] = ()
    crs: str = ""
    states_system: bool = False

    @property
    def said(self) -> str:
        """All of it."""
        return " ".join((self.file.partition(".")[0], self.sheet, *self.above))


def guess_kind(
    roles: Roles, terms: Sequence[str], context: Context
) -> tuple[str, float, str]:
    """Return what the places are, how sure that is, and why; '' where nothing says."""
    found: list[tuple[float, str, str]] = []
    texts = [(roles.station.heading, 0.95)] if roles.station else []
    texts += [(context.sheet, 0.9), *((title, 0.85) for title in context.above)]
    texts.append((context.file.partition(".")[0], 0.8))
    for text, weight in texts:
        for match in find_words("kind", text)[:1]:
            found.append((weight, match.term, f"{text!r} says so"))
    weather = _WEATHER.intersection(terms)
    units = {get_terms("observed_property")[term].unit for term in terms}
    if weather:
        found.append((0.9, "weather-station", f"the file has {sorted(weather)[0]}"))
    # Beside an inflow, a discharge is what a reservoir releases.
    released = {"discharge"} if "reservoir-inflow" in terms else set()
    for term in terms:
        if term in _IMPLIED.keys() - released and not weather:
            found.append((0.88, _IMPLIED[term], f"{term} is measured there"))
    if terms and units <= {*_CHEMICAL, "uS/cm", "1", "Cel"} and units & _CHEMICAL:
        found.append((0.86, "sampling-point", "the figures are of water samples"))
    if not found:
        return "", 0.0, ""
    best = max(found, key=lambda one: one[0])
    others = {kind for _, kind, _ in found} - {best[1]}
    confidence = best[0] - 0.1 * bool(others)
    return best[1], confidence, best[2]


def ask_kind(draft: Draft, guess: tuple[str, float, str]) -> str:
    """Return the kind of the places; asks where nothing says it clearly."""
    kind, confidence, reason = guess
    if confidence >= 0.8 and draft.answer("station.kind") is None:
        draft.say("station.kind", kind, reason, confidence)
        return kind
    terms = get_terms("place_kind")
    first = [kind] if kind else []
    choices = [*first, *(term for term in terms if term != kind)]
    return (
        draft.ask(
            "station.kind",
            "What are the places that the figures are about?",
            choices,
            kind or None,
            reason or "nothing in the file says it",
        )
        or ""
    )


def place_stations(draft: Draft, part: Part, roles: Roles, context: Context) -> None:
    """Fill in `[station]`, except the kind."""
    if roles.station is None:
        _one_place(draft, part, context)
    else:
        _many_places(draft, part, roles, roles.station)
    _positions(draft, part, roles, context)
    if roles.elevation:
        part.station["elevation_column"] = roles.elevation.heading
        draft.say(
            "station.elevation_column",
            roles.elevation.heading,
            "its heading",
            0.85,
        )
        datum = draft.answer("station.vertical_datum")
        if datum:
            part.station["vertical_datum"] = datum


def _one_place(draft: Draft, part: Part, context: Context) -> None:
    words = context.sheet if len(context.sheet) > 3 and draft.scope else ""
    named = slug(title_words(words or context.file), "") or slug(context.said, "place")
    place = draft.ask(
        "station.id",
        "The file is about one place: what is its id?",
        (named,),
        named,
        "no column tells places apart; the id is made from the file's name",
    )
    part.station["id"] = (
        slug(place or named, "place") if not is_id(place or "") else place
    )


def _many_places(draft: Draft, part: Part, roles: Roles, column: Column) -> None:
    station = part.station
    station["column"] = column.heading
    count = len(column.distinct)
    draft.say(
        "station.column",
        column.heading,
        f"its heading; it holds {count:,} different texts",
        min(0.97, 0.6 + max(column.roles.get("station_id", 0.3), 0.3) / 2.5),
        [other.heading for other in roles.names],
    )
    texts = list(column.distinct)
    if roles.beside is not None:
        station["also_columns"] = [roles.beside.heading]
        reason = f"{column.heading!r} repeats; together they are each one place"
        draft.say("station.also_columns", [roles.beside.heading], reason, 0.8)
        texts += roles.beside.distinct
    bad = [text for text in texts if not is_id(text)]
    if bad:
        station["make_ids"] = True
        reason = f"{bad[0]!r} cannot be an id: ids are made from what the column says"
        draft.say("station.make_ids", True, reason, 0.9)
    names: dict[str, str] = {}
    if bad and language_of(bad) != "und":
        names[language_of(bad)] = column.heading
    for other in roles.names:
        language = _language(other)
        if names.get(language, column.heading) == column.heading:
            names[language] = other.heading
    if names:
        station["name_columns"] = names
        listed = ", ".join(f"{each} = {names[each]!r}" for each in names)
        draft.say("station.name_columns", names, f"headings and script: {listed}", 0.85)


def _language(column: Column) -> str:
    heading = column.heading.casefold()
    script = language_of(list(column.distinct))
    for language, words in (
        ("en", ("english", "_en", "لاتيني", "انجليزي", "לועזית", "אנגלית")),
        ("ar", ("arabic", "_ar", "عربي", "ערבית")),
        ("he", ("hebrew", "_he", "عبري", "עברית")),
    ):
        if any(word in heading for word in words) and script in (language, "und"):
            return language
    return script


def _positions(draft: Draft, part: Part, roles: Roles, context: Context) -> None:
    pairs = []
    if roles.x and roles.y:
        pairs.append((roles.x, roles.y))
    if roles.lon and roles.lat:
        pairs.append((roles.lon, roles.lat))
    if not pairs and roles.xy:
        _packed(draft, part, roles.xy, context)
        return
    if not pairs:
        return
    station = part.station
    (x, y), others = pairs[0], pairs[1:]
    crs, swapped = _system(draft, part, (x, y), context, others)
    if not crs and not context.crs:
        return
    if swapped:
        x, y = y, x
    station["x_column"], station["y_column"] = x.heading, y.heading
    if crs:
        station["crs"] = crs
    if others and crs:
        _other_pair(draft, part, others[0])


def _system(
    draft: Draft,
    part: Part,
    pair: tuple[Column, Column],
    context: Context,
    others: list[tuple[Column, Column]],
) -> tuple[str, bool]:
    """Return the reference system of two columns, and whether they are exchanged."""
    if context.states_system or context.crs:
        draft.say(
            "station.crs", context.crs or "as the file says", "the file says it", 1.0
        )
        return context.crs if not context.states_system else "", False
    x, y = pair
    values = _numbers(x, y)
    _after_number(part, x, y)
    if not len(values):
        shown = next(iter(x.distinct), "")
        draft.notice(f"positions are left out: {shown!r} is not read as a number")
        return "", False
    fits = find_grids(
        values[:, 0], values[:, 1], f"{x.heading} {y.heading} {context.said}"
    )
    fits = _consistent(fits, (x, y), others)
    return _choose(draft, fits, values, f"{x.heading!r} and {y.heading!r}")


def _choose(
    draft: Draft, fits: list[Fit], values: np.ndarray, what: str
) -> tuple[str, bool]:
    key = "station.crs"
    said = draft.answer(key)
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    span = f"{low[0]:.10g} to {high[0]:.10g} and {low[1]:.10g} to {high[1]:.10g}"
    named = [fit for fit in fits if fit.named]
    if said is None and (len(fits) == 1 or len(named) == 1):
        fit = (named or fits)[0]
        where = f"{fit.name}: they lie near {_degrees(fit)}"
        others = [other.code for other in fits if other is not fit]
        confidence = 0.95 if fit.named or fit.code == "EPSG:4326" else 0.9
        draft.say(key, fit.code, f"{span}; {where}", confidence, others)
        if fit.swapped:
            draft.notice(f"{what}: east and north are exchanged; read the other way")
        return fit.code, fit.swapped
    listed = "; ".join(
        f"{fit.code} ({fit.name}) puts them near {_degrees(fit)}" for fit in fits
    )
    code = draft.ask(
        key,
        f"In which reference system are {what}? They go from {span}. {listed}",
        [fit.code for fit in fits] + ["none"],
        None if fits else "none",
        "several systems fit the numbers" if fits else "no system known here fits them",
    )
    if not code or code == "none":
        if not fits:
            draft.notice(f"{what} are left out: no reference system fits them ({span})")
        return "", False
    chosen = next((fit for fit in fits if fit.code == code), None)
    return code, bool(chosen and chosen.swapped)


def _degrees(fit: Fit) -> str:
    east = "E" if fit.longitude >= 0 else "W"
    north = "N" if fit.latitude >= 0 else "S"
    return f"{abs(fit.longitude):.2f} {east}, {abs(fit.latitude):.2f} {north}"


def _numbers(x: Column, y: Column) -> np.ndarray:
    """Return pairs of both columns, (n, 2); those with a zero are no positions."""
    first, second = _coordinates(x), _coordinates(y)
    rows = [
        (first[row], second[row])
        for row in first.keys() & second.keys()
        if first[row] and second[row]
    ]
    return np.array(rows[:5000], float).reshape(-1, 2)


def _coordinates(column: Column) -> dict[int, float]:
    """Return the number in each row; degrees, minutes and seconds are one."""
    found = dict(column.written.numbers)
    if found or len(column.texts) > 100_000:
        return found
    for row, text in enumerate(column.cells):
        try:
            found[row] = read_degrees(text)
        except ValueError:
            continue
    return found


def _after_number(part: Part, *columns: Column) -> None:
    signs = {sign for column in columns for sign in column.written.after}
    if signs:
        known = part.table.setdefault("after_number", [])
        known += sorted(signs - set(known))


def _consistent(
    fits: list[Fit],
    pair: tuple[Column, Column],
    others: list[tuple[Column, Column]],
) -> list[Fit]:
    """Keep the systems in which the second pair of coordinates says the same."""
    if len(fits) < 2 or not others:
        return fits
    x, y = pair
    lon, lat = others[0]
    tables = [dict(each.written.numbers) for each in (x, y, lon, lat)]
    rows = [
        tuple(table[row] for table in tables)
        for row in tables[0]
        if all(row in table for table in tables)
    ]
    if not rows:
        return fits
    array = np.array(rows[:2000], float)
    near = [
        fit
        for fit in fits
        if median_distance(
            (array[:, 0], array[:, 1], fit.code),
            (array[:, 2], array[:, 3], "EPSG:4326"),
        )
        < 1500
    ]
    return near or fits


def _other_pair(draft: Draft, part: Part, pair: tuple[Column, Column]) -> None:
    lon, lat = pair
    _after_number(part, lon, lat)
    values = _numbers(lon, lat)
    if not len(values):
        return
    fits = find_grids(values[:, 0], values[:, 1])
    if not fits:
        return
    if fits[0].swapped:
        lon, lat = lat, lon
    part.station |= {
        "other_x_column": lon.heading,
        "other_y_column": lat.heading,
        "other_crs": fits[0].code,
    }
    reason = "a second pair of coordinates: places where the two disagree are named"
    draft.say("station.other_crs", fits[0].code, reason, 0.9)


def _packed(draft: Draft, part: Part, column: Column, context: Context) -> None:
    """Read both coordinates out of one number: 2040057100 is 20400 and 57100."""
    texts = [text for text in column.distinct if re.fullmatch(r"\d{8,14}", text)]
    lengths = {len(text) for text in texts}
    size = max(lengths, default=0)
    if size % 2 or not texts:
        draft.notice(f"{column.heading!r} packs coordinates in a way that is not known")
        return
    digits = size // 2
    halves = np.array([(int(t[:-digits]), int(t[-digits:])) for t in texts], float)
    halves = halves[(halves > 0).all(axis=1)]
    for scale in (1, 10, 100):
        fits = find_grids(
            halves[:, 0] * scale,
            halves[:, 1] * scale,
            f"{column.heading} {context.said}",
        )
        if fits:
            crs, _ = _choose(draft, fits, halves * scale, repr(column.heading))
            if crs:
                part.station |= {
                    "xy_column": column.heading,
                    "xy_digits": digits,
                    "xy_scale": scale,
                    "crs": crs,
                }
                reason = f"{size} digits: {digits} each, in units of {scale} m"
                draft.say("station.xy_column", column.heading, reason, 0.85)
            return
    draft.notice(f"{column.heading!r} packs coordinates in a way that is not known")
