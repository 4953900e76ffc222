"""Our terms as the codes that the USGS's programs know, and back.

Where the vocabulary names no code of theirs, our own term stands.

References
----------
help.waterdata.usgs.gov/codes-and-parameters: parameters, statistics, site types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from waternet.observation.vocabulary import get_terms

__all__ = [
    "COMPUTED",
    "PERIODS",
    "code_of",
    "codes_by_term",
    "terms_meant",
]

# What a statistic is called in 'computation_identifier'.
COMPUTED: Final[Mapping[str, str]] = {
    "instant": "Instantaneous",
    "mean": "Mean",
    "minimum": "Min",
    "maximum": "Max",
    "total": "Sum",
    "median": "Median",
    "count": "Count",
}
PERIODS: Final[Mapping[str, str]] = {"PT0S": "Points", "P1D": "Daily", "PT1H": "Hourly"}


@cache
def codes_by_term(vocabulary: str) -> Mapping[str, tuple[str, ...]]:
    """Return the USGS's codes of each term of a vocabulary that has some."""
    found = {
        term: one.codes.get("usgs", ()) for term, one in get_terms(vocabulary).items()
    }
    return {term: codes for term, codes in found.items() if codes}


def code_of(vocabulary: str, term: str, asked: Sequence[str] = ()) -> str:
    """Return the code of a term: one that was asked for, or the vocabulary's first.

    Examples
    --------
    >>> code_of("observed_property", "discharge")
    '00060'
    >>> code_of("observed_property", "discharge", ["30208"])
    '30208'
    >>> code_of("observed_property", "water-transferred")
    'water-transferred'
    """
    codes = codes_by_term(vocabulary).get(term, ())
    for code in asked:
        if code in codes or code == term:
            return code
    return codes[0] if codes else term


def terms_meant(vocabulary: str, codes: Sequence[str]) -> set[str]:
    """Return the terms that codes, or our own terms, mean.

    Examples
    --------
    >>> sorted(terms_meant("statistic", ["00003", "total"]))
    ['mean', 'total']
    """
    asked = set(codes)
    return {
        term
        for term in get_terms(vocabulary)
        if term in asked or asked.intersection(codes_by_term(vocabulary).get(term, ()))
    }
