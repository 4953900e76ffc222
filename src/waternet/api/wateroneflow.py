"""WaterOneFlow by addresses: sites, variables and values as WaterML 1.1.

What CUAHSI's services answer by SOAP, and by GET with the same names of methods and
parameters. A party is a network: site ``jordan:W1``; variables are those of
``waternet.formats.waterml1_writing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from typing import Any, Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.downloads.choosing import selection_of
from waternet.api.downloads.forms import FORMS
from waternet.api.downloads.series import as_datastream, places_of, series_answer
from waternet.api.figures import FIGURE_PARAMETERS
from waternet.api.operation import Operation, Parameter
from waternet.bank.discovery import find_datastreams, find_places
from waternet.bank.question import Question
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.bank.when import read_past, read_time
from waternet.errors import NotAcceptable, NotFound
from waternet.formats.waterml1_description import variable_code
from waternet.formats.waterml1_writing import WrittenSite, write_sites, write_variables
from waternet.observation.place import Place
from waternet.observation.zone import find_zone

__all__ = ["operations"]

_XML: Final = "text/xml"
_FEW: Final = 20  # sites are looked up one by one
_CODE: Final = {"type": "string", "maxLength": 200}
_SITES: Final = {"type": "array", "items": _CODE, "maxItems": 1_000}
_TOKEN: Final = Parameter(
    "authToken", _CODE, "Not read: WaterOneFlow's clients send it."
)
_PAST: Final = tuple(one for one in FIGURE_PARAMETERS if one.name in ("as_of", "unit"))
_BOX: Final = Parameter(
    "bbox",
    {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    "Only in this box: west, south, east, north in degrees.",
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this interface; methods ending in Object are aliases."""
    sites = Parameter("site", _SITES, "Sites, PARTY:ID; all unless stated.")
    site = Parameter("site", _SITES, "Sites, PARTY:ID.", required=True)
    variable = Parameter("variable", _CODE, "A variable, waternet:CODE; else all.")
    values = (
        Parameter("location", _CODE, "A site, PARTY:ID.", required=True),
        variable,
        Parameter("startDate", _CODE, "From this time on, by the site's clock."),
        Parameter("endDate", _CODE, "Up to this time or day, which is part of it."),
        *_PAST,
    )
    methods: tuple[tuple[str, str, Callable[..., Any], tuple[Parameter, ...]], ...] = (
        ("GetSites", "Sites, with position and name.", _get_sites, (sites, _BOX)),
        ("GetSiteInfo", "What is measured at sites.", _get_site_info, (site,)),
        ("GetVariables", "Quantities that are measured.", _get_variables, (variable,)),
        ("GetVariableInfo", "A quantity.", _get_variables, (variable,)),
        ("GetValues", "Figures of one site.", _get_values, values),
    )
    return tuple(
        _operation(name + suffix, about, answer, parameters)
        for name, about, answer, parameters in methods
        for suffix in ("", "Object")
    )


def _operation(
    name: str,
    about: str,
    answer: Callable[[Asked], Answer],
    parameters: tuple[Parameter, ...],
) -> Operation:
    return Operation(
        "GET",
        f"/waterml/1.1/{name}",
        f"waterml-{name}",
        "waterml",
        about,
        answer,
        parameters=(*parameters, _TOKEN),
        answers={_XML: {}},
        is_listed=not name.endswith("Object"),
    )


def _get_sites(asked: Asked) -> Answer:
    bank = asked.bank
    selections = _sites_asked(asked) or [selection_of(asked)]
    found = _found(bank, find_places, selections, "id")
    streams = _found(bank, find_datastreams, selections, "feature")
    zones = {(row["party"], row["feature"]): row["zone"] for row in streams}
    places = places_of(bank, {(row["party"], row["id"]) for row in found})
    sites = [
        WrittenSite(party, place, zones.get((party, id_), "UTC"))
        for (party, id_), place in sorted(places.items())
    ]
    return _sites_answer(asked, sites, "GetSites")


def _get_site_info(asked: Asked) -> Answer:
    bank, selections = asked.bank, _sites_asked(asked)
    keys = list(dict.fromkeys((one.party, one.feature) for one in selections))
    places = places_of(bank, set(keys))
    for key in keys:
        if key not in places:
            raise NotFound(
                f"no site {':'.join(key)!r}", hint="GetSites lists sites as PARTY:ID"
            )
    measured: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in _found(bank, find_datastreams, selections, "feature"):
        if row["figures"]:
            measured.setdefault((row["party"], row["feature"]), []).append(row)
    sites = [_site_info(key[0], places[key], measured.get(key, ())) for key in keys]
    return _sites_answer(asked, sites, "GetSiteInfo")


def _site_info(
    party: str, place: Place, rows: Sequence[Mapping[str, Any]]
) -> WrittenSite:
    series = [
        (as_datastream(row), row["figures"], row["first"], row["last"]) for row in rows
    ]
    zone = rows[0]["zone"] if rows else "UTC"
    return WrittenSite(party, place, zone, series)


def _get_variables(asked: Asked) -> Answer:
    streams = map(as_datastream, _rows(find_datastreams(asked.bank, Selection())))
    code = _variable_asked(asked)[0]
    chosen = [one for one in streams if code in ("", variable_code(one))]
    if code and not chosen:
        raise NotFound(f"no variable {code!r}", hint="GetVariables lists their codes")
    sink = BytesIO()
    write_variables(chosen, sink, _told(asked))
    return _xml(sink)


def _get_values(asked: Asked) -> Answer:
    site = _read_site(asked.values["location"])
    code, procedure = _variable_asked(asked)
    rows = [
        row
        for row in _rows(find_datastreams(asked.bank, site))
        if row["figures"]
        and code in ("", variable_code(as_datastream(row)))
        and procedure in ("", row["procedure"])
    ]
    if not rows:
        raise NotFound(
            f"no figures of {asked.values.get('variable') or 'any variable'!r} at "
            f"{asked.values['location']!r}",
            hint="GetSiteInfo lists what is measured at a site",
        )
    clock = find_zone(rows[0]["zone"])
    past = asked.values.get("as_of", "")
    start, end = asked.values.get("startDate", ""), asked.values.get("endDate", "")
    question = Question(
        start=read_time(start, clock) if start else None,
        end=_after(end, clock) if end else None,
        as_of=read_past(past) if past else None,
        unit=asked.values.get("unit", ""),
    )
    addresses = [
        f"{row['party']}:{row['datastream']}" for row in rows if row["figures"]
    ]
    return series_answer(asked, addresses, question, FORMS["waterml1"], _told(asked))


def _after(written: str, clock: tzinfo) -> datetime:
    """Return the first moment after a time, day, month or year that is asked for."""
    when = read_time(written, clock)
    if len(written) == len("2015"):
        return when.replace(year=when.year + 1)
    if len(written) == len("2015-06"):
        following = when.replace(day=28) + timedelta(days=4)
        return following.replace(day=1)
    is_day = len(written) == len("2015-06-30")
    return when + (timedelta(days=1) if is_day else timedelta(microseconds=1))


def _sites_asked(asked: Asked) -> list[Selection]:
    return [_read_site(site) for site in asked.values.get("site", ()) if site]


def _read_site(written: str) -> Selection:
    party, colon, feature = written.partition(":")
    if not (party and colon and feature):
        raise NotAcceptable(
            f"{written!r} is not a site", hint="write PARTY:ID, as GetSites lists them"
        )
    return Selection(party=party, feature=feature)


def _variable_asked(asked: Asked) -> tuple[str, str]:
    """Return the code of the variable and the procedure that are asked for, or ''.

    WaterOneFlow writes options behind the code: ``waternet:CODE/methodCode=gauge``.
    """
    written, _, options = asked.values.get("variable", "").partition("/")
    code = written.rpartition(":")[2]
    for option in options.split("/"):
        name, _, value = option.partition("=")
        if name.lower() == "methodcode":
            return code, value
    return code, ""


def _found(
    bank: Bank,
    find: Callable[[Bank, Selection], Any],
    selections: Sequence[Selection],
    name: str,
) -> list[Mapping[str, Any]]:
    """Return what is found for some sites: one by one, of many all of their parties."""
    if len(selections) <= _FEW:
        return [row for one in selections for row in _rows(find(bank, one))]
    keys = {(one.party, one.feature) for one in selections}
    return [
        row
        for party in sorted({party for party, _ in keys})
        for row in _rows(find(bank, Selection(party=party)))
        if (row["party"], row[name]) in keys
    ]


def _sites_answer(asked: Asked, sites: list[WrittenSite], method: str) -> Answer:
    sink = BytesIO()
    write_sites(sites, sink, method, _told(asked))
    return _xml(sink)


def _xml(sink: BytesIO) -> Answer:
    return Answer(sink.getvalue(), f"{_XML}; charset=utf-8")


def _told(asked: Asked) -> Mapping[str, str]:
    """Return what was asked for, but for what would open a door."""
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in asked.values.items()
        if name != _TOKEN.name
    }


def _rows(table: Any) -> Iterator[Mapping[str, Any]]:
    yield from table.to_pylist(maps_as_pydicts="strict")
