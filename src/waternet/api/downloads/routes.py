"""What can be asked for as a file, below /data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.downloads.answers import (
    FIGURES,
    TABLES,
    answer_aggregates,
    answer_citation,
    answer_compare,
    answer_datastreams,
    answer_estimate,
    answer_history,
    answer_latest,
    answer_observations,
    answer_releases,
    answer_stations,
)
from waternet.api.downloads.choosing import CHOICE_PARAMETERS, DATASTREAM_PARAMETERS
from waternet.api.downloads.forms import form_parameters
from waternet.api.downloads.layers import layer_operations
from waternet.api.downloads.schemas import (
    CITED,
    ESTIMATE,
    answers_in,
    rows_schema,
)
from waternet.api.figures import FIGURE_PARAMETERS, SPAN_PARAMETERS
from waternet.api.operation import JSON, Operation, Parameter

__all__ = ["operations"]

_PAST_AND_UNIT: Final = tuple(
    one for one in FIGURE_PARAMETERS if one.name in ("as_of", "unit")
)
_SPAN_OF_DATASTREAMS: Final = (*DATASTREAM_PARAMETERS, *SPAN_PARAMETERS)
_GATHERING: Final = (
    *(
        Parameter(one.name, one.schema, one.about, required=one.name == "aggregate")
        for one in FIGURE_PARAMETERS
        if one.name != "statistic"
    ),
    Parameter(
        "percentiles",
        {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 99},
            "maxItems": 20,
        },
        "Percentiles besides, from 0 to 99.",
    ),
)
_COMPARING: Final = (
    Parameter(
        "observed_property",
        {"type": "string", "minLength": 1, "maxLength": 200},
        "The quantity: lake-level, dependency-ratio...",
        required=True,
    ),
    Parameter(
        "place",
        {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 200},
            "maxItems": 100,
        },
        "Shared names (iso3166:JO), or PARTY:ID; unless stated, all that share one.",
    ),
)
_ONE_FIGURE: Final = (
    Parameter(
        "datastream",
        {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 200},
            "minItems": 1,
            "maxItems": 1,
        },
        "The address of one datastream.",
        required=True,
    ),
    Parameter(
        "time",
        {"type": "string", "minLength": 4, "maxLength": 40},
        "The figure's own time exactly; a year or day begins by its owner's clock.",
        required=True,
    ),
)
_PLACE: Final = (
    *("party", "id", "kind", "names", "longitude", "latitude", "elevation"),
    *("vertical_datum", "within", "same_as", "datastreams", "release"),
)
_DATASTREAM: Final = (
    *("party", "datastream", "dataset", "feature", "observed_property", "unit"),
    *("statistic", "interval", "procedure", "sampling", "zone", "figures"),
    *("first", "last", "release"),
)
_RELEASE: Final = (
    *("party", "release", "issued", "kind", "dataset", "title", "source", "reason"),
    *("rows", "access", "readers", "withdrawn_by", "finding"),
)
_FIGURE: Final = (
    *("party", "datastream", "unit", "time", "end", "offset", "value", "censor"),
    *("grade", "status", "qualifier", "release"),
)
_STATISTICS: Final = (
    *("party", "datastream", "unit", "start", "end", "period", "mean", "minimum"),
    *("maximum", "total", "n", "expected", "coverage", "censored", "censor"),
    "release",
)
_SIDE: Final = (
    *("feature", "statistic", "interval", "time", "party", "datastream", "value"),
    *("unit", "spread", "published_value", "published_unit", "censor", "grade"),
    *("status", "release"),
)
_REVISION: Final = (
    *("party", "datastream", "unit", "time", "change", "value", "censor", "grade"),
    *("status", "release", "issued", "kind", "reason"),
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this interface."""
    return (*_listings(), *_figures(), *_about_figures(), *layer_operations())


def _listings() -> tuple[Operation, ...]:
    party = tuple(one for one in CHOICE_PARAMETERS if one.name == "party")
    return (
        _table(
            "stations",
            "Stations and areas, by name, kind or place.",
            answer_stations,
            CHOICE_PARAMETERS,
            rows_schema(_PLACE),
        ),
        _table(
            "datastreams",
            "What is measured where: how many figures, from when to when.",
            answer_datastreams,
            DATASTREAM_PARAMETERS,
            rows_schema(_DATASTREAM),
        ),
        _table(
            "releases",
            "What each party published, newest first.",
            answer_releases,
            party,
            rows_schema(_RELEASE, others=("cosigned",)),
        ),
    )


def _figures() -> tuple[Operation, ...]:
    return (
        _table(
            "observations",
            "Figures over a period, as published, or one statistic of each period.",
            answer_observations,
            (*_SPAN_OF_DATASTREAMS, *FIGURE_PARAMETERS),
            rows_schema(_FIGURE, others=("n", "expected", "coverage", "period")),
            FIGURES,
        ),
        _table(
            "aggregates",
            "Every statistic of each period, with coverage.",
            answer_aggregates,
            (*_SPAN_OF_DATASTREAMS, *_GATHERING),
            rows_schema(_STATISTICS, more="^p[0-9][0-9]$"),
        ),
        _table(
            "latest",
            "The latest figure of each datastream.",
            answer_latest,
            (*DATASTREAM_PARAMETERS, *_PAST_AND_UNIT),
            rows_schema(_FIGURE),
        ),
        _table(
            "compare",
            "Several parties' figures for one quantity side by side, never averaged.",
            answer_compare,
            (*_COMPARING, *SPAN_PARAMETERS, *_PAST_AND_UNIT),
            rows_schema(_SIDE),
        ),
        _table(
            "history",
            "All that was ever said of one figure, when and why.",
            answer_history,
            _ONE_FIGURE,
            rows_schema(_REVISION),
        ),
    )


def _about_figures() -> tuple[Operation, ...]:
    asked = (*_SPAN_OF_DATASTREAMS, *FIGURE_PARAMETERS)
    cited = {
        "type": "object",
        "required": ["disclaimer", "citation"],
        "properties": {
            "disclaimer": {"type": "string"},
            "citation": {"type": "array", "items": CITED},
        },
    }
    return (
        _operation(
            "citation",
            "Whose the figures are that such a question returns, and how to cite them.",
            answer_citation,
            asked,
            {JSON: cited},
        ),
        _operation(
            "estimate",
            "How many rows and bytes such a question returns, before it is asked.",
            answer_estimate,
            asked,
            {JSON: ESTIMATE},
        ),
    )


def _table(
    name: str,
    about: str,
    answer: Callable[[Asked], Answer],
    parameters: tuple[Parameter, ...],
    schema: dict[str, Any],
    forms: Iterable[str] = TABLES,
) -> Operation:
    told = (*parameters, *form_parameters(forms))
    return _operation(name, about, answer, told, answers_in(forms, schema))


def _operation(
    name: str,
    about: str,
    answer: Callable[[Asked], Answer],
    parameters: tuple[Parameter, ...],
    answers: dict[str, Any],
) -> Operation:
    return Operation(
        "GET",
        f"/data/{name}",
        f"data-{name}",
        "data",
        about,
        answer,
        parameters=parameters,
        answers=answers,
    )
