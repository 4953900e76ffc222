"""Controlled vocabularies: observed properties, kinds, statuses, in three languages.

The terms are data files beside this module (``vocabularies/*.csv``), never code. A
term has one id, a label per language and the codes that other standards give it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from importlib.resources import files

from waternet.errors import NotFound

__all__ = [
    "DEPTHS",
    "LANGUAGES",
    "VOCABULARIES",
    "Censor",
    "Grade",
    "Status",
    "Term",
    "find_by_code",
    "get_term",
    "get_terms",
]

LANGUAGES = ("ar", "he", "en")
VOCABULARIES = ("observed_property", "place_kind", "statistic", "status", "grade")
# Observed properties whose figures grow as the water falls: drawn downwards.
DEPTHS = frozenset({"depth-to-groundwater"})
_NOT_CODES = {"id", "unit", "definition", *LANGUAGES}


class Censor(IntEnum):
    """Whether a value is the figure itself or a limit (WQP 'detection limit')."""

    NONE = 0
    BELOW = 1  # "<": the true value is less than the limit given
    ABOVE = 2  # ">": the true value is more than the limit given


class Grade(IntEnum):
    """The grade that quality control gave; suspect is not deleted."""

    UNCHECKED = 0
    GOOD = 1
    SUSPECT = 2
    BAD = 3


class Status(IntEnum):
    """How a figure came about; AQUASTAT's flags E, I, X and P are carried."""

    MEASURED = 0
    ESTIMATED = 1
    IMPUTED = 2
    MODELLED = 3
    EXTERNAL = 4
    PROVISIONAL = 5
    APPROVED = 6
    ASSUMED = 7
    REPORTED = 8  # stated by the source without saying how it came about


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a vocabulary.

    Attributes
    ----------
    id : str
        Lower-case words joined by hyphens: 'groundwater-level'.
    labels : mapping of language to str
        Complete: Arabic, Hebrew and English.
    unit : str
        UCUM code of the unit in which the property is compared; '' where the
        vocabulary has no units.
    codes : mapping of standard to tuple of str
        What other systems call it: 'aquastat', 'cuahsi', 'odm2', 'wmo', 'wqp', 'usgs'.
    """

    id: str
    labels: Mapping[str, str]
    unit: str = ""
    definition: str = ""
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def get_terms(vocabulary: str) -> Mapping[str, Term]:
    """Return every term of one vocabulary, by id, in the file's order.

    Examples
    --------
    >>> get_terms("place_kind")["well"].labels["en"]
    'Well'
    """
    if vocabulary not in VOCABULARIES:
        raise NotFound(
            f"no vocabulary {vocabulary!r}", hint=f"there are {', '.join(VOCABULARIES)}"
        )
    source = files("waternet.observation") / "vocabularies" / f"{vocabulary}.csv"
    with source.open(encoding="utf-8") as lines:
        return {row["id"]: _term(row) for row in csv.DictReader(lines)}


def get_term(vocabulary: str, term: str) -> Term:
    """Return one term.

    Raises
    ------
    NotFound
        The vocabulary has no such term; the hint names near ones.
    """
    terms = get_terms(vocabulary)
    if term not in terms:
        from difflib import get_close_matches

        near = get_close_matches(term, terms, n=3)
        raise NotFound(
            f"no {vocabulary.replace('_', ' ')} {term!r}",
            hint=f"near it: {', '.join(near)}"
            if near
            else f"'waternet vocabulary {vocabulary}' lists them",
        )
    return terms[term]


def find_by_code(vocabulary: str, standard: str, code: str) -> Term | None:
    """Return the term to which another standard gives `code`, or None.

    Examples
    --------
    >>> find_by_code("status", "aquastat", "I").id
    'imputed'
    """
    return _by_code(vocabulary, standard).get(code)


@cache
def _by_code(vocabulary: str, standard: str) -> Mapping[str, Term]:
    return {
        code: term
        for term in get_terms(vocabulary).values()
        for code in term.codes.get(standard, ())
    }


def _term(row: Mapping[str, str]) -> Term:
    return Term(
        id=row["id"],
        labels={language: row[language] for language in LANGUAGES},
        unit=row.get("unit", ""),
        definition=row.get("definition", ""),
        codes={
            standard: tuple(codes.split("|"))
            for standard, codes in row.items()
            if standard not in _NOT_CODES and codes
        },
    )
