"""Units: UCUM codes, and what is not one."""

import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.quantity import convert, is_same_unit, verify_unit


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        # A number in a code is a factor (UCUM, section 2.4, rule 8).
        (2.0, "1000.m3", "m3", 2000.0),
        (2000.0, "m3", "1000.m3", 2.0),
        (3.0, "10*6.m3/a", "hm3/a", 3.0),
        (86_400.0, "m3/d", "m3/s", 1.0),
        (1.0, "m/86400", "m", 1 / 86_400),
        (25.0, "Cel", "K", 298.15),
        (7.0, "{samples}", "1", 7.0),
    ],
)
def test_a_value_is_the_same_quantity_in_another_unit(value, unit, to, expected):
    assert convert(np.array([value]), unit, to) == pytest.approx([expected])


def test_absence_stays_absence():
    assert np.isnan(convert(np.array([np.nan]), "1000.m3", "m3")).all()


@pytest.mark.parametrize(
    "code",
    [
        "",
        "MCM/yr",
        "10*999999999.m",
        "m999999999",
        "m" * 100_000,
        "(" * 5000,
        "2.Cel",
        "m\x1b[2J",
    ],
)
def test_what_is_no_unit_is_refused_at_once(code):
    with pytest.raises(NotAcceptable, match="is not a UCUM unit"):
        verify_unit(code)


def test_a_factor_beyond_all_numbers_is_refused():
    with pytest.raises(NotAcceptable, match="is not a UCUM unit"):
        convert(np.array([1.0]), "10*99.10*99.10*99.10*99.m", "m")


@pytest.mark.parametrize(
    ("unit", "other", "same"),
    [
        # UCUM has two codes for the litre: l and L.
        ("mg/l", "mg/L", True),
        ("m3/a", "1000.m3/a", False),
        ("10*6.m3/a", "hm3/a", True),
        ("Cel", "K", False),
        ("Cel", "[degF]", False),
        ("m", "s", False),
    ],
)
def test_two_codes_are_one_unit_where_their_figures_are_the_same(unit, other, same):
    assert is_same_unit(unit, other) is same
