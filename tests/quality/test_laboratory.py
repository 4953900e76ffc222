"""Analyses that agree with themselves and such that do not; sums by hand."""

import numpy as np
import pytest
from quality.tables import named_rows, series_table, stream

from waternet.quality.ions import IONS
from waternet.quality.laboratory import (
    ChargeBalance,
    SolidsToConductivity,
    TotalBelowParts,
    find_solids_unlike_conductivity,
    find_totals_below_parts,
    find_unbalanced_ions,
)

DAY = "2015-03-01"
# Reference sea water of salinity 35 [mg/kg]: Millero, F.J., et al. (2008). Deep-Sea
# Research I 55, 50-72, table 4. By hand: cations 605.5, anions 604.1 (bromide and
# borate left out), so that the error is +0.1 %.
SEA = {
    "sodium": 10783.7,
    "magnesium": 1283.7,
    "calcium": 412.1,
    "potassium": 399.1,
    "chloride": 19352.7,
    "sulfate": 2712.4,
    "bicarbonate": 104.8,
}


def analysis(values, unit="mg/L", feature="w1"):
    return [
        (stream(name, unit, feature), {DAY: value}) for name, value in values.items()
    ]


def unbalanced(values, parameters=None, **others):
    table = series_table(*analysis(values, **others))
    return named_rows(table, find_unbalanced_ions(table, parameters or ChargeBalance()))


def test_sea_water_is_neutral():
    assert unbalanced(SEA) == []


def test_a_slipped_chloride_takes_its_whole_sample_with_it():
    # 1 935.27 mg/L are 54.59 meq/L: anions 112.8, cations 605.5: +69 %.
    found = unbalanced({**SEA, "chloride": 1935.27})
    assert {note for _name, note in found} == {"cations less anions +69 % of both"}
    assert sorted(name for name, _note in found) == sorted(SEA)


@pytest.mark.parametrize(
    ("chloride", "sodium", "off"),
    [
        # Anions <= 3 meq/L: 0.2 meq/L. 2 and 2.19, 2 and 2.21.
        (2.0, 2.19, False),
        (2.0, 2.21, True),
        # Up to 10: 2 % of both. 5 and 5.2: 1.96 %; 5 and 5.21: 2.06 %.
        (5.0, 5.20, False),
        (5.0, 5.21, True),
        # Above: 5 %. 20 and 22.1: 4.99 %; 20 and 22.2: 5.2 %.
        (20.0, 22.10, False),
        (20.0, 22.20, True),
    ],
)
def test_the_limits_are_those_of_standard_methods(chloride, sodium, off):
    values = {"chloride": chloride, "sodium": sodium}
    parameters = ChargeBalance(required=("chloride", "sodium"))
    assert bool(unbalanced(values, parameters, unit="meq/L")) is off


def test_amounts_of_substance_are_masses_too():
    # 10 mmol/L of calcium carry 20 meq/L, as do 20 mmol/L of chloride.
    values = {"calcium": 10.0, "chloride": 20.0}
    parameters = ChargeBalance(required=("calcium", "chloride"))
    assert unbalanced(values, parameters, unit="mmol/L") == []
    assert len(unbalanced({**values, "calcium": 20.0}, parameters, unit="mmol/L")) == 2


def test_a_sample_without_a_major_ion_is_not_judged():
    part = {name: value for name, value in SEA.items() if name != "sulfate"}
    table = series_table(*analysis({**part, "chloride": 1.0}))
    hits = find_unbalanced_ions(table, ChargeBalance())
    assert (len(hits.rows), hits.unjudged.tolist()) == (0, list(range(6)))


def test_a_limit_is_taken_where_it_balances_best():
    # Sodium 5 meq/L, chloride 3.9: -> with sulfate below 2 meq/L it may balance.
    required = ChargeBalance(required=("sodium", "chloride", "sulfate"))
    sodium, chloride = 5 * 22.990, 3.9 * 35.45
    values = {"sodium": sodium, "chloride": chloride, "sulfate": f"<{2 * 48.028}"}
    assert unbalanced(values, required) == []
    values["sulfate"] = f"<{0.5 * 48.028}"
    assert len(unbalanced(values, required)) == 3


def test_nitrate_counts_once_whichever_way_it_is_reported():
    # 1 meq/L of sodium and of nitrate: 62.004 mg/L as NO3 are 14.007 as N.
    parameters = ChargeBalance(required=("sodium",), absolute=0.01)
    values = {"sodium": 22.990, "nitrate": 62.004, "nitrate-as-nitrogen": 14.007}
    assert unbalanced(values, parameters) == []


def test_masses_are_sums_of_standard_atomic_weights():
    # IUPAC 2021, abridged: N 14.007, O 15.999, S 32.06, C 12.011, H 1.008.
    assert IONS["nitrate"].mass == pytest.approx(14.007 + 3 * 15.999)
    assert IONS["sulfate"].mass == pytest.approx(32.06 + 4 * 15.999)
    assert IONS["bicarbonate"].mass == pytest.approx(1.008 + 12.011 + 3 * 15.999)
    assert IONS["ammonium"].mass == pytest.approx(14.007 + 4 * 1.008)
    assert IONS["calcium"].equivalent == pytest.approx(20.039)


def below_parts(values):
    table = series_table(*analysis(values))
    hits = find_totals_below_parts(table, TotalBelowParts())
    return table, hits, named_rows(table, hits)


def test_total_nitrogen_holds_that_of_nitrate_and_ammonium():
    # 62.004 mg/L nitrate and 18.039 mg/L ammonium: 14.007 mg/L nitrogen each.
    parts = {"nitrate": 62.004, "ammonium": 18.039}
    table, hits, found = below_parts({"total-nitrogen": 25.0, **parts})
    assert {note for _name, note in found} == {"total-nitrogen less than its parts"}
    assert len(found) == 3
    total = [one.observed_property for one in table.datastreams].index("total-nitrogen")
    assert hits.expected[hits.rows == table.starts[total]] == pytest.approx([28.014])
    assert below_parts({"total-nitrogen": 25.3, **parts})[2] == []  # 28.014 less 10 %


def test_oxygen_demand_and_bacteria_are_parts_of_larger_ones():
    demand = {"chemical-oxygen-demand": 20.0, "biochemical-oxygen-demand": 30.0}
    assert len(below_parts(demand)[2]) == 2
    assert below_parts({**demand, "biochemical-oxygen-demand": "<30"})[2] == []
    assert len(below_parts({**demand, "chemical-oxygen-demand": "<20"})[2]) == 2
    assert below_parts({"total-nitrogen": 1.0})[2] == []


def test_solids_hold_half_of_the_bicarbonate():
    # 400 mg/L bicarbonate leave 196.7 mg/L; with 100 of calcium 296.7; less 10 % 267.
    parts = {"bicarbonate": 400.0, "calcium": 100.0}
    assert below_parts({"total-dissolved-solids": 268.0, **parts})[2] == []
    assert len(below_parts({"total-dissolved-solids": 266.0, **parts})[2]) == 3


def test_a_total_of_nothing_is_less_than_its_parts():
    _table, hits, found = below_parts({"total-nitrogen": 0.0, "nitrate": 62.004})
    assert len(found) == 2
    assert np.nanmax(hits.expected) == pytest.approx(14.007)


@pytest.mark.parametrize(("solids", "off"), [(549, True), (551, False), (751, True)])
def test_solids_go_with_conductivity(solids, off):
    # 1 mS/cm is 1000 uS/cm: 0.55 to 0.75 of it in mg/L.
    table = series_table(
        (stream("total-dissolved-solids", "mg/L"), {DAY: solids}),
        (stream("electrical-conductivity", "mS/cm"), {DAY: 1.0}),
    )
    hits = find_solids_unlike_conductivity(table, SolidsToConductivity())
    assert bool(len(hits.rows)) is off
    if solids == 751:
        assert hits.notes == ("solids high",)
        # 0.75 x 1000 mg/L; 751 / 0.75 uS/cm, in mS/cm.
        assert sorted(hits.expected) == pytest.approx([751 / 750, 750.0])


def test_samples_of_different_days_or_places_are_not_mixed():
    table = series_table(
        (stream("total-dissolved-solids", "mg/L"), {"2015-03-01": 100.0}),
        (stream("electrical-conductivity", "uS/cm"), {"2015-03-02": 1000.0}),
        (stream("electrical-conductivity", "uS/cm", "w2"), {"2015-03-01": 1000.0}),
    )
    hits = find_solids_unlike_conductivity(table, SolidsToConductivity())
    assert (len(hits.rows), hits.unjudged.tolist()) == (0, [0, 1, 2])
