"""The `[[value]]` parts: unit, statistic, interval; gaps, limits and remark codes."""

from __future__ import annotations

from typing import Any

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.draft import Draft, Part
from waternet.formats.suggest.gaps import describe_gaps
from waternet.formats.suggest.naming import slug
from waternet.formats.suggest.quantities import Quantity
from waternet.formats.suggest.roles import Roles
from waternet.formats.suggest.timing import Spacing
from waternet.formats.suggest.unit_text import in_short, read_unit
from waternet.formats.suggest.words import find_words, normal
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import find_by_code, get_term, get_terms

__all__ = ["describe_signs", "describe_status", "describe_values"]

_SUMS = {"precipitation", "evaporation", "reference-evapotranspiration"}
_WEATHER = {"air-temperature", "relative-humidity", "wind-speed", "global-radiation"}
_CERTAIN = {"%", "1"}
_MONEY = {"gross-domestic-product", "gdp-per-capita"}
# Where nearly all figures lie in the usual unit: beyond, the unit is another one.
_RANGES = {
    "precipitation": (2.0, 20_000.0),  # [mm] of the greatest figure
    "electrical-conductivity": (20.0, 300_000.0),
    "depth-to-groundwater": (0.5, 1500.0),
    "air-temperature": (-10.0, 58.0),
    "water-temperature": (0.0, 45.0),
    "evaporation": (1.0, 5000.0),
}
_USUAL = {"m", "mm", "mg/L", "uS/cm", "[NTU]", "{count}/dL", "W/m2", "m/s"}
_CHOICES = {
    "volume": ("m3", "hm3", "10*3.m3", "m3/a", "hm3/a", "m3/s", "L/s", "m3/h"),
    "concentration": ("mg/L", "ug/L", "mmol/L"),
    "length": ("m", "mm", "cm", "[ft_i]"),
    "Cel": ("Cel", "[degF]", "K"),
    "1": ("1", "10*3", "10*6"),
    "{USD}": ("{USD}", "10*6.{USD}"),
}
_PER = {"P1Y": "/a", "P1M": "/mo", "P1D": "/d"}
_STATUS_WORDS = {
    "approved": "approved",
    "accepted": "approved",
    "final": "approved",
    "provisional": "provisional",
    "preliminary": "provisional",
    "estimated": "estimated",
    "measured": "measured",
    "imputed": "imputed",
    "modelled": "modelled",
    "a": "approved",
    "p": "provisional",
    "e": "estimated",
}


def describe_values(
    draft: Draft, part: Part, quantities: list[Quantity], roles: Roles, spacing: Spacing
) -> None:
    """Fill in the `[[value]]` parts."""
    for quantity in quantities:
        value: dict[str, Any] = {}
        if quantity.column is not None:
            value["column"] = quantity.column.heading
        if quantity.when:
            value["when"] = dict(quantity.when)
        value["observed_property"] = quantity.term
        statistic, interval = _statistic(draft, quantity, spacing)
        unit = _unit(draft, quantity, interval)
        if not unit:
            unit = get_term("observed_property", quantity.term).unit
            draft.assume(f"{quantity.term} in {unit}")
        value["unit"] = unit
        if statistic != "instant":
            value |= {"statistic": statistic, "interval": interval}
        if roles.qualifier is not None:
            value["qualifier_column"] = roles.qualifier.heading
        if roles.censor is not None:
            value["censor_column"] = roles.censor.heading
        if roles.limit is not None and _has_not_detected(quantity):
            value["limit_column"] = roles.limit.heading
        part.value.append(value)
        _say(draft, quantity, unit, statistic, interval, spacing)
    _tell_apart(draft, part)


def _tell_apart(draft: Draft, part: Part) -> None:
    """Give columns of one quantity a procedure each: none is another's repetition."""
    seen: set[tuple[str, ...]] = set()
    for value in part.value:
        names = ("observed_property", "statistic", "interval")
        key = (*(value.get(name, "") for name in names), str(value.get("when")))
        if key in seen and value.get("column"):
            value["procedure"] = slug(value["column"], f"column-{len(seen) + 1}")
            draft.say(
                f"procedure.{value['column']}",
                value["procedure"],
                "another column holds the same quantity: this tells the two apart",
                0.8,
            )
        seen.add(key)


def _has_not_detected(quantity: Quantity) -> bool:
    return quantity.column is not None and bool(quantity.column.written.not_detected)


def _say(
    draft: Draft,
    quantity: Quantity,
    unit: str,
    statistic: str,
    interval: str,
    spacing: Spacing,
) -> None:
    key = f"quantity.{quantity.said}" if quantity.when else f"column.{quantity.said}"
    if not quantity.said:
        key = "value"
    term = f"{quantity.term}, {unit}"
    if statistic != "instant":
        term += f", {statistic} over {interval}"
    reason = quantity.reason
    if spacing.interval:
        reason += f"; {spacing.reason}"
    others = []
    if quantity.column is not None and not quantity.when:
        others = [
            m.term for m in quantity.column.properties[:4] if m.term != quantity.term
        ]
    draft.say(key, term, reason, min(0.97, 0.55 + quantity.share * 0.42), others)


def _unit(draft: Draft, quantity: Quantity, interval: str) -> str:
    """Return the unit; asked for where the file does not tell it."""
    usual = get_term("observed_property", quantity.term).unit
    unit = quantity.unit or _from_cells(quantity)
    if unit:
        return _per_interval(unit, usual, interval)
    likely = _is_likely(quantity)
    if usual in _CERTAIN and quantity.term not in _MONEY:
        return usual
    if usual == "Cel" and likely:
        return usual
    group = in_short(usual)
    if "per-capita" in quantity.term:
        group = f"{group}-per-capita"
    key = f"unit.{group}"
    choices = _CHOICES.get(group, (usual,))
    default = usual if usual in _USUAL and likely else None
    asked = draft.ask(
        key,
        f"In which unit are the figures of {quantity.said or quantity.term!r}"
        " and others of this kind?",
        tuple(dict.fromkeys((usual, *choices))),
        default,
        "neither heading nor cells tell it",
    )
    return read_unit(asked) or asked if asked else ""


def _is_likely(quantity: Quantity) -> bool:
    """Whether the greatest figure can be one in the usual unit."""
    if quantity.term not in _RANGES or quantity.column is None or quantity.when:
        return True
    figures = sorted(quantity.column.numbers)
    low, high = _RANGES[quantity.term]
    return bool(figures) and low <= figures[int(0.999 * (len(figures) - 1))] <= high


def _from_cells(quantity: Quantity) -> str:
    if quantity.column is None:
        return ""
    found = {read_unit(sign) for sign in quantity.column.written.after} - {""}
    return found.pop() if len(found) == 1 else ""


def _per_interval(unit: str, usual: str, interval: str) -> str:
    """Return a volume a year as such: 'm3' in yearly sums is 'm3/a'."""
    if (
        "/" in usual
        and "/" not in unit
        and in_short(unit) == "volume"
        and interval in _PER
    ):
        return unit + _PER[interval]
    return unit


def _is_sum(term: str, unit: str) -> bool:
    if term in _SUMS:
        return True
    usual = get_term("observed_property", term).unit
    rate = unit.endswith(("/s", "/h", "/min"))
    return usual.endswith(("m3/a",)) and "per-capita" not in term and not rate


def _statistic(draft: Draft, quantity: Quantity, spacing: Spacing) -> tuple[str, str]:
    """Return statistic and interval; asked for where the spacing leaves it open."""
    term = quantity.term
    if quantity.statistic == "instant":
        return "instant", INSTANT
    said = draft.answer(f"statistic.{term}")
    if said:
        return (
            (said, spacing.interval or "P1D") if said != "instant" else (said, INSTANT)
        )
    if quantity.statistic and quantity.interval:
        return quantity.statistic, quantity.interval
    interval = quantity.interval or spacing.interval
    if _is_sum(term, quantity.unit):
        if interval:
            return quantity.statistic or "total", interval
        return _ask(draft, quantity, "total", "P1D", "days are listed, not every one")
    if not interval or spacing.fine:
        if quantity.statistic in ("mean", "minimum", "maximum") and interval:
            return quantity.statistic, interval
        return "instant", INSTANT
    if quantity.statistic:
        return quantity.statistic, interval
    state = term not in _WEATHER and term != "discharge"
    if state and (interval == "P1D" or spacing.by_day):
        return "instant", INSTANT
    return _ask(draft, quantity, "mean", interval, f"one figure for each {interval}")


def _ask(
    draft: Draft, quantity: Quantity, default: str, interval: str, reason: str
) -> tuple[str, str]:
    choices = ("mean", "total", "maximum", "minimum", "instant")
    said = draft.ask(
        f"statistic.{quantity.term}",
        f"What are the figures of {quantity.said or quantity.term!r}: a mean or sum "
        "over "
        f"{interval}, or values of a moment (instant)?",
        (default, *(each for each in choices if each != default)),
        default,
        reason,
    )
    return ("instant", INSTANT) if said == "instant" else (said or default, interval)


def describe_signs(draft: Draft, part: Part, figures: list[Column]) -> None:
    """Fill in what stands for gaps, limits and non-detects in columns of figures."""
    table = part.table
    describe_gaps(draft, table, figures)
    _describe_limits(draft, table, figures)
    after = sorted({sign for c in figures for sign in c.written.after})
    if after:
        listed = table.setdefault("after_number", [])
        listed += [sign for sign in after if sign not in listed]
        draft.say("table.after_number", after, "they follow numbers", 0.85)
    known = set(table.get("missing", ()))
    for column in figures:
        odd = [(t, n) for t, n in column.written.odd.most_common() if t not in known]
        if odd:
            shown = ", ".join(f"{t!r} x{n}" for t, n in odd[:4])
            draft.notice(f"{column.heading!r}: cells that are no figures: {shown}")


def _describe_limits(
    draft: Draft, table: dict[str, Any], figures: list[Column]
) -> None:
    nothing = sorted({text for c in figures for text in c.written.not_detected})
    if nothing:
        table["not_detected"] = nothing
        draft.say("table.not_detected", nothing, "words for 'below the limit'", 0.9)
    for side, usual in (("below", "<"), ("above", ">")):
        signs = {sign for c in figures for sign in c.written.limits.get(side, ())}
        if signs - {usual}:
            table[side] = sorted({usual, *signs}, key=len, reverse=True)
            draft.say(f"table.{side}", table[side], "signs before a limit", 0.9)


def describe_status(draft: Draft, part: Part, roles: Roles) -> None:
    """Fill in which status each code stands for; unknown codes stay remark codes."""
    column = roles.status
    if column is None or not part.value:
        return
    codes = {}
    for text in column.distinct:
        term = find_by_code("status", "aquastat", text)
        word = _STATUS_WORDS.get(normal(text).split(" ")[0]) if normal(text) else None
        if text in get_terms("status"):
            codes[text] = text
        elif word:
            codes[text] = word
        elif term and roles.status and find_words("role", column.heading):
            codes[text] = term.id
    unknown = [text for text in column.distinct if text not in codes]
    if unknown:
        if roles.qualifier is None:
            for value in part.value:
                value["qualifier_column"] = column.heading
            draft.notice(
                f"{column.heading!r} is kept as remark codes: {unknown[0]!r} is no "
                "status that is known here"
            )
        return
    part.status_codes.update(codes)
    for value in part.value:
        value["status_column"] = column.heading
    draft.say("value.status_column", column.heading, "its codes are statuses", 0.85)
