"""How numbers are written, and what stands where there is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from waternet.formats.cells import clean_text
from waternet.formats.suggest.kinds import DIGITS
from waternet.formats.suggest.unit_text import read_unit
from waternet.formats.suggest.words import is_word

__all__ = ["Signs", "Written", "find_gap_numbers", "find_signs", "read_numbers"]

_PLAIN = re.compile(r"[-+]?([0-9][0-9,.'٬ ]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")
_LIMITS = {
    "below": ("<=", "≤", "<", "less than", "أقل من", "اقل من", "קטן מ-", "פחות מ-"),
    "above": (">=", "≥", ">", "more than", "greater than", "أكثر من", "גדול מ-"),
}
_SENTINEL = re.compile(r"-(?:99|999+|888+|777+|6999)|9999+|999\.9+|-?1e\+?30|-32768|-1")


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs in a sheet's numbers.

    Attributes
    ----------
    decimal, thousands : str
    confidence : float
    reason : str
    ambiguous : bool
        '1,234' alone: either sign.
    """

    decimal: str = "."
    thousands: str = ""
    confidence: float = 1.0
    reason: str = ""
    ambiguous: bool = False


def find_signs(texts: Iterable[str]) -> Signs:
    """Return which signs numbers are written with.

    Examples
    --------
    >>> signs = find_signs(["1.234,5", "12,75"])
    >>> signs.decimal, signs.thousands
    (',', '.')
    >>> find_signs(["1,234", "5,678"]).ambiguous
    True
    """
    votes: Counter[str] = Counter()
    for text in texts:
        match = _PLAIN.match(clean_text(text).lstrip("<>≤≥~= ").translate(DIGITS))
        if match:
            votes.update(_votes(match[1].strip()))
    marks = sorted(
        (key for key in votes if key.startswith("group") and votes[key]),
        key=lambda key: -votes[key],
    )
    comma, point = votes["decimal ,"], votes["decimal ."]
    if comma > point:
        group = next((key[-1] for key in marks if key != "group ,"), "")
        reason = f"{comma} numbers have a comma before their decimals"
        return Signs(",", group, _share(comma, point), reason)
    group = next((key[-1] for key in marks if key != "group ."), "")
    either = votes["either ,"]
    if either and not point and not marks:
        several = "each comma stands before three digits: thousands, or decimals"
        return Signs(".", ",", 0.5, several, ambiguous=True)
    if either and not group:
        group = ","
    if not point and votes["either ."] and votes["group ."]:
        return Signs(",", ".", 0.8, "points stand before groups of three digits")
    reason = f"{point} numbers have a point before their decimals" if point else ""
    if group:
        reason = (reason + "; " if reason else "") + f"{group!r} sets off thousands"
    return Signs(".", group, _share(point, comma), reason)


def _share(one: int, other: int) -> float:
    return one / (one + other) if one + other else 1.0


def _votes(number: str) -> list[str]:
    """Return what one number says about the signs."""
    said = []
    for mark in (" ", "'", "٬"):
        if mark in number and re.fullmatch(
            rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+[.,]?[0-9]*", number
        ):
            said.append(f"group {mark}")
            number = number.replace(mark, "")
    both = [sign for sign in ",." if sign in number]
    if len(both) == 2:
        last = max(both, key=number.rindex)
        other = "," if last == "." else "."
        if number.count(last) == 1:
            return [*said, f"decimal {last}", f"group {other}"]
        return said
    if len(both) == 1:
        sign = both[0]
        before, _, after = number.rpartition(sign)
        if number.count(sign) > 1:
            return [*said, f"group {sign}"]
        if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":
            return [*said, f"either {sign}"] if sign == "," else [*said, "either ."]
        return [*said, f"decimal {sign}"]
    return said


@dataclass
class Written:
    """What stands in a column of figures besides plain numbers.

    Attributes
    ----------
    numbers : list of (row, float)
        Row is the place among the body's rows.
    gaps : Counter of str
        Signs for "not reported".
    not_detected : Counter of str
    limits : dict of 'below', 'above' to set of signs
    after : Counter of str
        Units and signs after a number.
    odd : Counter of str
        What is none of these.
    """

    numbers: list[tuple[int, float]] = field(default_factory=list)
    gaps: Counter[str] = field(default_factory=Counter)
    not_detected: Counter[str] = field(default_factory=Counter)
    limits: dict[str, set[str]] = field(default_factory=dict)
    after: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)


def read_numbers(cells: Sequence[str], signs: Signs) -> Written:
    """Sort a column's cells into numbers, gaps, limits and what is none of these.

    Examples
    --------
    >>> found = read_numbers(["1.5", "<0.05", "ND", "n/a", "12 m", "dry"], Signs())
    >>> len(found.numbers), list(found.gaps), list(found.after), list(found.odd)
    (3, ['n/a'], ['m'], ['dry'])
    """
    found = Written()
    for row, cell in enumerate(cells):
        text = clean_text(cell)
        if text:
            _sort(found, row, text, signs)
    return found


def _sort(found: Written, row: int, text: str, signs: Signs) -> None:
    number = _number(text, signs)
    if number is not None:
        found.numbers.append((row, number))
        return
    if is_word("notdetected", "notdetected", text):
        found.not_detected[text] += 1
        return
    if is_word("missing", "missing", text):
        found.gaps[text] += 1
        return
    rest = text
    for side, marks in _LIMITS.items():
        mark = next((each for each in marks if text.lower().startswith(each)), None)
        if mark:
            rest = text[len(mark) :].strip()
            if _number(rest, signs) is not None or _suffixed(rest, signs):
                found.limits.setdefault(side, set()).add(text[: len(mark)])
    number = _number(rest, signs)
    if number is not None:
        found.numbers.append((row, number))
    elif split := _suffixed(rest, signs):
        found.numbers.append((row, split[0]))
        found.after[split[1]] += 1
    else:
        found.odd[text] += 1


def _suffixed(text: str, signs: Signs) -> tuple[float, str] | None:
    """Return a number and the sign or unit after it."""
    match = re.fullmatch(
        r"([-+]?[0-9٠-٩][0-9٠-٩,.'٬٫ ]*?)\s*([^\d\s.,'٬٫].{0,11})", text
    )
    if not match:
        return None
    number, after = _number(match[1], signs), match[2]
    if number is None:
        return None
    known = len(after) == 1 and not after.isalnum() and after not in "/:-,."
    known |= after == "º"  # a letter to Unicode
    return (number, after) if known or read_unit(after) else None


def _number(text: str, signs: Signs) -> float | None:
    text = text.translate(DIGITS).replace("٫", signs.decimal)
    if signs.thousands and signs.thousands in text:
        text = text.replace(signs.thousands, "")
    if signs.decimal != ".":
        if "." in text:
            return None
        text = text.replace(signs.decimal, ".")
    if not re.fullmatch(
        r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?", text
    ):
        return None
    return float(text)


def find_gap_numbers(cells: Sequence[str], signs: Signs) -> list[str]:
    """Return numbers that stand for "not reported": -999 far below all others.

    Examples
    --------
    >>> find_gap_numbers(["12.5", "-999", "13", "-999.0", "11"], Signs())
    ['-999']
    >>> find_gap_numbers(["-998", "-999", "-1001", "-997"], Signs())
    []
    """
    counted: Counter[str] = Counter()
    others: list[float] = []
    for cell in cells:
        text = clean_text(cell).translate(DIGITS)
        number = _number(text, signs)
        if number is None:
            continue
        plain = text.rstrip("0").rstrip(".,") if signs.decimal in text else text
        if _SENTINEL.fullmatch(plain.replace(",", ".")):
            counted[plain] += 1
        else:
            others.append(number)
    if not others or not counted:
        return []
    low, high = min(others), max(others)
    reach = max(high - low, abs(high), 1.0)
    found = []
    for text, count in counted.items():
        number = _number(text, signs) or 0.0
        far = number < low - reach / 2 or number > high + reach
        if text == "-1":
            # Too near to others to be told by size: only where nothing is negative.
            far = low >= 0 and count > 1 and min(others) > 0
        if far:
            found.append(text)
    return found
