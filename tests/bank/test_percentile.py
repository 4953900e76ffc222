"""Percentiles by definition 7 of Hyndman and Fan."""

import numpy as np
import pytest

from waternet.bank.percentile import percentiles

# NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.2: twelve gauge readings.
READINGS = np.array(
    [
        *(95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610),
        *(95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682),
    ]
)


def one(values, percent):
    (found,) = percentiles(np.asarray(values, float), np.array([0]), [percent])
    return found.item()


def test_the_nist_readings_have_the_percentile_that_the_definition_gives_by_hand():
    # In order, the tenth to twelfth are 95.1937, 95.1959, 95.1990. Definition 7 looks
    # at 11 x 0.9 = 9.9 from the first: 95.1937 + 0.9 x 0.0022 = 95.19568.
    assert one(READINGS, 90) == pytest.approx(95.19568, abs=1e-9)
    # NIST's own way, definition 6, gives 95.1981: another definition, another answer.
    assert one(READINGS, 90) != pytest.approx(95.1981, abs=1e-4)


@pytest.mark.parametrize("percent", [0, 1, 5, 10, 25, 50, 75, 90, 95, 99])
def test_each_run_has_the_percentile_that_numpy_gives(percent):
    random = np.random.default_rng(5)
    lengths = [1, 2, 3, 10, 365, 1]
    value = random.normal(size=sum(lengths))
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    (found,) = percentiles(value, starts, [percent])
    runs = np.split(value, starts[1:])
    expected = [np.percentile(run, percent, method="linear") for run in runs]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_what_is_not_asked_for_is_not_sorted():
    assert list(percentiles(READINGS, np.array([0]), [])) == []
