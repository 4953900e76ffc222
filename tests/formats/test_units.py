"""Units as other systems write them: every code is UCUM, and says the same thing."""

import numpy as np
import pytest

from waternet.formats.units import to_ucum, unit_texts
from waternet.quantity import convert, verify_unit


def test_every_code_in_the_table_is_ucum():
    for code in sorted(set(unit_texts().values())):
        verify_unit(code)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # USGS parameter codes: 00060, 00095, 00010, 00618, 80155, 00025, 63680.
        ("ft3/s", "[ft_i]3/s"),
        ("uS/cm @25C", "uS/cm"),
        ("deg C", "Cel"),
        ("mg/l as N", "mg/L"),
        ("tons/day", "[ston_av]/d"),
        ("mm/Hg", "mm[Hg]"),
        ("FNU", "[FNU]"),
        # USGS OGC API, WaterML names with entities, WQX.
        ("ft^3/s", "[ft_i]3/s"),
        ("ft&#179;/s", "[ft_i]3/s"),
        ("cfs", "[ft_i]3/s"),
        ("µS/cm", "uS/cm"),
        ("MG/L", "mg/L"),
        ("std units", "1"),
        ("MPN/100ml", "{MPN}/dL"),
        # Agencies of the region.
        ("MCM/yr", "hm3/a"),
        ('מלמ"ק', "hm3"),
        ("מ״מ", "mm"),
        ("م3/ث", "m3/s"),
        ("°C", "Cel"),
    ],
)
def test_what_systems_write_is_known(written, expected):
    assert to_ucum(written) == expected


@pytest.mark.parametrize(
    "text", ["", "ppt", "M", "furlongs", "Ml/D", "None", "cum/sec"]
)
def test_what_is_unknown_or_says_two_things_is_left_open(text):
    assert to_ucum(text) == ""


@pytest.mark.parametrize(
    ("one", "other", "to", "factor"),
    [
        # NIST Handbook 44: a cubic foot is 0.028316846592 m3; an acre-foot 1233.489 m3;
        # a short ton 907.18474 kg; a US gallon 3.785411784 L.
        ("ft3/s", "m3/s", "m3/s", 0.028316846592),
        ("acre-feet", "m3", "m3", 1233.489),
        ("tons/day", "kg/day", "kg/d", 907.18474),
        ("Mgal/d", "m3/d", "m3/d", 3785.411784),
        ("MCM/yr", "m3/yr", "m3/a", 1e6),
        ("dunum", "m2", "m2", 1000.0),
    ],
)
def test_codes_convert_as_the_units_do(one, other, to, factor):
    assert to_ucum(other) == to
    (value,) = convert(np.array([1.0]), to_ucum(one), to)
    assert value == pytest.approx(factor, rel=1e-6)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # As UDUNITS writes powers and words, in files that follow the CF conventions.
        ("degree_Celsius", "Cel"),
        ("degrees_C", "Cel"),
        ("mm d-1", "mm/d"),
        ("m3 d-1", "m3/d"),
        ("m s-1", "m/s"),
        ("W m-2", "W/m2"),
        ("kg m-3", "kg/m3"),
        ("uS cm-1", "uS/cm"),
    ],
)
def test_negative_powers_are_known(written, expected):
    assert to_ucum(written) == expected
