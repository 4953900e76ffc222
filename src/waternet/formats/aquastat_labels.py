"""AQUASTAT's variables and areas by the names that its bulk export gives them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from waternet.observation.vocabulary import Term, get_terms

__all__ = ["find_state", "find_variable"]

_STOP = frozenset(
    ("the", "of", "in", "to", "a", "and", "by", "for", "as", "from", "its")
)
# Words that one list of labels has and the other leaves out.
_LOOSE = _STOP.union(
    ("total", "direct", "use", "number", "country", "countrie", "other", "purpose"),
    ("gdp",),
)
_Reader = Callable[[str], frozenset[str]]
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
_ASIDE = re.compile(r"[\[(][^\])]*[\])]")
_SAME = {
    "%": " share ",
    "wastewater": "waste water",
    "non-treated": "not treated",
    "gross value added": "gva",
}


def find_variable(label: str) -> Term | None:
    """Return the observed property that AQUASTAT calls so; None where none is sure.

    Words are compared, in any order: first all of them, then without what stands in
    brackets, then without words that only one of two labels has. What fits two
    variables fits none.

    Examples
    --------
    >>> find_variable("% of total cultivated area drained").id
    'cultivated-area-drained-share'
    >>> find_variable("Number of dams") is None
    True
    """
    for read, terms in _tables():
        term = terms.get(read(label))
        if term is not None:
            return term
    return None


@cache
def find_state(m49: str) -> str:
    """Return the ISO 3166 code of a state or area by its UN M49 number; '' for none.

    References
    ----------
    United Nations Statistics Division, Standard country or area codes for statistical
    use (M49); the numbers are those of ISO 3166-1.

    Examples
    --------
    >>> find_state("400"), find_state("8"), find_state("1")
    ('JOR', 'ALB', '')
    """
    return _states().get(m49.zfill(3), "")


@cache
def _states() -> dict[str, str]:
    text = files("waternet.formats").joinpath("m49.csv").read_text(encoding="ascii")
    return {row["m49"]: row["iso3"] for row in csv.DictReader(text.splitlines())}


@cache
def _tables() -> list[
    tuple[Callable[[str], frozenset[str]], dict[frozenset[str], Term]]
]:
    """Return ways of reading a label, the strictest first, and what each finds."""
    readers = (_all_words, _without_asides, _few_words, _fewest_words)
    return [(read, _by_words(read)) for read in readers]


def _by_words(read: _Reader) -> dict[frozenset[str], Term]:
    found: dict[frozenset[str], list[Term]] = {}
    for term in get_terms("observed_property").values():
        if term.codes.get("aquastat"):
            found.setdefault(read(term.labels["en"]), []).append(term)
    return {words: terms[0] for words, terms in found.items() if len(terms) == 1}


def _all_words(label: str) -> frozenset[str]:
    text = label.lower()
    for written, same in _SAME.items():
        text = text.replace(written, same)
    words = _WORD.findall(text)
    return frozenset(
        word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words
    ).difference(_STOP)


def _without_asides(label: str) -> frozenset[str]:
    return _all_words(_ASIDE.sub("", label))


def _few_words(label: str) -> frozenset[str]:
    return _all_words(label) - _LOOSE


def _fewest_words(label: str) -> frozenset[str]:
    return _without_asides(label) - _LOOSE
