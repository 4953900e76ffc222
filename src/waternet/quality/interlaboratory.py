"""Rounds between laboratories: one sample, many results, how far each lies off.

The assigned value is a reference that was given, or the robust mean of what the
laboratories reported; scores say how far a result lies from it. No laboratory counts
for more than another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["Assigned", "Round", "Scores", "algorithm_a", "assess", "classify", "score"]

Floats = npt.NDArray[np.float64]

SATISFACTORY, UNSATISFACTORY = 2.0, 3.0  # ISO 13528:2022, 9.4.2
LEAST_LABORATORIES = 5
_NORMAL = 1.483  # median absolute deviation to standard deviation, as ISO rounds it
_REACH, _SCALE = 1.5, 1.134  # ISO 13528:2022, C.3
_STEPS = 1000
_NONE = 1e-12  # of the largest result: a deviation that is nothing but rounding


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a result is held against.

    Attributes
    ----------
    value : float [unit]
    uncertainty : float [unit]
        Standard uncertainty of `value`; 0 where a reference was given without one.
    deviation : float [unit]
        Standard deviation for the assessment of proficiency.
    consensus : bool
        Whether the value is the laboratories' own robust mean.
    """

    value: float
    uncertainty: float
    deviation: float
    consensus: bool


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of results, each (p,); NaN where what it needs was not given.

    Attributes
    ----------
    z : (x - assigned) / deviation
    z_prime : (x - assigned) / sqrt(deviation^2 + u(assigned)^2)
    zeta : (x - assigned) / sqrt(u(x)^2 + u(assigned)^2)
    en : (x - assigned) / sqrt(U(x)^2 + U(assigned)^2), with U = 2 u
    """

    z: Floats
    z_prime: Floats
    zeta: Floats
    en: Floats


@dataclass(frozen=True, eq=False)
class Round:
    """One parameter of a round.

    Attributes
    ----------
    assigned : Assigned
    scores : Scores
    prime : bool
        Whether z' is to be used: the assigned value is uncertain by more than 0.3
        standard deviations (ISO 13528:2022, 9.2.1).
    verdict : tuple of str, (p,)
        'satisfactory', 'questionable', 'unsatisfactory' by z, or z' where `prime`; ''
        where there is no score.
    """

    assigned: Assigned
    scores: Scores
    prime: bool
    verdict: tuple[str, ...]


def algorithm_a(values: Floats) -> tuple[float, float]:
    """Return the robust mean and standard deviation of results.

    Parameters
    ----------
    values : array of float, (p,) [unit]
        Finite, each.

    Returns
    -------
    mean, deviation : float [unit]

    Raises
    ------
    NotAcceptable
        There are no values.

    Notes
    -----
    From x* = median, s* = 1.483 median |x - x*|, values beyond x* +- 1.5 s* are brought
    in to there; x* becomes their mean and s* 1.134 times their standard deviation;
    until neither moves. Where more than half of the results are one, s* begins with
    their plain standard deviation; where it goes on to shrink to nothing, it is 0.

    References
    ----------
    ISO 13528:2022, C.3.1 (Algorithm A), as in ISO 5725-5:1998. Analytical Methods
    Committee (2001). AMC Technical Brief 6: Robust statistics.
    """
    if not len(values):
        raise NotAcceptable("no results to take a robust mean of")
    mean = float(np.median(values))
    deviation = _NORMAL * float(np.median(np.abs(values - mean)))
    if not deviation and len(values) > 1:
        deviation = float(values.std(ddof=1))
    for _step in range(_STEPS):
        if not deviation:
            break
        reach = _REACH * deviation
        near = np.clip(values, mean - reach, mean + reach)
        before = mean, deviation
        mean, deviation = float(near.mean()), _SCALE * float(near.std(ddof=1))
        if deviation <= _NONE * float(np.abs(values).max()):
            return float(np.median(values)), 0.0
        moved = max(abs(mean - before[0]), abs(deviation - before[1]))
        if moved <= 1e-10 * before[1]:
            break
    return mean, deviation


def assess(
    results: Floats,
    uncertainties: Floats | None = None,
    reference: float = math.nan,
    reference_uncertainty: float = 0.0,
    deviation: float = math.nan,
) -> Round:
    """Hold the results of a round against their assigned value.

    Parameters
    ----------
    results : array of float, (p,) [unit]
        NaN where a laboratory reported none, or a limit only.
    uncertainties : array of float, (p,), optional [unit]
        Standard uncertainties as reported; NaN for none.
    reference : float [unit]
        The assigned value where there is one from outside; NaN takes the consensus.
    reference_uncertainty : float [unit]
        Standard uncertainty of it.
    deviation : float [unit]
        For the assessment of proficiency, where it is fixed beforehand; NaN takes the
        robust standard deviation of the results.

    Returns
    -------
    Round

    Raises
    ------
    NotAcceptable
        A consensus is asked of fewer than five results, or a deviation is not
        positive.

    References
    ----------
    ISO 13528:2022: 7.7 (consensus, u = 1.25 s* / sqrt(p)), 9.4 (z), 9.5 (z'), 9.6
    (zeta), 9.7 (En).
    """
    known = results[np.isfinite(results)]
    needed = math.isnan(reference) or math.isnan(deviation)
    if needed and len(known) < LEAST_LABORATORIES:
        raise NotAcceptable(
            f"a consensus needs {LEAST_LABORATORIES} results or more, got {len(known)}",
            hint="give a reference value and a standard deviation for the assessment",
        )
    mean, spread = algorithm_a(known) if needed else (reference, deviation)
    consensus = math.isnan(reference)
    assigned = Assigned(
        value=mean if consensus else reference,
        uncertainty=1.25 * spread / math.sqrt(len(known))
        if consensus
        else reference_uncertainty,
        deviation=spread if math.isnan(deviation) else deviation,
        consensus=consensus,
    )
    if not assigned.deviation > 0:
        raise NotAcceptable(
            f"a deviation of {assigned.deviation} tells no result from another",
            hint="give the standard deviation for the assessment",
        )
    given = np.full(len(results), np.nan) if uncertainties is None else uncertainties
    scores = score(results, given, assigned)
    prime = assigned.uncertainty > 0.3 * assigned.deviation
    return Round(
        assigned, scores, prime, classify(scores.z_prime if prime else scores.z)
    )


def score(results: Floats, uncertainties: Floats, assigned: Assigned) -> Scores:
    """Return the scores of results; see `Scores`."""
    off = results - assigned.value
    both = np.hypot(uncertainties, assigned.uncertainty)
    zeta = np.divide(off, both, out=np.full(len(off), np.nan), where=both > 0)
    return Scores(
        z=off / assigned.deviation,
        z_prime=off / math.hypot(assigned.deviation, assigned.uncertainty),
        zeta=zeta,
        en=zeta / 2,
    )


def classify(z: Floats) -> tuple[str, ...]:
    """Return what scores say of each result (ISO 13528:2022, 9.4.2).

    Satisfactory up to 2, unsatisfactory from 3 on, questionable between.

    Examples
    --------
    >>> classify(np.array([2.0, -2.1, 2.9, -3.0, np.nan]))
    ('satisfactory', 'questionable', 'questionable', 'unsatisfactory', '')
    """
    names = ("satisfactory", "questionable", "unsatisfactory")
    far = np.abs(z)
    places = (far > SATISFACTORY).astype(int) + (far >= UNSATISFACTORY)
    return tuple(
        "" if math.isnan(one) else names[place]
        for one, place in zip(far.tolist(), places.tolist(), strict=True)
    )
