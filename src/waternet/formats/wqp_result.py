"""One row of the Water Quality Portal's results, in the older or the newer columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Result", "read_result"]

# Each thing's heading in WQX 2 and in WQX 3 (which USGS samples share).
_COLUMNS = {
    "date": ("ActivityStartDate", "Activity_StartDate"),
    "clock": ("ActivityStartTime/Time", "Activity_StartTime"),
    "zone": ("ActivityStartTime/TimeZoneCode", "Activity_StartTimeZone"),
    "activity": ("ActivityTypeCode", "Activity_TypeCode"),
    "name": ("CharacteristicName", "Result_Characteristic"),
    "long_name": ("", "Result_CharacteristicUserSupplied"),
    "fraction": ("ResultSampleFractionText", "Result_SampleFraction"),
    "speciation": ("MethodSpecificationName", "Result_MethodSpeciation"),
    "parameter": ("USGSPCode", "USGSpcode"),
    "value": ("ResultMeasureValue", "Result_Measure"),
    "unit": ("ResultMeasure/MeasureUnitCode", "Result_MeasureUnit"),
    "condition": ("ResultDetectionConditionText", "Result_ResultDetectionCondition"),
    "qualifier": ("MeasureQualifierCode", "Result_MeasureQualifierCode"),
    "status": ("ResultStatusIdentifier", "Result_MeasureStatusIdentifier"),
    "type": ("ResultValueTypeName", "Result_MeasureType"),
    "base": ("StatisticalBaseCode", "Result_StatisticalBase"),
    "basis": ("ResultTimeBasisText", "Result_TimeBasis"),
    "method": (
        "ResultAnalyticalMethod/MethodIdentifier",
        "ResultAnalyticalMethod_Identifier",
    ),
    "context": (
        "ResultAnalyticalMethod/MethodIdentifierContext",
        "ResultAnalyticalMethod_IdentifierContext",
    ),
    "depth": (
        "ActivityDepthHeightMeasure/MeasureValue",
        "Activity_DepthHeightMeasure",
    ),
    "depth_unit": (
        "ActivityDepthHeightMeasure/MeasureUnitCode",
        "Activity_DepthHeightMeasureUnit",
    ),
}
# The first of them that has a figure: in WQX 3, A is what a '<' was told by.
_LIMITS = (
    (
        "DetectionQuantitationLimitMeasure/MeasureValue",
        "DetectionQuantitationLimitMeasure/MeasureUnitCode",
    ),
    ("DetectionLimit_MeasureA", "DetectionLimit_MeasureUnitA"),
    ("DetectionLimit_MeasureB", "DetectionLimit_MeasureUnitB"),
)
# WQX domain list "Result Detection Condition".
_BELOW = (
    *("not detected", "not detected at reporting limit", "below detection limit"),
    *("present below quantification limit", "below reporting limit"),
    *("not detected at detection limit", "detected not quantified", "non-detect"),
    *("not present", "nd", "between inst detect and quant limit", "present <ql"),
    *("below method detection limit", "not detected at quantification limit"),
    *("below sample-specific detect limit", "below long-term blank-based limit"),
)
_ABOVE = ("present above quantification limit", "present >ql")
# Samples that are not of the place's water.
_NOT_WATER = ("blank", "spike", "reference", "calibration", "blind")
_STATISTICS = {
    "Mean": "mean",
    "Daily Arithmetic Mean": "mean",
    "Maximum": "maximum",
    "Minimum": "minimum",
    "Median": "median",
    "Daily Maximum": "maximum",
    "Daily Minimum": "minimum",
    "Total": "total",
    "Count": "count",
}
_BASES = {
    "1 Day": "P1D",
    "24 Hours": "PT24H",
    "1 Hour": "PT1H",
    "7 Day": "P7D",
    "30 Day": "P30D",
    "Annual": "P1Y",
    "Monthly": "P1M",
    "Daily": "P1D",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What one row says; '' where it does not.

    Attributes
    ----------
    quantities : tuple of str
        The parameter code, the name with speciation and fraction, and without them.
        Of a blank or a spike, only the name with what it is.
    value : str
        With '<' or '>' in front where it is a limit.
    is_limit : bool
        Whether it is the detection limit, not the result.
    fault : str
        Why there is no figure though something was found or looked for.
    """

    quantities: tuple[str, ...]
    date: str
    clock: str
    zone: str
    value: str
    unit: str
    is_limit: bool
    condition: str
    fault: str
    qualifier: str
    status: str
    statistic: str
    interval: str
    method: str
    depth: str


def read_result(row: Mapping[str, str]) -> Result:
    """Read one row of results."""
    told = {
        thing: next((row[name] for name in names if row.get(name)), "")
        for thing, names in _COLUMNS.items()
    }
    value, unit, is_limit, fault = _figure(row, told)
    statistic = _STATISTICS.get(told["base"], "") if told["base"] else "instant"
    interval = "PT0S" if statistic == "instant" else _BASES.get(told["basis"], "")
    method = " ".join(filter(None, (told["context"], told["method"])))
    depth = f"{told['depth']} {told['depth_unit']}".strip()
    return Result(
        quantities=_quantities(told),
        date=told["date"],
        clock=told["clock"],
        zone=told["zone"],
        value=value,
        unit=unit,
        is_limit=is_limit,
        condition=told["condition"],
        fault=fault,
        qualifier=told["qualifier"],
        status="Estimated" if told["type"] == "Estimated" else told["status"],
        statistic=statistic,
        interval=interval,
        method="; ".join(filter(None, (told["fraction"], method))),
        depth=depth if told["depth"] else "",
    )


def _quantities(told: Mapping[str, str]) -> tuple[str, ...]:
    name, speciation, fraction = told["name"], told["speciation"], told["fraction"]
    activity = told["activity"].lower()
    if any(word in activity for word in _NOT_WATER):
        return (f"{name} ({told['activity']})",)
    code = told["parameter"].zfill(5) if told["parameter"].isdigit() else ""
    species = f"{name} {speciation}" if speciation else name
    names = (
        *(code, f"{species}, {fraction}" if fraction else "", species),
        *(told["long_name"], name),
    )
    return tuple(dict.fromkeys(filter(None, names)))


def _figure(
    row: Mapping[str, str], told: Mapping[str, str]
) -> tuple[str, str, bool, str]:
    """Return the value, its unit, whether it is a limit, and what is wrong."""
    value, unit = told["value"], told["unit"]
    said = told["condition"].lower().lstrip("*").strip()
    if not said and value.lower().lstrip("*") in _BELOW:
        said, value = value.lower().lstrip("*"), ""
    sign = "<" if said in _BELOW else ">" if said in _ABOVE else ""
    if not sign:
        if said and not value:
            return "", unit, False, "no figure, and the condition is of no known kind"
        return value, unit, False, ""
    for heading, unit_heading in _LIMITS:
        if row.get(heading):
            return sign + row[heading], row.get(unit_heading) or unit, True, ""
    if value:
        return value if value[0] in "<>" else sign + value, unit, False, ""
    return "", unit, False, "not detected, but no limit is given"
