"""Which quantities a table's figures are of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.directions import find_directions, tells_of_reservoir
from waternet.formats.suggest.draft import Draft
from waternet.formats.suggest.placing import Context
from waternet.formats.suggest.roles import Roles
from waternet.formats.suggest.siblings import common_term, common_unit
from waternet.formats.suggest.spreading import Spread
from waternet.formats.suggest.unit_text import read_unit, split_heading
from waternet.formats.suggest.units_column import commonest_unit, one_unit, units_of
from waternet.formats.suggest.words import Match, find_words, tokens
from waternet.observation.vocabulary import get_term

__all__ = ["LEAVE_OUT", "Quantity", "find_quantities", "refine"]

LEAVE_OUT = "leave out"
_ASKED = 6  # columns that are asked about one by one
_TEXTS = 40  # different texts in a column that names quantities
_SURE = 0.45  # share of a heading that a word must cover to be taken at its word
# Beyond these the heading must mean another thing; wide enough for every unit and for
# signs of gaps.
_POSSIBLE = {
    "ph": (-1, 15),
    "temperature": (-100, 400),
    "air-temperature": (-100, 400),
    "water-temperature": (-100, 400),
    "relative-humidity": (-1, 110),
}
# Figures that are nearly all below or above these are of another quantity.
_TYPICAL = {"relative-humidity": (5, 101)}
_WHOLE = 0.75
_OTHER = {
    *("wastewater", "sewage", "not", "non", "ratio", "share", "percent", "change"),
    *("capacity", "limit", "threshold", "target", "error", "deviation", "difference"),
}
# As nitrogen and as the ion itself differ by a factor of 1.3 to 4.4.
_AS_ELEMENT = {
    "nitrate": "nitrate-as-nitrogen",
    "nitrite": "nitrite-as-nitrogen",
    "ammonium": "ammonia-as-nitrogen",
    "orthophosphate": "orthophosphate-as-phosphorus",
}
_ELEMENT = re.compile(
    r"\bas (?:n|p|nitrogen|phosphorus)\b|[-_ (](?:n|p)[)\]]?$"
    r"|\b(?:mg|ug|µg) ?(?:n|p)\b|/ ?l (?:n|p)\b",
    re.IGNORECASE,
)
_BY_KIND = {
    ("water-level", "well"): "groundwater-level",
    ("water-level", "lake"): "lake-level",
    ("water-level", "reservoir"): "lake-level",
    ("discharge", "spring"): "spring-discharge",
    ("temperature", "weather-station"): "air-temperature",
}


@dataclass
class Quantity:
    """One kind of figures.

    Attributes
    ----------
    term : str
        Of the vocabulary; 'temperature' until the kind of place is known.
    column : Column or None
        None in a grid.
    when : dict of column to text
    unit, statistic, interval : str
        '' where not known yet.
    share : float
        How much of the heading says so.
    reason : str
    apart : str
        What tells it from another of the same term; '' where one must give way.
    """

    term: str
    column: Column | None
    when: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    statistic: str = ""
    interval: str = ""
    share: float = 1.0
    reason: str = ""
    apart: str = ""

    @property
    def said(self) -> str:
        """What the file calls it."""
        if self.when:
            return next(iter(self.when.values()))
        return self.column.heading if self.column else ""


def find_quantities(
    draft: Draft, roles: Roles, spread: Spread, context: Context
) -> list[Quantity]:
    """Return the quantities of a table's figures; asks about those not understood."""
    if spread.across in ("times", "stations"):
        found = _of_all(draft, spread, context)
    elif spread.across == "long" and roles.variable and roles.value:
        found = _long(draft, roles.variable, roles.value, roles.unit)
    else:
        found = _by_column(draft, roles, spread, context)
    return found


def _of_all(draft: Draft, spread: Spread, context: Context) -> list[Quantity]:
    """Return the one quantity of a grid: its title or file name may tell it."""
    said = [context.sheet, *reversed(context.above), context.file.partition(".")[0]]
    guess, unit, where = "", "", ""
    for text in said:
        match = _best(text)
        if match and not guess:
            guess, where = match.term, text
        unit = unit or split_heading(text).unit
    key = "value.observed_property"
    shared = common_term(spread.figures)
    if shared:
        guess, where = shared, spread.figures[0].heading
    if spread.across == "stations" or shared:
        unit = common_unit(spread.figures) or unit
    if guess and draft.answer(key) is None:
        draft.say(key, guess, f"{where!r} says so", 0.75)
        return [
            Quantity(
                guess,
                None,
                unit=unit,
                statistic=_statistic(where, guess),
                reason=f"{where!r} says so",
            )
        ]
    given = draft.ask(
        key,
        f"What are the figures of the {len(spread.figures)} columns "
        f"({spread.figures[0].heading!r}...)? A term of the vocabulary",
        _CHOICES,
        None,
        "neither a title nor the file's name tells it",
    )
    if not given or given == LEAVE_OUT:
        return []
    quantity = _told(given, None, {})
    quantity.unit = quantity.unit or unit
    return [quantity]


_CHOICES = (
    "precipitation",
    "discharge",
    "groundwater-level",
    "lake-level",
    "groundwater-abstraction",
    "chloride",
    LEAVE_OUT,
)


def _best(text: str, least: float = 0.0) -> Match | None:
    found = [match for match in find_words("property", text) if match.share >= least]
    return found[0] if found else None


def _told(given: str, column: Column | None, when: dict[str, str]) -> Quantity:
    """Read an answer: 'TERM', or 'TERM UNIT STATISTIC INTERVAL'.

    Raises
    ------
    NotAcceptable
        It is no term of the vocabulary.
    """
    parts = given.split()
    try:
        get_term("observed_property", parts[0])
    except NotFound as error:
        raise NotAcceptable(f"{error}", hint=error.hint) from error
    filled = [*parts, "", "", ""]
    unit = filled[1] or (column.headed.unit if column else "")
    return Quantity(
        parts[0], column, when, unit, filled[2], filled[3], 1.0, "you said so"
    )


def _by_column(
    draft: Draft, roles: Roles, spread: Spread, context: Context
) -> list[Quantity]:
    found: list[Quantity] = []
    unknown: list[Column] = []
    for column in spread.figures:
        given = draft.answer(f"column.{column.heading}")
        if given is not None:
            if given != LEAVE_OUT:
                draft.say(f"column.{column.heading}", given, "you said so", 1.0)
                found.append(_told(given, column, {}))
            continue
        quantity = _known(column) if column is not roles.value else None
        if quantity is None and column is roles.value:
            quantity = _value_column(draft, column, context)
            if quantity is None:
                continue
        if quantity is None:
            unknown.append(column)
        else:
            found.append(quantity)
    found = _settle_directions(draft, found, roles, context)
    found, doubled = _distinct(found)
    unknown += doubled
    if roles.has_time:
        _ask_unknown(draft, unknown, may_leave=bool(found or roles.value))
    return found + _answered(draft, unknown)


def _settle_directions(
    draft: Draft, found: list[Quantity], roles: Roles, context: Context
) -> list[Quantity]:
    """Tell what flows into a place from what flows out of it; asks where that is open.

    Both are discharges by their headings: neither is left out for the other's sake.
    """
    flows = [q for q in found if q.term == "discharge" and q.column and not q.when]
    into, out = find_directions([q.said for q in flows])
    if not into or not out:
        return found
    for place in (*into, *out):
        flows[place].apart = flows[place].said
    said = [context.said, *(c.heading for c in (roles.station, *roles.names) if c)]
    held = any(q.term == "reservoir-storage" for q in found)
    for quantity in [flows[place] for place in into]:
        key = f"column.{quantity.said}"
        if draft.answer(key) is not None:
            continue
        if held or tells_of_reservoir(said):
            quantity.term = "reservoir-inflow"
            quantity.reason += "; the file is about reservoirs"
            continue
        found = [each for each in found if each is not quantity]
        beside = flows[out[0]].said
        draft.ask(
            key,
            f"What does {quantity.said!r} hold, beside {beside!r}? TERM UNIT",
            ("reservoir-inflow", "discharge", LEAVE_OUT),
            None,
            "both are flows of one place at one time",
        )
    return found


def _answered(draft: Draft, unknown: list[Column]) -> list[Quantity]:
    return [
        _told(given, column, {})
        for column in unknown
        if (given := draft.answer(f"column.{column.heading}")) and given != LEAVE_OUT
    ]


def _known(column: Column) -> Quantity | None:
    """Return what a heading says; None where it is not clear enough."""
    match = next(
        (
            match
            for match in column.properties
            if match.share >= _SURE or (match.share >= 0.3 and len(match.word) >= 5)
        ),
        None,
    )
    if match is None:
        return None
    role = max(column.roles.values(), default=0.0)
    if match.share < _WHOLE and _denies(column, match):
        return None
    if role > match.share + 0.2 or not _may_be(match.term, column):
        return None
    unit = column.headed.unit or _suffix_unit(column)
    reason = f"its heading says {match.word!r}"
    statistic = _statistic(column.headed.name, match.word)
    term = as_element(match.term, column.heading)
    return Quantity(term, column, {}, unit, statistic, "", match.share, reason)


def as_element(term: str, *texts: str) -> str:
    """Return what an ion is called where it is given as its nitrogen or phosphorus.

    Examples
    --------
    >>> as_element("nitrate", "NO3 (mg/l as N)"), as_element("nitrate", "NO3 mg/l")
    ('nitrate-as-nitrogen', 'nitrate')
    """
    if term in _AS_ELEMENT and any(_ELEMENT.search(text) for text in texts):
        return _AS_ELEMENT[term]
    return term


def _denies(column: Column, match: Match) -> bool:
    """Whether other words of a heading make another thing of it.

    'not treated municipal wastewater' is no municipal consumption.
    """
    said = set(tokens(column.headed.name)) - set(match.word.split())
    return bool(said & _OTHER)


def _may_be(term: str, column: Column) -> bool:
    """Whether most figures lie where such a quantity can lie at all."""
    if term not in _POSSIBLE:
        return True
    if term in _TYPICAL and column.numbers:
        usual = sorted(column.numbers)[len(column.numbers) // 2]
        if not _TYPICAL[term][0] <= usual <= _TYPICAL[term][1]:
            return False
    low, high = _POSSIBLE[term]
    inside = sum(low <= number <= high for number in column.numbers)
    return inside * 2 >= len(column.numbers)


def _suffix_unit(column: Column) -> str:
    units = {read_unit(sign) for sign in column.written.after} - {""}
    return units.pop() if len(units) == 1 else ""


def _statistic(text: str, word: str) -> str:
    """Return the statistic that a heading names beside the quantity itself."""
    rest = find_words("statistic", text)
    inside = {match.term for match in find_words("statistic", word)}
    if word in (
        "tmin",
        "tmax",
        "t min",
        "t max",
        "temp min",
        "temp max",
        "min temp",
        "max temp",
    ):
        inside = set()
    return next((m.term for m in rest if m.term not in inside), "")


def _value_column(draft: Draft, column: Column, context: Context) -> Quantity | None:
    """Ask what a column headed 'Value' holds; the file's name may tell it."""
    said = [context.sheet, *reversed(context.above), context.file.partition(".")[0]]
    guess = next(((m.term, text) for text in said if (m := _best(text))), ("", ""))
    unit = column.headed.unit or next(
        (u for text in context.above if (u := split_heading(text).unit)), ""
    )
    key = f"column.{column.heading}"
    answer = draft.ask(
        key,
        f"What does {column.heading!r} hold? A term of the vocabulary",
        [guess[0], *_CHOICES] if guess[0] else _CHOICES,
        guess[0] or None,
        f"{guess[1]!r} may tell it" if guess[0] else "nothing in the file tells it",
    )
    if not answer or answer == LEAVE_OUT:
        return None
    quantity = _told(answer, column, {})
    quantity.unit = quantity.unit or unit
    return quantity


def _distinct(found: list[Quantity]) -> tuple[list[Quantity], list[Column]]:
    """Keep one column of each quantity and statistic; return the others' columns."""
    kept: dict[tuple[str, str, str], Quantity] = {}
    doubled: list[Column] = []
    for quantity in found:
        key = (quantity.term, quantity.statistic, quantity.apart)
        known = kept.get(key)
        if known is None:
            kept[key] = quantity
            continue
        better = quantity.share > known.share
        loser = known if better else quantity
        if better:
            kept[key] = quantity
        if loser.column is not None:
            doubled.append(loser.column)
    return [q for q in found if q in kept.values()], doubled


def _ask_unknown(draft: Draft, unknown: list[Column], *, may_leave: bool) -> None:
    """Ask about columns of figures that nothing explains."""
    unknown = [c for c in unknown if draft.answer(f"column.{c.heading}") is None]
    if len(unknown) > _ASKED and may_leave:
        listed = ", ".join(column.heading for column in unknown)
        draft.notice(
            f"{len(unknown)} columns of figures are left out: {listed}; an answer "
            "'column.HEADING=TERM UNIT' takes one in"
        )
        return
    # Where nothing is understood at all, leaving all out is no sensible default.
    likely = max(unknown, key=_likely_figures, default=None)
    for column in unknown[: max(_ASKED, 1)]:
        near = [match.term for match in column.properties[:3]]
        shown = ", ".join(list(column.distinct)[:3])
        draft.ask(
            f"column.{column.heading}",
            f"What does {column.heading!r} hold ({shown})? TERM UNIT, or leave out",
            [*near, LEAVE_OUT],
            LEAVE_OUT if may_leave or column is not likely else None,
            "its heading names no observed property that is not taken already",
        )


def _likely_figures(column: Column) -> tuple[bool, int, int]:
    told = bool(column.headed.unit or column.properties)
    return told, len(column.distinct), -column.place


def _long(
    draft: Draft, variable: Column, value: Column, units: Column | None
) -> list[Quantity]:
    """Return a quantity for each text of the column that names them."""
    found: list[Quantity] = []
    unknown: list[str] = []
    for text in variable.distinct:
        written = units_of(text, variable, units)
        given = draft.answer(f"quantity.{text}")
        when = {variable.heading: text}
        if given is not None:
            if given != LEAVE_OUT:
                draft.say(f"quantity.{text}", given, "you said so", 1.0)
                found.append(_told(given, None, when))
                found[-1].unit = found[-1].unit or one_unit(written)
            continue
        headed = split_heading(text)
        match = _best(headed.name, _SURE) or _best(text, _SURE)
        if match is None:
            unknown.append(text)
            continue
        unit = headed.unit or one_unit(written)
        statistic = _statistic(headed.name, match.word)
        reason = f"{text!r} says {match.word!r}"
        found.append(
            Quantity(match.term, None, when, unit, statistic, "", match.share, reason)
        )
        if len(written) > 1 and units is not None:
            found[-1].when[units.heading] = commonest_unit(text, variable, units)
            draft.notice(
                f"{text!r} stands in {len(written)} units; figures in others than "
                f"{found[-1].when[units.heading]!r} are left out"
            )
            written = {found[-1].when[units.heading]}
            found[-1].unit = one_unit(written) or found[-1].unit
        found[-1].term = as_element(match.term, text, *sorted(written))
    for quantity in found:
        quantity.column = value
    _ask_texts(draft, unknown, found, variable)
    return found


def _ask_texts(
    draft: Draft, unknown: list[str], found: list[Quantity], variable: Column
) -> None:
    if (found and len(unknown) > _ASKED) or len(unknown) > _TEXTS:
        draft.notice(
            f"{len(unknown)} of {len(variable.distinct)} kinds in {variable.heading!r} "
            f"are left out: {', '.join(unknown[:12])}; an answer "
            "'quantity.TEXT=TERM UNIT' takes one in"
        )
        return
    for text in unknown:
        draft.ask(
            f"quantity.{text}",
            f"What is {text!r} in {variable.heading!r}? TERM UNIT, or leave out",
            [match.term for match in find_words("property", text)[:3]] + [LEAVE_OUT],
            LEAVE_OUT if found or len(unknown) > 1 else None,
            "it names no observed property that is known here",
        )


def refine(quantities: list[Quantity], kind: str) -> None:
    """Say of what water a level or temperature is, once the kind of place is known."""
    for quantity in quantities:
        quantity.term = _BY_KIND.get((quantity.term, kind), quantity.term)
        if quantity.term == "temperature":
            quantity.term = "water-temperature"
