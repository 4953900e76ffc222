"""Work on files that came, beside the answers: one at a time in each process.

Whoever sent a file waits a moment for it; what takes longer goes on, and the page of
the file asks again until it is done. What came of it is kept with the file, so that any
process can tell.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from waternet.errors import Conflict, NotFound, WaternetError
from waternet.node.folder import Node
from waternet.node.inbox import (
    Arrived,
    import_arrived,
    keep_failure,
    understand_arrived,
)
from waternet.portal.desk.entrance import writing_soon

__all__ = ["Work"]

_LOG = logging.getLogger("waternet.desk")
_PATIENCE = 3.0  # s that whoever sends a file waits for its page


class Work:
    """Reads files that came, and imports them, one after the other."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="desk")

    def understand(self, arrived: Arrived) -> bool:
        """Propose how a file is read; return whether it is done already."""
        return self._do(arrived, lambda: understand_arrived(arrived))

    def take_in(self, node: Node, arrived: Arrived, who: str, keep_as: str) -> bool:
        """Import a file; return whether it is done already."""

        def act() -> object:
            with writing_soon(node):
                return import_arrived(node, arrived, who, keep_as=keep_as)

        return self._do(arrived, act)

    def beside(self, act: Callable[[], object]) -> None:
        """Do something else that nobody need wait for; what it raises is dropped."""

        def quietly() -> None:
            try:
                act()
            except WaternetError:
                return  # whoever looks again sees that it is not done

        self._begin(quietly)

    def _begin(self, act: Callable[[], None]) -> Future[None]:
        future = self._threads.submit(act)
        future.add_done_callback(_tell_fault)
        return future

    def _do(self, arrived: Arrived, act: Callable[[], object]) -> bool:
        def do() -> None:
            try:
                act()
            except NotFound:
                return  # dropped meanwhile
            except WaternetError as error:
                _keep(arrived, error)

        future = self._begin(do)
        if not wait([future], _PATIENCE).done:
            return False
        future.result()  # a fault of this program is the reader's to report
        return True


def _keep(arrived: Arrived, error: WaternetError) -> None:
    """Keep why work on a file ended, unless somebody else is at it, or it is gone."""
    try:
        keep_failure(arrived, str(error), error.hint)
    except (Conflict, NotFound):
        return


def _tell_fault(done: Future[None]) -> None:
    """Have the node's log tell of a fault of this program that nobody waits for."""
    if (fault := done.exception()) is not None:
        _LOG.error("work beside an answer ended in a fault", exc_info=fault)
