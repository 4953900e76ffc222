"""What comes with every answer: whose figures they are, and how to check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Answer", "Metadata"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where an answer comes from.

    Attributes
    ----------
    what : str
        'observations', 'latest', 'stations', 'datastreams', 'releases', 'compare'.
    location : str
        The node's folder or address.
    question : mapping
        What was asked, in the words of the call.
    requests : tuple of str
        What was sent, with the address of each; of a folder, the questions.
    rows : int
        How many the answer had when it came.
    positions : mapping of party to int
        How many entries of each party's log the answer was made from.
    citation : tuple of mapping
        Of each release that figures come from: party, release, issued, dataset,
        title, source, reason, licence, attribution, access, rows, sha256.
    datastreams, stations : tuple of mapping
        Of those that figures are of, as `get_datastreams` and `get_stations` give
        them.
    retrieved : datetime
        With time zone, by this machine's clock.
    language : str
        In which it is shown: 'ar', 'he' or 'en'.
    """

    what: str
    location: str
    question: Mapping[str, Any]
    requests: tuple[str, ...]
    rows: int
    positions: Mapping[str, int]
    citation: tuple[Mapping[str, Any], ...]
    datastreams: tuple[Mapping[str, Any], ...]
    stations: tuple[Mapping[str, Any], ...]
    retrieved: datetime
    language: str = "en"

    @property
    def licences(self) -> dict[str, str]:
        """The licence of each dataset cited, by 'party:dataset'; '' where none was."""
        return {
            f"{one['party']}:{one['dataset']}": one["licence"] for one in self.citation
        }

    @property
    def zones(self) -> dict[str, str]:
        """The zone in which each datastream's owner counts days, by address."""
        return {
            f"{one['party']}:{one['datastream']}": one["zone"]
            for one in self.datastreams
        }

    @property
    def has_figures(self) -> bool:
        """Whether it is of figures: there is something to cite, and to verify."""
        return self.what in ("observations", "latest", "compare")

    @property
    def is_gathered(self) -> bool:
        """Whether the figures are statistics that the node made of published ones."""
        return "aggregate" in self.question

    def _repr_html_(self) -> str:
        from waternet.client.page import show_metadata

        return show_metadata(self)


class Answer(NamedTuple):
    """A data frame and where it comes from; notebooks show both.

    Examples
    --------
    ``levels, metadata = source.get_observations("jordan:AL1005/groundwater-level")``
    """

    frame: DataFrame
    metadata: Metadata

    def _repr_html_(self) -> str:
        from waternet.client.page import show_answer

        return show_answer(self.frame, self.metadata)
