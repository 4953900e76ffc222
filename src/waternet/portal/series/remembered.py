"""What was worked out for one page, for who asks the same of the same bank again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final

from waternet.portal.page import Visit

__all__ = ["REMEMBERED", "Remembered", "key_of"]

_KEPT: Final = 48  # pages of a process: some 300 kB each, with 50,000 values


class Remembered:
    """The last few things that were worked out, whoever asked for them.

    Parameters
    ----------
    most : int

    Examples
    --------
    >>> kept = Remembered(1)
    >>> kept.find("a", lambda: 1), kept.find("a", lambda: 2)
    (1, 1)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is kept under a key, or make it; a failure is not kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


REMEMBERED: Final = Remembered(_KEPT)


def key_of(visit: Visit) -> Hashable:
    """Return all that the figures of a page follow from: bank, reader, question."""
    view, language = visit.bank.view(), visit.language
    return (
        str(visit.node.folder),
        visit.viewer.reader,
        tuple(sorted(view.positions.items())),
        view.generation,
        view.unreadable,
        visit.link.path,
        visit.asked.url,
        visit.asked.query,
        language.code,
        str(language.locale),
        language.has_arabic_indic,
    )
