"""A question for figures: as it was put, and as one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waternet.client.asking import Query, Wanted
from waternet.client.moments import written
from waternet.client.parts import Part

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for, in the words of the call.

    Attributes
    ----------
    chosen : Wanted
    figures : mapping
        From `figure_parameters`.
    span : (datetime or None, datetime or None)
    """

    chosen: Wanted
    figures: Query
    span: tuple[datetime | None, datetime | None]

    def asked(self) -> dict[str, Any]:
        """Return it as plain values, without what was left open."""
        start, end = self.span
        said = {
            **self.chosen.said,
            "start": written(start) if start else "",
            "end": written(end) if end else "",
            **self.figures,
        }
        return {name: given for name, given in said.items() if given}

    def whole(self, listing: Sequence[Mapping[str, Any]]) -> Part:
        """Return it as one request, to be divided where it is long."""
        chosen = self.chosen
        # One of which no figure stands need not be asked for, unless for its past.
        addresses = [
            one["address"]
            for one in listing
            if one["figures"] or "as_of" in self.figures
        ]
        given = dict.fromkeys((*chosen.addresses, *addresses))
        if not given or (len(chosen.filters) == 1 and not chosen.addresses):
            return Part({**chosen.filters[0], **self.figures}, (), *self.span)
        return Part(self.figures, tuple(given), *self.span)
