"""Parameters: the quantities of a collection, and what qualifies each value.

A quantity is an observed property with its statistic and interval. A coverage holds one
quantity and, beside it, parameters that say of each value whether it is a limit, how it
was graded, how it came about and which release brought it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from waternet.formats.coverage_parameters import PROPERTY
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import Censor, Grade, Status, get_term, get_terms

__all__ = [
    "GATHERED",
    "QUALIFIERS",
    "Quantity",
    "in_language",
    "qualifier_object",
]

UCUM: Final = "http://www.opengis.net/def/uom/UCUM/"
_METHODS = {"instant": "instantaneous"}
_ODM2 = "http://vocabulary.odm2.org/censorcode/"
_CENSORS = {
    Censor.NONE: (
        f"{_ODM2}notCensored",
        {"en": "The figure itself", "ar": "القيمة نفسها", "he": "הערך עצמו"},
    ),
    Censor.BELOW: (
        f"{_ODM2}lessThan",
        {
            "en": "Less than the limit given",
            "ar": "أقل من الحد المعطى",
            "he": "פחות מהגבול הנתון",
        },
    ),
    Censor.ABOVE: (
        f"{_ODM2}greaterThan",
        {
            "en": "More than the limit given",
            "ar": "أكثر من الحد المعطى",
            "he": "יותר מהגבול הנתון",
        },
    ),
    3: (
        "waternet:censor/both",
        {
            "en": "Limits below and above: no figure",
            "ar": "حدود دنيا وعليا: لا قيمة",
            "he": "גבולות מלמטה ומלמעלה: אין ערך",
        },
    ),
}
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "censor": {
        "en": "Whether the value is a limit",
        "ar": "هل القيمة حدّ",
        "he": "האם הערך הוא גבול",
    },
    "grade": {"en": "Quality grade", "ar": "درجة الجودة", "he": "דרגת איכות"},
    "status": {
        "en": "How the figure came about",
        "ar": "كيف نشأت القيمة",
        "he": "כיצד התקבל הערך",
    },
    "release": {
        "en": "Release that brought the figure",
        "ar": "الإصدار الذي جاء بالقيمة",
        "he": "הפרסום שהביא את הערך",
    },
    "qualifier": {
        "en": "Remark of the source",
        "ar": "ملاحظة المصدر",
        "he": "הערת המקור",
    },
    "n": {"en": "Number of figures", "ar": "عدد القيم", "he": "מספר הערכים"},
    "expected": {
        "en": "Number of figures expected",
        "ar": "العدد المتوقع للقيم",
        "he": "מספר הערכים הצפוי",
    },
    "coverage": {
        "en": "Share of the figures expected",
        "ar": "نسبة القيم المتوقعة",
        "he": "שיעור הערכים הצפויים",
    },
}
QUALIFIERS: Final = ("censor", "grade", "status", "release", "qualifier")
GATHERED: Final = ("n", "expected", "coverage")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a parameter is.

    Examples
    --------
    >>> Quantity("air-temperature", "mean", "P1D").name
    'air-temperature_mean_P1D'
    >>> Quantity("chloride").name
    'chloride'
    """

    observed_property: str
    statistic: str = "instant"
    interval: str = INSTANT

    @property
    def name(self) -> str:
        """What it is asked for by: no name of the vocabularies holds a '_'."""
        if self.interval == INSTANT:
            return self.observed_property
        return f"{self.observed_property}_{self.statistic}_{self.interval}"

    @property
    def labels(self) -> dict[str, str]:
        """Its name for people, by language."""
        labels = get_term("observed_property", self.observed_property).labels
        if self.interval == INSTANT:
            return dict(labels)
        kinds = get_term("statistic", self.statistic).labels
        return {
            language: f"{label} ({kinds[language]}, {self.interval})"
            for language, label in labels.items()
        }

    @cache  # noqa: B019  as many as the vocabularies have, and equal ones are one
    def to_object(self, unit: str = "") -> dict[str, Any]:
        """Return it as a CoverageJSON parameter, not to be changed.

        Parameters
        ----------
        unit : str
            UCUM code; '' where owners' units differ.
        """
        term = get_term("observed_property", self.observed_property)
        observed: dict[str, Any] = {
            "id": PROPERTY + term.id,
            "label": dict(term.labels),
        }
        if term.definition:
            observed["description"] = {"en": term.definition}
        made: dict[str, Any] = {
            "type": "Parameter",
            "id": self.name,
            # The standard leaves out a label that the observed property has already.
            **({} if self.interval == INSTANT else {"label": self.labels}),
            "observedProperty": observed,
        }
        if unit:
            symbol = {"value": unit, "type": UCUM}
            made["unit"] = {"label": {"und": unit}, "symbol": symbol}
        made["measurementType"] = {
            "method": _METHODS.get(self.statistic, self.statistic),
            "duration": self.interval,
        }
        return made


@cache
def qualifier_object(name: str) -> dict[str, Any]:
    """Return a parameter that says something of each value, not to be changed."""
    observed: dict[str, Any] = {"id": f"waternet:{name}", "label": dict(_LABELS[name])}
    made: dict[str, Any] = {"type": "Parameter", "id": name}
    categories = _categories(name)
    if categories:
        observed["categories"] = [
            {"id": id_, "label": dict(labels)} for id_, labels, _ in categories
        ]
        made["categoryEncoding"] = {id_: code for id_, _, code in categories}
    made["observedProperty"] = observed
    if name in GATHERED:
        made["unit"] = {"symbol": {"value": "1", "type": UCUM}}
    return made


def _categories(name: str) -> list[tuple[str, Mapping[str, str], int]]:
    if name == "censor":
        return [(id_, labels, int(code)) for code, (id_, labels) in _CENSORS.items()]
    if name not in ("grade", "status"):
        return []
    codes = Grade if name == "grade" else Status
    terms = get_terms(name)
    return [
        (f"waternet:{name}/{code.name.lower()}", terms[code.name.lower()].labels, code)
        for code in codes
    ]


def in_language(made: Any, language: str) -> Any:
    """Return an object of labels in every language with those of one.

    The descriptions of collections know no languages; coverages do.
    """
    if isinstance(made, list):
        return [in_language(one, language) for one in made]
    if not isinstance(made, dict):
        return made
    return {
        name: (
            value.get(language) or next(iter(value.values()))
            if name in ("label", "description") and isinstance(value, dict)
            else in_language(value, language)
        )
        for name, value in made.items()
    }
