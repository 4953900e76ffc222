"""What a CoverageJSON parameter says of its values (OGC 21-069r2, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet.formats.coverage_domain import named_text
from waternet.formats.json_text import as_list, as_object, as_text
from waternet.formats.units import to_ucum

__all__ = [
    "LIMITS",
    "METHODS",
    "PROPERTY",
    "limit_signs",
    "qualifies",
    "read_categories",
    "read_measured",
    "read_unit",
]

# What EDR's 'measurementType' calls a statistic, and what Waternet does.
METHODS = {
    "instantaneous": "instant",
    "mean": "mean",
    "average": "mean",
    "minimum": "minimum",
    "maximum": "maximum",
    "median": "median",
    "total": "total",
    "sum": "total",
    "accumulation": "total",
    "count": "count",
}
# Before a term of the vocabulary, as the id of an observed property.
PROPERTY = "waternet:observed_property/"
# Categories, by ODM2's names, of values that are limits.
LIMITS = {
    "http://vocabulary.odm2.org/censorcode/lessThan": "<",
    "http://vocabulary.odm2.org/censorcode/greaterThan": ">",
}


def read_categories(parameter: Mapping[str, Any]) -> dict[str, str]:
    """Return the label of each code of a parameter of categories."""
    observed = as_object(parameter.get("observedProperty"))
    labels = {
        as_text(as_object(each).get("id")): named_text(as_object(each).get("label"))
        for each in as_list(observed.get("categories"))
    }
    found = {}
    for name, codes in as_object(parameter.get("categoryEncoding")).items():
        for code in codes if isinstance(codes, list) else [codes]:
            found[as_text(code)] = labels.get(name) or name
    return found


def limit_signs(parameter: Mapping[str, Any]) -> dict[str, str]:
    """Return the sign of each code of a parameter that marks values as limits."""
    encoding = as_object(parameter.get("categoryEncoding"))
    return {
        as_text(encoding[name]): sign
        for name, sign in LIMITS.items()
        if name in encoding
    }


def qualifies(parameter: Mapping[str, Any]) -> bool:
    """Whether a parameter says something of the values beside it, by a node's word."""
    observed = as_text(as_object(parameter.get("observedProperty")).get("id"))
    return observed.startswith("waternet:") and not observed.startswith(PROPERTY)


def read_measured(parameter: Mapping[str, Any]) -> tuple[str, str]:
    """Return statistic and interval, as EDR's 'measurementType' has them; ''."""
    measured = as_object(parameter.get("measurementType"))
    statistic = METHODS.get(as_text(measured.get("method")).lower(), "")
    duration = as_text(measured.get("duration")) or as_text(measured.get("period"))
    if statistic == "instant":
        return statistic, "PT0S"
    return statistic, duration.split("/")[-1] if duration.startswith("P") else ""


def read_unit(unit: Mapping[str, Any]) -> tuple[str, str]:
    """Return a unit as it is written, and its UCUM code where that is certain."""
    symbol = unit.get("symbol")
    text = as_text(as_object(symbol).get("value")) or as_text(symbol)
    label = named_text(unit.get("label"))
    if "UCUM" in as_text(as_object(symbol).get("type")).upper():
        return text, text
    return text or label, to_ucum(text) or to_ucum(label)
