"""The checks by name: what each looks at, asks for, says and advises.

A check is a function of a `SeriesTable` that holds only the series to look at, and of
its parameters, a frozen dataclass whose defaults are documented with their sources in
docs/reference/checks.md. It gives `Hits`; it never changes a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from waternet.errors import NotFound
from waternet.observation.vocabulary import Grade
from waternet.quality.copy_checks import (
    CopiedBlock,
    Duplicate,
    RepeatedYear,
    find_copied_blocks,
    find_duplicates,
    find_repeated_years,
)
from waternet.quality.date_checks import DateSlip, find_date_slips
from waternet.quality.detection_limits import DetectionLimit, find_strange_limits
from waternet.quality.findings import Hits
from waternet.quality.laboratory import (
    ChargeBalance,
    SolidsToConductivity,
    TotalBelowParts,
    find_solids_unlike_conductivity,
    find_totals_below_parts,
    find_unbalanced_ions,
)
from waternet.quality.neighbour_checks import Neighbours, find_unlike_neighbours
from waternet.quality.range_checks import Range, find_out_of_range
from waternet.quality.series import SeriesTable
from waternet.quality.shape_checks import (
    FlatLine,
    RateOfChange,
    Spike,
    Step,
    find_fast_changes,
    find_flat_lines,
    find_spikes,
    find_steps,
)
from waternet.quality.slip_checks import (
    SignSlip,
    UnitSlip,
    find_sign_slips,
    find_unit_slips,
)
from waternet.quality.time_checks import (
    CenturySlip,
    Future,
    Gap,
    find_century_slips,
    find_future,
    find_gaps,
)
from waternet.quality.water_balance import MassBalance, find_unbalanced_water
from waternet.quality.well_checks import DepthAndLevel, find_broken_elevations

__all__ = ["CHECKS", "Check", "get_check"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
        Lower-case words joined by hyphens.
    find : function of (SeriesTable, parameters) to Hits
    parameters : type
        A frozen dataclass with a default for every field.
    finding : str
        What was found, as the end of '12 values ...': plain words, no full stop.
    advice : str
        What to do about it: one sentence.
    grade : Grade
        What a hit is graded where the rule does not say: SUSPECT or BAD. GOOD names
        the finding without holding it against the value.
    scope : 'series' or 'table'
        Whether each series is judged by itself alone, so that a table may be cut
        between series; or together with the others.
    limits : bool
        Whether it judges limits ('<0.05') too.
    judges : bool
        Whether a value that it does not object to is the better for it: not so where
        it looks for what is absent.
    notes : tuple of str
        All that it may remark on a hit; what differs from hit to hit stands as a name
        in braces. Reports hold these in each language.
    """

    name: str
    find: Callable[[SeriesTable, Any], Hits]
    parameters: type
    finding: str
    advice: str
    grade: Grade = Grade.SUSPECT
    scope: Literal["series", "table"] = "series"
    limits: bool = False
    judges: bool = True
    notes: tuple[str, ...] = ()


CHECKS: Mapping[str, Check] = {
    check.name: check
    for check in (
        Check(
            "range",
            find_out_of_range,
            Range,
            "outside what is possible",
            "Compare with the source: a slipped point, sign, unit or column is likely.",
            Grade.BAD,
            limits=True,
            notes=("too low", "too high"),
        ),
        Check(
            "station-range",
            find_out_of_range,
            Range,
            "outside what this station has had",
            "Compare with the source; if it is right, learn the station's range again.",
            limits=True,
            notes=("too low", "too high"),
        ),
        Check(
            "spike",
            find_spikes,
            Spike,
            "sticking out between neighbours that agree",
            "Compare with the field sheet: one misread or mistyped figure is likely.",
        ),
        Check(
            "step",
            find_steps,
            Step,
            "where the level shifts and stays",
            "Ask what happened then: a new sensor, a new datum, a move of the gauge.",
        ),
        Check(
            "flat-line",
            find_flat_lines,
            FlatLine,
            "repeating the one before, again and again",
            "Ask whether the instrument was stuck, or figures were carried forward.",
        ),
        Check(
            "rate-of-change",
            find_fast_changes,
            RateOfChange,
            "reached faster than the property can change",
            "Compare with the source; check the date too.",
        ),
        Check(
            "gap",
            find_gaps,
            Gap,
            "coming after a gap",
            "Ask for what is missing; nothing is filled in.",
            Grade.GOOD,
            judges=False,
            limits=True,
            notes=("1 value missing", "{count} values missing"),
        ),
        Check(
            "future",
            find_future,
            Future,
            "dated later than the check was made",
            "Check the year: of two digits it may be read a century off.",
            Grade.BAD,
            judges=False,
            limits=True,
        ),
        Check(
            "century-slip",
            find_century_slips,
            CenturySlip,
            "dated a hundred years off",
            "State the pivot year in the recipe, or correct the year.",
            Grade.BAD,
            judges=False,
            limits=True,
            notes=("100 years too late", "100 years too early"),
        ),
        Check(
            "date-slip",
            find_date_slips,
            DateSlip,
            "that would fit at another date",
            "Compare the date with the source; take the figure back where it stands.",
            notes=("day and month exchanged", "a year too early", "a year too late"),
        ),
        Check(
            "duplicate",
            find_duplicates,
            Duplicate,
            "given by two procedures at one time",
            "Keep one of the two datastreams, or tell their procedures apart.",
            Grade.GOOD,
            scope="table",
            judges=False,
            notes=("the same value", "another value"),
        ),
        Check(
            "copied-block",
            find_copied_blocks,
            CopiedBlock,
            "in a block that repeats an earlier one",
            "Find out which of the two blocks was measured; take the other back.",
            notes=("as from {day}",),
        ),
        Check(
            "repeated-year",
            find_repeated_years,
            RepeatedYear,
            "in a year that repeats another: an assumption, not a measurement",
            "Give them the status 'assumed', or ask for the figures themselves.",
            notes=("as the year before", "one value all year"),
        ),
        Check(
            "unit-slip",
            find_unit_slips,
            UnitSlip,
            "that would fit in another unit",
            "Check the unit or the decimal point of the source.",
            notes=(
                "in feet rather than metres",
                "in metres rather than feet",
                "{times} times too large",
                "{times} times too small",
            ),
        ),
        Check(
            "sign-slip",
            find_sign_slips,
            SignSlip,
            "that would fit with the other sign",
            "Check the sign in the source.",
        ),
        Check(
            "depth-and-level",
            find_broken_elevations,
            DepthAndLevel,
            "whose depth and level do not add up to the well's elevation",
            "Compare both with the field sheet, and give the well's elevation.",
            scope="table",
            notes=(
                "the depth with a minus sign",
                "level and depth do not add up",
                "measured from {new} m, before from {old} m",
            ),
        ),
        Check(
            "neighbours",
            find_unlike_neighbours,
            Neighbours,
            "that the nearest stations contradict",
            "Compare with the source; if right, the station saw something of its own.",
            scope="table",
        ),
        Check(
            "charge-balance",
            find_unbalanced_ions,
            ChargeBalance,
            "of samples whose cations and anions do not balance",
            "Ask the laboratory to look at the sample's ions: one of them, a unit or a "
            "dilution is likely wrong, or an ion was not analysed.",
            scope="table",
            limits=True,
            judges=False,
            notes=("cations less anions {percent} % of both",),
        ),
        Check(
            "total-below-parts",
            find_totals_below_parts,
            TotalBelowParts,
            "of samples in which a total is less than its parts",
            "Ask the laboratory to look at the total and its parts: a unit (as N or as "
            "NO3), a dilution or a column is likely wrong.",
            scope="table",
            limits=True,
            judges=False,
            notes=("{quantity} less than its parts",),
        ),
        Check(
            "solids-to-conductivity",
            find_solids_unlike_conductivity,
            SolidsToConductivity,
            "of samples whose dissolved solids do not go with their conductivity",
            "Compare both with the laboratory's sheet: a unit (mS, uS), a temperature "
            "correction or a slipped point is likely.",
            scope="table",
            judges=False,
            notes=("solids low", "solids high"),
        ),
        Check(
            "detection-limit",
            find_strange_limits,
            DetectionLimit,
            "unlike the detection limits around",
            "Ask the laboratory which method and limit held then; name another method "
            "as another procedure.",
            limits=True,
            judges=False,
            notes=(
                "below the limits around it",
                "a limit unlike the one before",
                "a limit above usual values",
            ),
        ),
        Check(
            "mass-balance",
            find_unbalanced_water,
            MassBalance,
            "of periods in which inflow, outflow, losses and storage do not balance",
            "Compare the meters with each other and the rating with a survey: a meter, "
            "a unit or a flow that is not metered is likely.",
            scope="table",
            judges=False,
            notes=("residual {volume} m3",),
        ),
    )
}


def get_check(name: str) -> Check:
    """Return a check by name.

    Raises
    ------
    NotFound
        There is none of that name; the hint lists those that there are.
    """
    if name not in CHECKS:
        raise NotFound(f"no check {name!r}", hint=f"there are {', '.join(CHECKS)}")
    return CHECKS[name]
