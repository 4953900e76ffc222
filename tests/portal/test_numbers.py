"""Numbers as a citizen reads them, however great or small."""

from __future__ import annotations

import pytest

from waternet.portal.language.language import get_language


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1.4e8, "140,000,000"),  # m3, Amman's supply of a year
        (8.4e10, "84,000,000,000"),  # m3, the Nile's flow of a year
        (12_345_678_901.0, "12,345,678,901"),
        (-2.5e11, "−250,000,000,000"),
        (0.00001234, "0.00001234"),
        (6.02214076e23, "6.02214076·10²³"),
        (1e-12, "1·10⁻¹²"),
    ],
)
def test_no_number_is_told_as_machines_write_it(value: float, told: str) -> None:
    assert get_language("en").number(value) == told


def test_digits_and_marks_of_a_number_are_of_one_kind() -> None:
    arabic = get_language("ar", digits="arab")
    assert arabic.number(8.4e10) == "٨٤٬٠٠٠٬٠٠٠٬٠٠٠"
    assert arabic.written("−1,234.5") == "−١٬٢٣٤٫٥"
    # A year has no groups and a clock no point: digits alone are turned.
    assert arabic.digits("2015-06-30") == "٢٠١٥-٠٦-٣٠"
