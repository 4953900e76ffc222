"""Prints of a group over HTTP: made at the request, of what stands then."""

from __future__ import annotations

from typing import Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.groups.asking import AT, GROUP, TEXT, asked_state
from waternet.api.operation import Operation, Parameter
from waternet.portal.report.group.printing import make_session, make_text

__all__ = ["operations"]

_GROUP: Final = "groups"
_PDF: Final = "application/pdf"
_COST: Final = 10.0  # half a second of a processor
_THING: Final = Parameter("thing", TEXT, "Its id.", "path", required=True)
_LANGUAGES: Final = Parameter(
    "languages",
    {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 3},
    "One to three, each a part of its own; those of the charter unless stated.",
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return (
        Operation(
            *("GET", "/groups/{group}/texts/{thing}.pdf", "group-text-pdf", _GROUP),
            "A text in all its languages as PDF, with who consented, and the proofs.",
            _text,
            parameters=(GROUP, _THING, AT),
            answers={_PDF: {}},
            cost=_COST,
        ),
        Operation(
            *(
                "GET",
                "/groups/{group}/sessions/{thing}.pdf",
                "group-session-pdf",
                _GROUP,
            ),
            "The record of a session as PDF, with its papers' hashes, and the proofs.",
            _session,
            parameters=(GROUP, _THING, _LANGUAGES, AT),
            answers={_PDF: {}},
            cost=_COST,
        ),
    )


def _text(asked: Asked) -> Answer:
    state = asked_state(asked)
    thing = state.thing("text", asked.path["thing"])
    return _pdf(make_text(asked.node, state, thing), f"text-{thing.id}")


def _session(asked: Asked) -> Answer:
    state = asked_state(asked)
    thing = state.thing("session", asked.path["thing"])
    codes = asked.values.get("languages", ())
    return _pdf(make_session(asked.node, state, thing, codes), f"session-{thing.id}")


def _pdf(made: bytes, name: str) -> Answer:
    headers = {"content-disposition": f'inline; filename="{name}.pdf"'}
    return Answer(made, _PDF, headers=headers)
