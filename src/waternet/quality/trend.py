"""Trends: whether a series rises or falls with time, and how fast.

Three tests with one kind of result: Mann-Kendall for independent values, seasonal
Mann-Kendall for values that repeat with the year, Hamed-Rao for values that follow
their neighbours. Slopes are Sen's, per year, whatever the times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Censor
from waternet.quality.kendall import average_ranks, score, score_variance
from waternet.quality.sen_slope import Pair, sen_slope

__all__ = [
    "Trend",
    "decimal_years",
    "hamed_rao",
    "mann_kendall",
    "seasonal_mann_kendall",
    "seasonal_medians",
    "tie_limits",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ROUNDING = 1e-12  # of the largest value: differences that are none
_LEAST = 4  # values at different times, below which no p can fall under 0.05


@dataclass(frozen=True, slots=True)
class Trend:
    """What a trend test says.

    Attributes
    ----------
    method : str
        'mann-kendall', 'seasonal' or 'hamed-rao'.
    n : int
        Values that went in.
    s : int
        Kendall's score: pairs that rise less pairs that fall.
    variance : float
        Of S where there is no trend.
    z : float
        S with continuity correction, in standard deviations; NaN where `variance` is
        not positive.
    p : float
        Two-sided, by the normal approximation.
    tau : float
        S / pairs at different times; -1 to 1.
    slope, lower, upper : float [unit/a]
        Sen's slope and its confidence limits; a limit is NaN where there are too few
        pairs for it.
    intercept : float [unit]
        The line's value at `origin`; it runs through the medians of time and value.
    origin : float [a]
        The first time, as a decimal year.
    """

    method: str
    n: int
    s: int
    variance: float
    z: float
    p: float
    tau: float
    slope: float
    lower: float
    upper: float
    intercept: float
    origin: float


def decimal_years(time: Integers, offset: int = 0) -> Floats:
    """Return times as years and shares of the calendar year that have passed.

    Parameters
    ----------
    time : array of int, (n,) [us since 1970, UTC]
    offset : int [min]
        How far the clock runs ahead of UTC by which years begin.

    Returns
    -------
    array of float, (n,) [a]

    Examples
    --------
    >>> noon = np.datetime64("2001-07-02T12:00", "us").astype(np.int64)
    >>> decimal_years(np.array([noon]))
    array([2001.5])
    """
    local = (time + offset * 60_000_000).view("datetime64[us]")
    year = local.astype("datetime64[Y]")
    begin = year.astype("datetime64[us]")
    length = (year + 1).astype("datetime64[us]") - begin
    years: Floats = year.astype(np.int64) + 1970 + (local - begin) / length
    return years


def seasonal_medians(
    time: Integers, value: Floats, seasons: int = 12, offset: int = 0
) -> tuple[Floats, Integers, Floats]:
    """Gather values to one for each season of each year: their median.

    Parameters
    ----------
    time : array of int, (n,) [us since 1970, UTC]
    value : array of float, (n,) [unit]
        NaN is missing.
    seasons : int
        How many there are in a year, of as many months each: 12, 6, 4, 3, 2 or 1.
    offset : int [min]
        How far the clock runs ahead of UTC by which months begin.

    Returns
    -------
    middle : array of float, (k,) [a]
        The middle of the season, as a decimal year of twelve equal months.
    season : array of int, (k,)
        From 1.
    median : array of float, (k,) [unit]

    Raises
    ------
    NotAcceptable
        Twelve months cannot be parted so.

    References
    ----------
    Helsel, D.R., et al. (2020). Statistical methods in water resources. USGS
    Techniques and Methods 4-A3, section 12.4 (collapsing many values of a season to
    one).
    """
    if seasons not in (1, 2, 3, 4, 6, 12):
        raise NotAcceptable(
            f"twelve months do not make {seasons} seasons of equal months",
            hint="12 months, 6, 4 quarters, 3, 2 or 1",
        )
    kept = np.isfinite(value)
    local = (time[kept] + offset * 60_000_000).view("datetime64[us]")
    month = local.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    number = month // (12 // seasons)
    order = np.lexsort((value[kept], number))
    number, ordered = number[order], value[kept][order]
    found, first, count = np.unique(number, return_index=True, return_counts=True)
    low, high = first + (count - 1) // 2, first + count // 2
    median = (ordered[low] + ordered[high]) / 2
    season = found % seasons
    return (found + 0.5) / seasons, season + 1, median


def tie_limits(value: Floats, censor: npt.NDArray[np.int8]) -> Floats:
    """Make limits and what lies beyond them equal, so that no order is invented.

    Parameters
    ----------
    value : array of float, (n,) [unit]
        NaN is missing.
    censor : array of int8, (n,)
        `Censor`: whether a value is a limit.

    Returns
    -------
    array of float, (n,) [unit]
        With a limit '<5', every value below 5 is 5; with '>9', every one above it is
        9. The highest '<' and the lowest '>' count.

    Raises
    ------
    NotAcceptable
        A '<' limit lies above a '>' limit.

    References
    ----------
    Helsel, D.R. (2012). Statistics for censored environmental data using Minitab and
    R, 2nd ed., chapter 12 (recensoring at the highest limit before Kendall's test).

    Examples
    --------
    >>> tie_limits(np.array([5.0, 3.0, 7.0, 2.0]), np.array([1, 0, 0, 1], np.int8))
    array([5., 5., 7., 5.])
    """
    known = np.isfinite(value)
    low = value[known & (censor == Censor.BELOW)].max(initial=-np.inf)
    high = value[known & (censor == Censor.ABOVE)].min(initial=np.inf)
    if low > high:
        raise NotAcceptable(
            f"no order in values of which some are below {low:g}, some above {high:g}",
            hint="leave one kind of limit out: a shorter period, another procedure",
        )
    tied: Floats = np.clip(value, low, high)
    return tied


def mann_kendall(time: Floats, value: Floats, confidence: float = 0.95) -> Trend:
    """Test for a trend in values that are independent of each other.

    Parameters
    ----------
    time : array of float, (n,) [a]
        In any order and spacing; several values at one time are allowed.
    value : array of float, (n,) [unit]
        NaN is missing and left out.
    confidence : float
        Of the slope's limits.

    Returns
    -------
    Trend

    Raises
    ------
    NotAcceptable
        There are values at fewer than four different times.

    Notes
    -----
    S = sum over i < j of sign(x_j - x_i); z = (S - sign(S)) / sqrt(var S);
    p = 2 (1 - Phi(|z|)).

    References
    ----------
    Mann (1945); Kendall (1975); Gilbert (1987), sections 16.4 and 16.5.
    """
    time, value = _ordered(time, value)
    variance = score_variance(time, value)
    return _trend("mann-kendall", [(time, value)], variance, variance, confidence)


def seasonal_mann_kendall(
    time: Floats, value: Floats, season: Integers, confidence: float = 0.95
) -> Trend:
    """Test for a trend within seasons: values are held only against their season's.

    Parameters
    ----------
    time : array of float, (n,) [a]
    value : array of float, (n,) [unit]
        NaN is missing and left out.
    season : array of int, (n,)
        One value for each season of a year; `seasonal_medians` makes them so.
    confidence : float

    Returns
    -------
    Trend
        S and its variance are sums over the seasons, which are taken to be
        independent of each other.

    Raises
    ------
    NotAcceptable
        No season has values at four different times.

    References
    ----------
    Hirsch, R.M., Slack, J.R., Smith, R.A. (1982). Techniques of trend analysis for
    monthly water quality data. Water Resources Research 18, 107-121.
    """
    parts: list[Pair] = []
    for one in np.unique(season):
        at = (season == one) & np.isfinite(value)
        order = np.argsort(time[at], kind="stable")
        parts.append((time[at][order], value[at][order]))
    _verify_length(max((len(np.unique(t)) for t, _v in parts), default=0))
    variance = sum(score_variance(t, v) for t, v in parts)
    return _trend("seasonal", parts, variance, variance, confidence)


def hamed_rao(
    time: Floats, value: Floats, confidence: float = 0.95, significance: float = 0.05
) -> Trend:
    """Test for a trend in values that follow their neighbours (autocorrelation).

    Parameters
    ----------
    time : array of float, (n,) [a]
        At one spacing: lags are counted in values, so that a gap shortens them.
    value : array of float, (n,) [unit]
        NaN is missing and left out.
    confidence : float
    significance : float
        Two-sided, of the autocorrelations that are reckoned with.

    Returns
    -------
    Trend
        `variance` is corrected; the slope and its limits are Sen's, uncorrected.

    Raises
    ------
    NotAcceptable
        There are values at fewer than four different times.

    Notes
    -----
    var* = var S (1 + 2 / (n (n-1) (n-2)) sum over i of (n-i) (n-i-1) (n-i-2) r_i),
    where r_i is the autocorrelation at lag i of the ranks of the values less Sen's
    line, taken as 0 where it is not significant.

    References
    ----------
    Hamed, K.H., Rao, A.R. (1998). A modified Mann-Kendall trend test for autocorrelated
    data. Journal of Hydrology 204, 182-196.
    """
    time, value = _ordered(time, value)
    n = len(value)
    variance = score_variance(time, value)
    line = sen_slope([(time, value)], variance, confidence)
    left_over = value - line.slope * (time - time[0])
    # On a line, what is left is rounding, which must not be ranked.
    grain = _ROUNDING * float(np.abs(value).max())
    ranks = average_ranks(np.round(left_over / grain) if grain else left_over)
    correlation = _autocorrelation(ranks)[1:]
    bound = NormalDist().inv_cdf(1 - significance / 2) / math.sqrt(n)
    correlation[np.abs(correlation) <= bound] = 0
    left = n - np.arange(1.0, n)
    added = float((left * (left - 1) * (left - 2) * correlation).sum())
    corrected = variance * (1 + 2 * added / (n * (n - 1) * (n - 2)))
    return _trend("hamed-rao", [(time, value)], corrected, variance, confidence)


def _trend(
    method: str,
    parts: list[Pair],
    variance: float,
    plain_variance: float,
    confidence: float,
) -> Trend:
    s = sum(score(time, value) for time, value in parts)
    line = sen_slope(parts, plain_variance, confidence)
    z = (s - np.sign(s)) / math.sqrt(variance) if variance > 0 else math.nan
    times = np.concatenate([time for time, _value in parts])
    values = np.concatenate([value for _time, value in parts])
    origin = float(times.min())
    return Trend(
        method=method,
        n=len(values),
        s=s,
        variance=variance,
        z=float(z),
        p=math.erfc(abs(z) / math.sqrt(2)),
        tau=s / line.count,
        slope=line.slope,
        lower=line.lower,
        upper=line.upper,
        intercept=float(np.median(values))
        - line.slope * (float(np.median(times)) - origin),
        origin=origin,
    )


def _ordered(time: Floats, value: Floats) -> Pair:
    kept = np.isfinite(value)
    time, value = time[kept], value[kept]
    _verify_length(len(np.unique(time)))
    order = np.argsort(time, kind="stable")
    return time[order], value[order]


def _verify_length(times: int) -> None:
    if times < _LEAST:
        raise NotAcceptable(
            f"a trend needs values at {_LEAST} different times or more, got {times}",
            hint="take a longer period, or a finer season",
        )


def _autocorrelation(values: Floats) -> Floats:
    """Return the autocorrelation at lags 0 to n - 1; 0 where the values are all one."""
    n = len(values)
    centred = values - values.mean()
    spectrum = np.fft.rfft(centred, 2 * n)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n)[:n]
    if covariance[0] <= 0:
        return np.zeros(n)
    correlation: Floats = covariance / covariance[0]
    return correlation
