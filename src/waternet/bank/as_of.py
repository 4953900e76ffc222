"""The past that a question is put to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from waternet.errors import NotAcceptable

__all__ = ["AsOf"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """What had been published by one entry of one party, or by one date.

    Attributes
    ----------
    party : str
        The party whose past is meant; '' for all of them.
    index : int or None
        Its last entry that counts. Other parties are seen as they are now.
    moment : datetime or None
        For all parties: the last entry issued at or before it is each one's last
        that counts. The order of a log, not its clock, says what came before.

    Examples
    --------
    >>> AsOf.release("jordan", 3).index
    3
    >>> AsOf.date(date(2026, 11, 22)).moment.isoformat()
    '2026-11-22T23:59:59.999999+00:00'
    """

    party: str = ""
    index: int | None = None
    moment: datetime | None = None

    @classmethod
    def release(cls, party: str, index: int) -> AsOf:
        """Return the past just after entry `index` of `party`'s log."""
        return cls(party=party, index=index)

    @classmethod
    def date(cls, when: date) -> AsOf:
        """Return the past at `when`; a day without a time counts to its end in UTC.

        Raises
        ------
        NotAcceptable
            A time without a time zone.
        """
        if not isinstance(when, datetime):
            return cls(moment=datetime.combine(when, time.max, UTC))
        if when.tzinfo is None:
            raise NotAcceptable(
                f"as of {when.isoformat()}, but in which time zone?",
                hint=f"write {when.isoformat()}Z for UTC",
            )
        return cls(moment=when)
