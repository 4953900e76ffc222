"""Texts of a group: where each stands, and each language version as Akoma Ntoso.

References
----------
Akoma Ntoso 3.0, profile AKN4UN.
"""

from __future__ import annotations

from typing import Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.groups.asking import AT, GROUP, TEXT, asked_state
from waternet.api.operation import JSON, Operation, Parameter
from waternet.node.texts import find_standing, list_texts
from waternet.workinggroup.interchange.akoma_ntoso import write_version

__all__ = ["operations"]

_GROUP: Final = "groups"
_XML: Final = "application/xml"
_OBJECT: Final = {"type": "object"}
_COST: Final = 4.0  # the state of another day is folded anew
_THING: Final = Parameter("thing", TEXT, "Its id.", "path", required=True)
_VERSION: Final = Parameter(
    "version", {"type": "string", "maxLength": 8}, "Which language.", required=True
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return (
        Operation(
            *("GET", "/groups/{group}/texts", "group-texts", _GROUP),
            "Texts: where each stands, and for whom it waits.",
            _list,
            parameters=(GROUP, AT),
            answers={JSON: _OBJECT},
            cost=_COST,
        ),
        Operation(
            *("GET", "/groups/{group}/texts/{thing}/standing", "group-text", _GROUP),
            "A text in all its languages, with who consents and objects to what.",
            _standing,
            parameters=(GROUP, _THING, AT),
            answers={JSON: _OBJECT},
            cost=_COST,
        ),
        Operation(
            *("GET", "/groups/{group}/texts/{thing}.xml", "group-text-xml", _GROUP),
            "One language version of a text as Akoma Ntoso.",
            _version,
            parameters=(GROUP, _THING, _VERSION, AT),
            answers={_XML: {}},
            cost=_COST,
        ),
    )


def _list(asked: Asked) -> Answer:
    return json_answer({"texts": list_texts(asked_state(asked))})


def _standing(asked: Asked) -> Answer:
    return json_answer(find_standing(asked_state(asked), asked.path["thing"]).to_json())


def _version(asked: Asked) -> Answer:
    state = asked_state(asked)
    thing = state.thing("text", asked.path["thing"])
    return Answer(write_version(state, thing, asked.values["version"]), _XML)
