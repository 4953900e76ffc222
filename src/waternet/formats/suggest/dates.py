"""How dates are written: proved from the data, or said to be ambiguous."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.moments import Moment, compile_moment
from waternet.formats.suggest.kinds import DIGITS
from waternet.formats.suggest.words import month_number, normal

__all__ = ["DateForm", "find_date_form", "month_lists", "month_names_for", "read_dates"]

_TAIL = (
    r"(?P<tail>(?P<gap>T| |, | - )(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?:\.\d+)?)?"
    r"(?P<half> ?[^\W\d]\.?[^\W\d]?\.?)?)?"
)
_THREE = re.compile(
    r"(?P<a>\d{1,4})(?P<s>[/.\- ])(?P<b>\d{1,2})(?P=s)"
    r"(?P<c>\d{1,4})" + _TAIL
)
_NAMED = re.compile(
    r"(?P<a>\d{1,2})(?P<s>[-/. ]?)(?P<name>[^\W\d_]+'?(?: [^\W\d_]+)?)\.?"
    r"(?P<t>[-/., ]{0,2})"
    r"(?P<c>\d{4}|\d{2})" + _TAIL
)
_MONTH_DAY = re.compile(r"(?P<name>[^\W\d_]+) (?P<a>\d{1,2}),? (?P<c>\d{4})" + _TAIL)
_MONTH_YEAR = re.compile(
    r"(?P<name>[^\W\d_]+'?(?: [^\W\d_]+)?)\.?(?P<s>[-/., ']{1,2})(?P<c>\d{4}|\d{2})"
)
_YEAR_MONTH_NAME = re.compile(r"(?P<c>\d{4})(?P<s>[-/. ])(?P<name>[^\W\d_]+'?)")
_TWO = re.compile(r"(?P<a>\d{1,4})(?P<s>[/.\-])(?P<b>\d{1,4})")
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?)?"
    r"(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_HIJRI = range(1300, 1480)


@dataclass
class DateForm:
    """How a column's dates are written.

    Attributes
    ----------
    formats : list of str
        As `waternet.formats.moments.compile_moment` reads them.
    share : float
        Part of the cells that they read.
    reason : str
    confidence : float
    alternatives : tuple of str
        Other formats that read the cells as well: the data do not decide.
    pivot_year : int
        0 where all years have four digits.
    month_names : tuple of str
        Empty for English.
    has_offset, has_clock : bool
    problem : str
        Why dates are not understood: 'AM/PM', 'Hijri'.
    """

    formats: list[str] = field(default_factory=list)
    share: float = 0.0
    reason: str = ""
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    pivot_year: int = 0
    month_names: tuple[str, ...] = ()
    has_offset: bool = False
    has_clock: bool = False
    problem: str = ""


@dataclass
class _Triples:
    """Dates of three numbers, by the way they are written."""

    firsts: set[int] = field(default_factory=set)
    seconds: set[int] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


def find_date_form(cells: Sequence[str], this_year: int = 2026) -> DateForm:
    """Return how dates are written.

    Parameters
    ----------
    cells : sequence of str
        In the file's order: what follows what is evidence.
    this_year : int
        Two-digit years are taken as not later than the next.

    Examples
    --------
    >>> form = find_date_form(["02/03/2025", "28/02/2025"])
    >>> form.formats, form.alternatives
    (['DD/MM/YYYY'], ())
    >>> find_date_form(["02/03/2025", "04/02/2025"]).alternatives
    ('MM/DD/YYYY',)
    """
    texts = [clean_text(cell).translate(DIGITS) for cell in cells if cell.strip()]
    form = DateForm()
    plain: Counter[str] = Counter()
    triples: dict[tuple[str, str, str], _Triples] = {}
    short_years: set[int] = set()
    names: set[str] = set()
    for text in texts:
        found = _plain_form(text, names, short_years, form)
        if found:
            plain[found] += 1
        elif match := _THREE.fullmatch(text):
            _add_triple(triples, match, text, short_years)
            _note_tail(form, match)
    order = _decide_order(form, triples)
    for (sign, years, tail), each in triples.items():
        plain[_ordered(order, sign, years, tail)] += len(each.texts)
    if not plain or not texts:
        return form
    form.formats = [name for name, _ in plain.most_common(6)]
    form.alternatives = _alternatives(form, triples, order)
    form.share = sum(plain.values()) / len(texts)
    form.month_names = month_names_for(names)
    if short_years:
        form.pivot_year = _pivot(short_years, this_year)
    if form.problem == "" and _is_hijri(texts):
        form.problem = "Hijri"
    if not form.reason:
        form.reason = f"all are written as {' or '.join(form.formats)}"
    return form


def _plain_form(
    text: str, names: set[str], short_years: set[int], form: DateForm
) -> str:
    """Return the format of a date that can be read in one way only; '' else."""
    if _ISO.fullmatch(text):
        form.has_clock |= len(text) > 10
        form.has_offset |= bool(re.search(r"(?:Z|[+-]\d\d(?::?\d\d)?)$", text[10:]))
        return "ISO"
    for pattern in (_NAMED, _MONTH_DAY, _MONTH_YEAR, _YEAR_MONTH_NAME):
        match = pattern.fullmatch(text)
        if match and month_number(match["name"]):
            names.add(match["name"])
            return _named_form(pattern, match, short_years, form)
    if match := _TWO.fullmatch(text):
        return _two_form(match["a"], match["s"], match["b"])
    return _digits_form(text)


def _named_form(
    pattern: re.Pattern[str], match: re.Match[str], short: set[int], form: DateForm
) -> str:
    year = "YYYY" if len(match["c"]) == 4 else "YY"
    if year == "YY":
        short.add(int(match["c"]))
    tail = ""
    if "tail" in pattern.groupindex:
        _note_tail(form, match)
        tail = _tail(match)
    if pattern is _NAMED:
        dot = "." if match[0][match.end("name") : match.start("t")] == "." else ""
        return f"DD{match['s']}Mon{dot}{match['t']}{year}{tail}"
    if pattern is _MONTH_DAY:
        comma = "," if "," in match[0] else ""
        return f"Mon DD{comma} {year}{tail}"
    if pattern is _MONTH_YEAR:
        dot = "." if match[0][match.end("name") : match.start("s")] == "." else ""
        return f"Mon{dot}{match['s']}{year}"
    return f"YYYY{match['s']}Mon"


def _two_form(first: str, sign: str, second: str) -> str:
    if len(first) == 4 and len(second) == 4:
        return f"YYYY{sign}YYYY" if int(second) == int(first) + 1 else ""
    if len(first) == 4 and len(second) <= 2:
        if int(second) == (int(first) + 1) % 100 and (
            int(second) > 12 or (sign == "/" and len(second) == 2)
        ):
            return f"YYYY{sign}YY"
        return f"YYYY{sign}MM" if 1 <= int(second) <= 12 else ""
    if len(second) == 4 and len(first) <= 2 and 1 <= int(first) <= 12:
        return f"MM{sign}YYYY"
    return ""


def _digits_form(text: str) -> str:
    if re.fullmatch(r"(?:1[89]|20|21)\d\d", text):
        return "YYYY"
    if re.fullmatch(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", text):
        return "YYYYMMDD"
    if re.fullmatch(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])", text):
        return "YYYYMM"
    if re.fullmatch(r"(?:1[89]|20)\d{6}[ T]?\d{4}", text):
        return f"YYYYMMDD{text[8] if not text[8].isdigit() else ''}HHMM"
    if re.fullmatch(r"[1-6]\d{4}(?:\.\d+)?", text):
        return "serial"
    return ""


def _tail(match: re.Match[str]) -> str:
    if not match["tail"]:
        return ""
    seconds = ":SS" if match["second"] else ""
    half = _half(match["half"])
    return f"{match['gap']}{'hh' if half else 'HH'}:MM{seconds}{half}"


def _half(written: str | None) -> str:
    if not written:
        return ""
    return " AM" if written.startswith(" ") else "AM"


def _note_tail(form: DateForm, match: re.Match[str]) -> None:
    if match["tail"]:
        form.has_clock = True


def _add_triple(
    triples: dict[tuple[str, str, str], _Triples],
    match: re.Match[str],
    text: str,
    short_years: set[int],
) -> None:
    first, second, last = match["a"], match["b"], match["c"]
    if len(first) == 4:
        key = (match["s"], "first", _tail(match))
    else:
        years = "YYYY" if len(last) == 4 else "YY"
        if len(last) not in (2, 4):
            return
        key = (match["s"], years, _tail(match))
        if years == "YY":
            short_years.add(int(last))
    each = triples.setdefault(key, _Triples())
    each.texts.append(text)
    if key[1] == "first":
        each.firsts.add(int(second))
        each.seconds.add(int(last))
    else:
        each.firsts.add(int(first))
        each.seconds.add(int(second))


def _ordered(order: str, sign: str, years: str, tail: str) -> str:
    if years == "first":
        parts = ("YYYY", "DD", "MM") if order == "MD" else ("YYYY", "MM", "DD")
        return sign.join(parts) + tail
    parts = ("DD", "MM", years) if order == "DM" else ("MM", "DD", years)
    return sign.join(parts) + tail


def _alternatives(
    form: DateForm, triples: dict[tuple[str, str, str], _Triples], order: str
) -> tuple[str, ...]:
    if not form.alternatives:
        return ()
    other = "MD" if order == "DM" else "DM"
    made = {
        _ordered(other, sign, years, tail)
        for sign, years, tail in triples
        if years != "first"
    }
    return tuple(sorted(made))


def _decide_order(form: DateForm, triples: dict[tuple[str, str, str], _Triples]) -> str:
    """Return 'DM' or 'MD'; where the data do not prove it, say so in `form`."""
    loose = [each for (_, years, _), each in triples.items() if years != "first"]
    if not loose:
        return "DM"
    firsts = set().union(*(each.firsts for each in loose))
    seconds = set().union(*(each.seconds for each in loose))
    if max(firsts) > 12 >= max(seconds):
        form.reason = f"a first part is {max(firsts)}: no month has this number"
        return "DM"
    if max(seconds) > 12 >= max(firsts):
        form.reason = f"a second part is {max(seconds)}: no month has this number"
        return "MD"
    if max(firsts) > 12 and max(seconds) > 12:
        form.reason, form.confidence = "both orders occur in one column", 0.4
        return "DM"
    return _by_sequence(form, [text for each in loose for text in each.texts])


def _by_sequence(form: DateForm, texts: list[str]) -> str:
    """Tell the order from what follows what; ask where that proves nothing."""
    form.alternatives = ("?",)
    form.confidence = 0.5
    form.reason = "no part is over 12: the file does not say which is the month"
    (ahead, even), (other_ahead, other_even) = (_steps(texts, o) for o in ("DM", "MD"))
    for order, mine, theirs in (
        ("DM", (ahead, even), (other_ahead, other_even)),
        ("MD", (other_ahead, other_even), (ahead, even)),
    ):
        if mine[0] == 1 and (theirs[0] < 0.95 or mine[1] == 1 > theirs[1]):
            form.alternatives = ()
            form.confidence = 0.85
            form.reason = "only so do the dates follow each other in regular steps"
            return order
    return "DM"


def _steps(texts: list[str], order: str) -> tuple[float, float]:
    """Return which share of the steps goes one way, and is the commonest one."""
    days = []
    for text in texts[:400]:
        match = _THREE.fullmatch(text)
        if match is None:
            continue
        one, two, year = int(match["a"]), int(match["b"]), int(match["c"])
        day, month = (one, two) if order == "DM" else (two, one)
        days.append(year * 372 + month * 31 + day)
    steps = [after - before for before, after in pairwise(days) if after != before]
    if len(steps) < 7:
        return 0.0, 0.0
    forward = sum(step > 0 for step in steps) / len(steps)
    common = Counter(steps).most_common(1)[0][1] / len(steps)
    return max(forward, 1 - forward), common


def _pivot(short: set[int], this_year: int) -> int:
    """Return the first of the hundred years that put none into the future."""
    last = this_year % 100
    past = sorted(year for year in short if year > last + 1)
    century = this_year - last
    if not past:
        return century - 50 if last < 50 else century
    first = min(past)
    decade = first - first % 10
    return century - 100 + min(decade, 50) if decade > last + 1 else century - 99 + last


def _is_hijri(texts: list[str]) -> bool:
    years = [
        int(year)
        for text in texts
        for year in re.findall(r"(?<!\d)\d{4}(?!\d)", text[:12])
    ]
    return bool(years) and all(year in _HIJRI for year in years)


@cache
def month_lists() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the twelve names of the months by language."""
    source = files("waternet.formats.suggest") / "months.csv"
    rows = [line.split(",", 1) for line in source.read_text("utf-8").splitlines()]
    return tuple((language, tuple(names.split("|"))) for language, names in rows)


def month_names_for(names: set[str]) -> tuple[str, ...]:
    """Return the twelve names of which these are some; empty for English ones.

    Examples
    --------
    >>> month_names_for({"Jan", "March"}), month_names_for({"ינואר"})[2]
    ((), 'מרץ')
    """
    said = {name.casefold() for name in names}
    english = [name.casefold() for name in month_lists()[0][1]]
    if said <= {*english, *(name[:3] for name in english)}:
        return ()
    lists = [months for _, months in month_lists()]
    for months in lists:
        if said <= {month.casefold() for month in months}:
            return months
    # Two ways of spelling in one file: take each as the file has it.
    best = list(
        max(lists, key=lambda one: len(said & {month.casefold() for month in one}))
    )
    for name in names:
        best[month_number(normal(name)) - 1] = name
    return tuple(best) if len(set(best)) == 12 else ()


def read_dates(cells: Sequence[str], form: DateForm) -> list[Moment | None]:
    """Read dates as the recipe will; None where one cannot be read."""
    try:
        readers = [
            compile_moment(each, form.month_names, form.pivot_year)
            for each in form.formats
        ]
    except NotAcceptable:
        return [None] * len(cells)
    read = []
    for cell in cells:
        moment = None
        text = clean_text(cell)
        for reader in readers:
            try:
                moment = reader(text)
                break
            except (ValueError, OverflowError):
                continue
        read.append(moment)
    return read
