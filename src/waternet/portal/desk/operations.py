"""The pages and orders of the Desk."""

from __future__ import annotations

from waternet.api.operation import Operation
from waternet.portal.desk.acting import acting_operations
from waternet.portal.desk.arriving import arriving_operations
from waternet.portal.desk.board import board_operations
from waternet.portal.desk.imports import import_page
from waternet.portal.desk.judging import judging_operations
from waternet.portal.desk.passphrase import Unlocking
from waternet.portal.desk.receipt import receipt_page
from waternet.portal.desk.signing import signing_operations
from waternet.portal.desk.work import Work

__all__ = ["desk_operations"]


def desk_operations() -> tuple[Operation, ...]:
    """Return the operations of the Desk, with what they keep between requests."""
    work, unlocking = Work(), Unlocking()
    return (
        *board_operations(),
        *arriving_operations(work),
        import_page(),
        *judging_operations(),
        *signing_operations(unlocking, work),
        receipt_page(),
        *acting_operations(unlocking, work),
    )
