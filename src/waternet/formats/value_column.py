"""A column of figures, and what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet.observation.datastream import INSTANT, Datastream
from waternet.observation.vocabulary import get_term

__all__ = ["ValueColumn"]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """One `[[value]]` part: a column of figures, and what they are.

    Attributes
    ----------
    column : str
        Its heading; '' in a wide grid, where headings are times. In WaterML: the
        title or address of the observed property.
    observed_property, unit, statistic, interval, procedure, sampling : str
        As in `waternet.observation.datastream.Datastream`.
    when : mapping of column to str
        Take only rows where these columns say so (a long table with a column that
        names the quantity).
    written_unit : str
        WaterML: what the file calls the unit; figures in another one are refused.
    missing : tuple of str
        Further signs for "not reported" in this column.
    limit_column : str
        The detection limit that belongs to a 'not detected'.
    censor_column : str
        Holds the '<' or '>' that belongs to the value.
    qualifier_column : str
        The source's remark code, kept as it is written.
    status : str
        A term of the vocabulary 'status'.
    status_column : str
        Holds codes; `[status_codes]` says which status each is.
    """

    column: str = ""
    observed_property: str = ""
    unit: str = ""
    statistic: str = "instant"
    interval: str = INSTANT
    procedure: str = "unspecified"
    sampling: str = ""
    when: Mapping[str, str] = field(default_factory=dict)
    written_unit: str = ""
    missing: tuple[str, ...] = ()
    limit_column: str = ""
    censor_column: str = ""
    qualifier_column: str = ""
    status: str = "measured"
    status_column: str = ""

    def __post_init__(self) -> None:
        get_term("status", self.status)

    def datastream(self, dataset: str, feature: str, zone: str) -> Datastream:
        """Return the datastream of these figures at one place."""
        return Datastream(
            dataset,
            feature,
            self.observed_property,
            self.unit,
            self.statistic,
            self.interval,
            self.procedure,
            self.sampling,
            zone,
        )
