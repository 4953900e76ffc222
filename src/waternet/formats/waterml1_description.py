"""What WaterML 1.1 says of a site, a variable and a method, as it is written."""

from __future__ import annotations

from datetime import datetime

from waternet.formats.series_writing import place_name, quoted, xml_text
from waternet.observation.datastream import Datastream, calendar_interval
from waternet.observation.place import Place
from waternet.observation.vocabulary import get_term
from waternet.observation.zone import find_zone

__all__ = ["method_xml", "site_xml", "variable_code", "variable_xml"]

_DATA_TYPES = {
    "instant": "Sporadic",
    "mean": "Average",
    "minimum": "Minimum",
    "maximum": "Maximum",
    "total": "Incremental",
    "median": "Median",
}


def variable_code(datastream: Datastream) -> str:
    """Return the code of the variable that a datastream is of.

    Examples
    --------
    >>> variable_code(Datastream("d", "a", "discharge", "m3/s", "mean", "P1D"))
    'discharge.mean.P1D'
    """
    kind = datastream.observed_property, datastream.statistic, datastream.interval
    return ".".join(kind)


def site_xml(party: str, feature: str, place: Place | None, zone: str) -> str:
    """Return what stands in a siteInfo or a sourceInfo."""
    hours = [
        find_zone(zone).utcoffset(datetime(2026, month, 1))  # noqa: DTZ001
        for month in (1, 7)
    ]
    minutes = min(int(one.total_seconds()) // 60 for one in hours if one is not None)
    sign, (hour, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    parts = [
        f"<siteName>{xml_text(place_name(feature, place))}</siteName>",
        f"<siteCode network={quoted(party or 'own')}>{xml_text(feature)}</siteCode>",
        '<timeZoneInfo siteUsesDaylightSavingsTime="false">',
        f'<defaultTimeZone zoneOffset="{sign}{hour:02}:{rest:02}"'
        f" zoneAbbreviation={quoted(zone)}/></timeZoneInfo>",
    ]
    at = place.position if place else None
    if at is None:
        parts.append("<geoLocation/>")  # OWSLib reads no site without it
    else:
        parts.append(
            '<geoLocation><geogLocation xsi:type="LatLonPointType" srs="EPSG:4326">'
            f"<latitude>{at.latitude!r}</latitude>"
            f"<longitude>{at.longitude!r}</longitude></geogLocation></geoLocation>"
        )
        if at.elevation is not None:
            parts.append(f"<elevation_m>{at.elevation!r}</elevation_m>")
        if at.vertical_datum:
            parts.append(
                f"<verticalDatum>{xml_text(at.vertical_datum)}</verticalDatum>"
            )
    if place is not None:
        label = get_term("place_kind", place.kind).labels["en"]
        parts.append(f"<siteType>{xml_text(label)}</siteType>")
    return "".join(parts)


def variable_xml(datastream: Datastream, no_data: str = "-9999") -> str:
    """Return a variable; `no_data` is a number that none of its values is."""
    term = get_term("observed_property", datastream.observed_property)
    named = term.codes.get("cuahsi", (term.labels["en"],))[0]
    name, _, speciation = named.partition(" as ")
    unit = (
        f"<unit><unitName>{xml_text(datastream.unit)}</unitName>"
        f"<unitAbbreviation>{xml_text(datastream.unit)}</unitAbbreviation>"
        f"<unitCode>{xml_text(datastream.unit)}</unitCode></unit>"
    )
    parts = [
        '<variable><variableCode vocabulary="waternet" default="true">'
        f"{variable_code(datastream)}</variableCode>",
        f"<variableName>{xml_text(name)}</variableName>",
        f"<variableDescription>{xml_text(term.definition)}</variableDescription>",
        "<valueType>Unknown</valueType>",
        f"<dataType>{_DATA_TYPES.get(datastream.statistic, 'Unknown')}</dataType>",
        "<generalCategory>Hydrology</generalCategory>",
        "<sampleMedium>Unknown</sampleMedium>",
        f"{unit}<noDataValue>{no_data}</noDataValue>",
        _time_scale(datastream),
    ]
    if speciation:
        parts.append(f"<speciation>{xml_text(speciation)}</speciation>")
    return "".join([*parts, "</variable>"])


def method_xml(number: int, datastream: Datastream) -> str:
    """Return a method: the procedure by which figures were obtained."""
    code = xml_text(datastream.procedure)
    return (
        f'<method methodID="{number}"><methodCode>{code}</methodCode>'
        f"<methodDescription>{code}</methodDescription></method>\n"
    )


def _time_scale(datastream: Datastream) -> str:
    count, unit = 0, "second"
    if datastream.statistic != "instant":
        count, unit = calendar_interval(datastream.interval)
    regular = "false" if datastream.statistic == "instant" else "true"
    return (
        f'<timeScale isRegular="{regular}"><unit><unitName>{unit}</unitName>'
        f"<unitType>Time</unitType></unit><timeSupport>{count}</timeSupport></timeScale>"
    )
