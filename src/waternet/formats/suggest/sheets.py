"""One sheet's part of a recipe, from its rows to what each column is."""

from __future__ import annotations

from typing import Any

from waternet.formats.features import NUMBER
from waternet.formats.identifiers import make_id
from waternet.formats.preview import Sheet
from waternet.formats.suggest.clocks_near import zones_near
from waternet.formats.suggest.columns import Column, make_columns
from waternet.formats.suggest.draft import Draft, Part
from waternet.formats.suggest.figuring import (
    describe_signs,
    describe_status,
    describe_values,
)
from waternet.formats.suggest.grids import find_grids
from waternet.formats.suggest.naming import slug
from waternet.formats.suggest.numerals import Signs, find_signs
from waternet.formats.suggest.placing import (
    Context,
    ask_kind,
    guess_kind,
    place_stations,
)
from waternet.formats.suggest.quantities import (
    LEAVE_OUT,
    Quantity,
    find_quantities,
    refine,
)
from waternet.formats.suggest.roles import Roles, find_roles, is_id
from waternet.formats.suggest.siblings import common_term, own_words
from waternet.formats.suggest.splitting import find_splits
from waternet.formats.suggest.spreading import Spread, find_spread
from waternet.formats.suggest.structure import Shape, find_shape
from waternet.formats.suggest.timing import Spacing, ask_zone, describe_time

__all__ = ["describe_sheet"]

_MAX_ATTRIBUTES = 60
_MAX_HEADINGS = 200


def describe_sheet(draft: Draft, sheet: Sheet, context: Context) -> Part | None:
    """Return what a sheet holds; None where it holds nothing that can be read.

    Parameters
    ----------
    draft : Draft
        Takes the guesses, questions and notices.
    sheet : Sheet
    context : Context
        What is said around it.
    """
    shape = find_shape(sheet)
    if not shape.body or len(shape.headings) < 2:
        return None
    context.above = shape.above
    part = Part()
    signs = _signs(draft, part, shape)
    columns = make_columns(shape, signs)
    roles = find_roles(columns, _axes(sheet, context))
    _drop_founding_years(roles)
    _take_orders(draft, roles, columns)
    spread = find_spread(roles, columns)
    spread = _ask_spread(draft, spread)
    if not roles.station and not roles.has_time and spread.across != "times":
        return None
    _say_shape(draft, part, sheet, shape)
    if spread.across in ("quantities", "long"):
        roles.splits = find_splits(roles, len(shape.body))
    quantities = find_quantities(draft, roles, spread, context)
    terms = [quantity.term for quantity in quantities if quantity.term != "temperature"]
    kind = ask_kind(draft, guess_kind(roles, terms, context))
    refine(quantities, kind)
    if spread.across == "stations":
        _stations_across(draft, part, spread)
    else:
        place_stations(draft, part, roles, context)
    part.station["kind"] = kind
    spacing = None
    if quantities:
        said = " ".join((context.sheet, *context.above)) or context.file
        spacing = describe_time(draft, part, roles, spread, said)
    if spacing is not None:
        _figures(draft, part, roles, spread, quantities, spacing)
    elif quantities:
        _without_time(draft, part, quantities)
    if not part.value:
        part.time.clear()
        _leave_values(draft, roles)
        _attributes(draft, part, columns)
        is_open = any(each.default is None for each in draft.questions.values())
        if roles.station is None and not is_open:
            return None
    _leave_persons(draft, roles)
    _forget_numbers(part, roles)
    return part


def _axes(sheet: Sheet, context: Context) -> tuple[str, ...]:
    """Return the columns in which the file itself gives positions."""
    if not context.states_system or not sheet.headings:
        return ()
    for prefix in ("geometry.", ""):
        pair = (f"{prefix}x", f"{prefix}y")
        if set(pair) <= set(sheet.headings):
            return pair
    return ()


def _drop_founding_years(roles: Roles) -> None:
    """In a list of places, each of them once, a year tells when one was founded."""
    year, station = roles.year, roles.station
    if year is None or station is None or roles.month is not None:
        return
    once = len(station.distinct) == len(station.texts) > 3
    if once and year.roles.get("year", 0) < 0.9:
        year.use, roles.year = "", None
        roles.rest.append(year)


def _signs(draft: Draft, part: Part, shape: Shape) -> Signs:
    """Find how numbers are written; where that is open, the owner is asked."""
    cells = (cell for _, row in shape.body[:3000] for cell in row)
    signs = find_signs(cells)
    told = draft.answer("table.decimal")
    if told in (",", ".") and told != signs.decimal:
        signs = Signs(told, "", 1.0, "you said so")
    elif signs.ambiguous:
        said = draft.ask(
            "table.decimal",
            "Is the comma in figures a decimal sign or does it set off thousands?",
            ("thousands", "decimal"),
            None,
            signs.reason,
        )
        if said == "decimal":
            signs = Signs(",", "", 1.0, "you said so")
    if signs.decimal != ".":
        part.table["decimal"] = signs.decimal
    if signs.thousands:
        part.table["thousands"] = signs.thousands
    if signs.decimal != "." or signs.thousands:
        draft.say(
            "table.decimal",
            signs.decimal + (f" with {signs.thousands!r}" if signs.thousands else ""),
            signs.reason,
            signs.confidence,
        )
    return signs


def _say_shape(draft: Draft, part: Part, sheet: Sheet, shape: Shape) -> None:
    table = part.table
    if sheet.headings is None:
        draft.say("table.header_row", shape.header_row, shape.reason, shape.confidence)
        if shape.header_row != 1:
            table["header_row"] = shape.header_row
        if shape.header_rows != 1:
            table["header_rows"] = shape.header_rows
            draft.say(
                "table.header_rows",
                shape.header_rows,
                "the row below names parts or units of the headings",
                0.85,
            )
        if shape.header_row == 0 and shape.first_row > 1:
            table["first_row"] = shape.first_row
        _say_footers(draft, table, shape)
        if shape.repeated:
            draft.notice(f"{shape.repeated} rows repeat the headings")
    if sheet.path:
        table["records"] = sheet.path
    if len(shape.headings) <= _MAX_HEADINGS and shape.header_row:
        table["headings"] = list(shape.headings)


def _say_footers(draft: Draft, table: dict[str, Any], shape: Shape) -> None:
    if shape.skip_rows:
        table["skip_rows"] = list(shape.skip_rows)
        reason = "rows that begin so are totals or notes"
        draft.say("table.skip_rows", list(shape.skip_rows), reason, 0.85)
    for text in shape.sums:
        draft.notice(
            f"the row {text!r} is called a sum, and is not that of the rows above: "
            "it is read as one of them"
        )
    if shape.last_row:
        table["last_row"] = shape.last_row
        reason = "below it stand totals or notes"
        draft.say("table.last_row", shape.last_row, reason, 0.8)


def _take_orders(draft: Draft, roles: Roles, columns: list[Column]) -> None:
    """Do as the owner said of single columns."""
    by_name = {"station": "station", "date": "date", "value": "value"}
    for column in columns:
        said = draft.answer(f"column.{column.heading}")
        if said in by_name:
            old = getattr(roles, by_name[said])
            if old is not None and old is not column:
                old.use = ""
                roles.rest.append(old)
            column.use = by_name[said]
            setattr(roles, by_name[said], column)
            roles.rest = [each for each in roles.rest if each is not column]
        elif said == LEAVE_OUT and column in roles.rest:
            column.use = "left"
            roles.rest.remove(column)
        elif said == "attribute" and column in roles.rest:
            column.use = "attribute"
            roles.rest.remove(column)


def _ask_spread(draft: Draft, spread: Spread) -> Spread:
    if spread.across != "stations":
        return spread
    said = draft.ask(
        "layout",
        f"Are the {len(spread.figures)} columns of figures "
        f"({', '.join(repr(c.heading) for c in spread.figures[:3])}...) "
        "one station each, or one quantity each?",
        ("stations", "quantities"),
        "stations",
        spread.reason,
    )
    if said == "quantities":
        return Spread("quantities", spread.figures, reason="you said so")
    return spread


def _stations_across(draft: Draft, part: Part, spread: Spread) -> None:
    part.station["headings"] = [column.heading for column in spread.figures]
    if not all(is_id(column.heading) for column in spread.figures):
        part.station["make_ids"] = True
    named = {column.heading: make_id(own_words(column)) for column in spread.figures}
    if common_term(spread.figures) and len(set(named.values())) == len(named):
        part.station["ids"] = {text: made for text, made in named.items() if made}
    draft.say(
        "station.headings",
        part.station["headings"],
        f"each of {len(spread.figures)} columns is one station",
        spread.confidence,
    )


def _figures(
    draft: Draft,
    part: Part,
    roles: Roles,
    spread: Spread,
    quantities: list[Quantity],
    spacing: Spacing,
) -> None:
    figures = spread.figures
    if spread.across == "quantities":
        figures = [q.column for q in quantities if q.column is not None]
    describe_signs(draft, part, figures)
    describe_values(draft, part, quantities, roles, spacing)
    _split(draft, part, roles)
    describe_status(draft, part, roles)
    if not part.value:
        return
    ask_zone(draft, part, _near(part, roles), stated=spacing.has_offset)
    _ask_stamp(draft, part, spacing)
    _constant_attributes(draft, part, roles)


def _split(draft: Draft, part: Part, roles: Roles) -> None:
    """Tell figures of one place and time apart by what each procedure is called."""
    for column in roles.splits:
        split: list[dict[str, Any]] = []
        for value in part.value:
            for text in column.distinct:
                before = value.get("procedure", "")
                made = slug(text, f"{len(split) + 1}")
                split.append(
                    {
                        **value,
                        "when": {**value.get("when", {}), column.heading: text},
                        "procedure": f"{before}-{made}".strip("-"),
                    }
                )
        part.value[:] = split
        draft.say(
            f"column.{column.heading}",
            "procedure",
            f"one place has several figures at one time; {len(column.distinct)} "
            "different texts here tell them apart",
            0.8,
        )


def _near(part: Part, roles: Roles) -> list[str]:
    """Return zones near the file's coordinates."""
    for x, y in ((roles.lon, roles.lat), (roles.x, roles.y)):
        if x is None or y is None:
            continue
        first, second = dict(x.written.numbers), dict(y.written.numbers)
        rows = [row for row in first if row in second][:500]
        fits = find_grids([first[r] for r in rows], [second[r] for r in rows])
        chosen = [fit for fit in fits if fit.code == part.station.get("crs")] or fits
        if chosen:
            return zones_near([(chosen[0].longitude, chosen[0].latitude)])
    return []


def _ask_stamp(draft: Draft, part: Part, spacing: Spacing) -> None:
    """Ask which end of its interval a figure's time marks, where a clock is told."""
    over = [value for value in part.value if value.get("statistic")]
    if not over or (spacing.clock_hour <= 0 and not spacing.fine):
        return
    hour = (
        f"at {spacing.clock_hour:02d}:00" if spacing.clock_hour > 0 else "by the clock"
    )
    interval = over[0]["interval"]
    said = draft.ask(
        "time.stamp",
        f"Figures are over {interval} and stamped {hour}: does the time mark the "
        "start or the end of the interval?",
        ("end", "start"),
        None,
        "the file does not say it; the answer moves each figure by one interval",
    )
    if said == "end":
        part.time["stamp"] = "end"


def _without_time(draft: Draft, part: Part, quantities: list[Quantity]) -> None:
    """Ask when figures without a date hold; else they are attributes of places."""
    listed = ", ".join(repr(quantity.said) for quantity in quantities[:4])
    said = draft.ask(
        "time.constant",
        f"No column tells when {listed} hold. A date for all (2015 or 2015-06-30)?",
        ("keep as attributes",),
        "keep as attributes",
        "without a time they are no observations",
    )
    if not said or said == "keep as attributes":
        return
    part.time["constant"] = said
    if len(said) == 4:
        part.time["format"] = "YYYY"
    describe_signs(draft, part, [q.column for q in quantities if q.column])
    roles = Roles()
    describe_values(draft, part, quantities, roles, Spacing())
    ask_zone(draft, part, [], stated=False)


def _leave_values(draft: Draft, roles: Roles) -> None:
    """Leave out figures of many quantities in one column, which no time is told of."""
    if roles.value is None or roles.variable is None:
        return
    roles.value.use = "left"
    draft.notice(
        f"{roles.value.heading!r} is left out: it holds figures of what "
        f"{roles.variable.heading!r} names and no column tells when; an answer "
        "'time.constant=2015' takes them in"
    )


def _attributes(draft: Draft, part: Part, columns: list[Column]) -> None:
    """Keep what else a list of places says of each, as it is written."""
    kept: dict[str, str] = {}
    for column in columns:
        taken = column.use not in ("", "qualifier", "status", "attribute", "value")
        if column.is_empty or taken or len(kept) >= _MAX_ATTRIBUTES:
            continue
        kept[column.heading] = column.heading
    if kept:
        part.station["attribute_columns"] = kept
        draft.say(
            "station.attribute_columns",
            sorted(kept),
            "the file lists places; what else it says of them is kept as it is",
            0.8,
        )


def _constant_attributes(draft: Draft, part: Part, roles: Roles) -> None:
    """Keep texts that say one thing of each place, beside its figures."""
    if roles.station is None:
        return
    rows = len(roles.station.texts)
    if rows < 3 * len(roles.station.distinct):
        return
    kept = {
        column.heading: column.heading
        for column in roles.rest
        if not column.use
        and column.number_share < 0.5
        and len(column.distinct) > 1
        and column.goes_with(roles.station.cells)
    }
    if kept and len(kept) <= _MAX_ATTRIBUTES:
        part.station["attribute_columns"] = kept
        reason = "they say one thing of each place"
        draft.say("station.attribute_columns", sorted(kept), reason, 0.75)


def _forget_numbers(part: Part, roles: Roles) -> None:
    """Leave out the column of places in the file where no id is made of it."""
    if roles.station is None or roles.station.heading != NUMBER:
        listed = part.table.get("headings", [])
        if NUMBER in listed:
            part.table["headings"] = [text for text in listed if text != NUMBER]


def _leave_persons(draft: Draft, roles: Roles) -> None:
    for column in roles.persons:
        draft.notice(
            f"{column.heading!r} seems to name persons: it is left out, and never "
            "published; [personal] in a recipe can keep it under pseudonyms"
        )
