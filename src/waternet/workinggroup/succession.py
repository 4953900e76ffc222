"""Succession: which charter stood where an entry stands."""

from __future__ import annotations

from collections.abc import Mapping

from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.sight import Entered, Sight
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["Succession"]


class Succession:
    """The charters of a group, each with the one that came after it.

    An act under a charter counts as long as it was there when the next one was adopted:
    by the sight of who adopted it, or of one of those who consented. So nobody alone
    can make acts of others vanish by adopting with closed eyes.

    Parameters
    ----------
    charters : Thing or None
        Of kind 'charter'; None where none was proposed.
    taken : mapping of id to Taken
    """

    def __init__(self, charters: Thing | None, taken: Mapping[str, Taken]) -> None:
        self._charters = charters
        self._taken = taken
        self._line = charters.standing() if charters else ()
        self._next: dict[str, tuple[str, list[Sight]]] = {}

    def verify_not_superseded(self, one: Entered) -> None:
        """Refuse an act under a charter that had been replaced when it was entered.

        Raises
        ------
        Refused
            'superseded-charter'.
        """
        act = one.act
        if self._charters is None or act.verb in ("charter.found", "charter.adopt"):
            return
        name = act.charter or self._charters.root
        if name not in self._next:
            self._next[name] = self._find_next(name)
        later, sights = self._next[name]
        if later and not any(sight.covers(one) for sight in sights):
            told = f"the charter {later[:16]} stood when it was entered"
            raise Refused("superseded-charter", told)

    def _find_next(self, name: str) -> tuple[str, list[Sight]]:
        """Return the adoption that replaced a charter, and by whose eyes it counts."""
        thing = self._charters
        if thing is None:
            return "", []
        first = thing.same.get(name, name)
        for later in self._line:
            if later.act.id != first and first in thing.past(later.act.id):
                said = [one for one in thing.changes if one.seal == later.seal != ""]
                consents = [
                    self._taken[named]
                    for one in said
                    for named in one.act.on
                    if self._taken[named].act.verb == "charter.consent"
                ]
                return later.act.id, [one.sight for one in (*said, *consents)]
        return "", []
