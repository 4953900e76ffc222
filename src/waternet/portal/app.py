"""What a node answers, with its pages."""

from __future__ import annotations

import dataclasses
from functools import partial

from starlette.types import ASGIApp

from waternet.api.access_log import AccessLog
from waternet.api.answer import Answer
from waternet.api.app import make_app as make_api
from waternet.api.asked import Asked
from waternet.api.limits import DEFAULT_RATE
from waternet.api.operation import Operation
from waternet.node.folder import Node
from waternet.portal.about import operations as about
from waternet.portal.account.operations import operations as account
from waternet.portal.assets import asset_operation
from waternet.portal.desk.operations import desk_operations
from waternet.portal.find.pages import operations as find
from waternet.portal.group.operations import operations as group
from waternet.portal.now.pages import operations as now
from waternet.portal.page import see_other, visit_of, wants_html
from waternet.portal.proof.operations import operations as proof
from waternet.portal.refusal import Refusing
from waternet.portal.report.group.downloads import operations as prints
from waternet.portal.series.pages import operations as series

__all__ = ["make_app", "pages", "with_pages"]

_START = "/now"  # where a reader who names no page begins


def make_app(
    node: Node,
    *,
    url: str = "",
    is_unguarded: bool = False,
    rate: float = DEFAULT_RATE,
    log: AccessLog | None = None,
) -> ASGIApp:
    """Return the application that `waternet serve` runs: `api.app.make_app` with pages.

    Raises
    ------
    NotVerified
        The witness's key is not that of the party's card.
    """
    app = make_api(
        node,
        url=url,
        is_unguarded=is_unguarded,
        rate=rate,
        log=log,
        widened=with_pages,
    )
    return Refusing(app, node, url)


def pages() -> tuple[Operation, ...]:
    """Return the operations of all pages."""
    return (
        *about(),
        *account(),
        *find(),
        *desk_operations(),
        *group(),
        *prints(),
        *now(),
        *series(),
        *proof(),
        asset_operation(),
    )


def with_pages(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """Return operations with those of the pages; the root leads browsers to them."""
    return (
        *(_to_start(one) if one.name == "root" else one for one in operations),
        *pages(),
    )


def _to_start(root: Operation) -> Operation:
    return dataclasses.replace(root, answer=partial(_welcome, root))


def _welcome(root: Operation, asked: Asked) -> Answer:
    if wants_html(asked.query, asked.headers):
        return see_other(visit_of(asked), _START)
    return root.answer(asked)
