"""Acts of delegates over HTTP: drawn up here, signed elsewhere, handed in, entered.

No key of a delegate ever comes here. What is handed in waits until the steward enters
it into the party's log, at the node or at the Desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.groups.asking import GROUP
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.uploads.multipart import form_parts
from waternet.api.uploads.received import FORM
from waternet.errors import NotAcceptable
from waternet.node.acting import Asked as For
from waternet.node.acting import Doing, draw_up
from waternet.node.documents import MOST_DOCUMENT
from waternet.node.handed_acts import drop_handed, hand_in, list_handed
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_name,
    verify_text,
    verify_texts,
)

__all__ = ["operations"]

_GROUP: Final = "groups"
_NOTE: Final = "text/plain"
_MOST: Final = 1 << 17  # bytes of an act, or of what is drawn up
_MOST_FORM: Final = MOST_DOCUMENT + _MOST
_SIGNS: Final = "delegate secretary"
_SEES: Final = "delegate secretary steward"
_ACT: Final = Parameter(
    "act", {"type": "string", "maxLength": 64}, "Id of the act.", "path", True
)
_TEXT: Final = {"type": "string"}
_DRAFT: Final = {
    "type": "object",
    "required": ["verb", "subject", "body", "delegate"],
    "properties": {
        "verb": _TEXT,
        "subject": _TEXT,
        "body": {"type": "object"},
        "on": {"type": "array", "items": _TEXT},
        "delegate": _TEXT,
        "date": _TEXT,
        "of": _TEXT,
        "source": _TEXT,
    },
}
_HANDED: Final = {
    "type": "object",
    "required": ["act"],
    "properties": {
        "act": {"type": "string", "contentMediaType": _NOTE},
        "document": {"type": "string", "contentMediaType": "application/octet-stream"},
    },
}


def _verify_object(value: Any, at: str) -> None:
    if not isinstance(value, dict):
        raise NotAcceptable(f"{at}: expected named fields")


_FIELDS: Mapping[str, Check] = {
    "verb": verify_text,
    "subject": verify_text,
    "body": _verify_object,
    "delegate": verify_name,
}
_OPTIONAL: Mapping[str, Check] = {
    "on": verify_texts,
    "date": verify_text,
    "of": verify_name,
    "source": verify_text,
}


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return (
        Operation(
            *("POST", "/groups/{group}/drafts", "group-draft", _GROUP),
            "Draw an act up as its delegate will sign it; nothing is kept.",
            _draw_up,
            parameters=(GROUP,),
            answers={_NOTE: {}},
            body={JSON: _DRAFT},
            most_body=_MOST,
            role=_SEES,
        ),
        Operation(
            *("POST", "/acts", "acts-hand-in", _GROUP),
            "Hand in a signed act: it waits until the steward enters it.",
            _hand_in,
            answers={JSON: {"type": "object"}},
            body={_NOTE: {}, FORM: _HANDED},
            most_body=_MOST_FORM,
            role=_SIGNS,
        ),
        Operation(
            *("GET", "/acts", "acts-waiting", _GROUP),
            "The acts that wait to be entered.",
            _list,
            answers={JSON: {"type": "object"}},
            role=_SEES,
            reads_bank=False,
        ),
        Operation(
            *("DELETE", "/acts/{act}", "acts-drop", _GROUP),
            "Drop an act that waits: it is not entered.",
            _drop,
            parameters=(_ACT,),
            role="steward",
            reads_bank=False,
        ),
    )


def _draw_up(asked: Asked) -> Answer:
    told = _read(asked.body.read())
    wanted = For(
        group=asked.path["group"],
        delegate=told["delegate"],
        on=tuple(told.get("on", ())),
        date=told.get("date", ""),
        of=told.get("of", ""),
        source=told.get("source", ""),
    )
    doing = Doing(told["verb"], told["subject"], told["body"])
    line = draw_up(asked.node, asked.bank, wanted, lambda _state: doing)
    asked.now()  # it says when it was drawn up
    return Answer(line.encode(), f"{_NOTE}; charset=utf-8")


def _hand_in(asked: Asked) -> Answer:
    content, document = asked.body.read(), b""
    if asked.body.media_type.lower().startswith(FORM):
        with form_parts(asked.body) as parts:
            if not {"act"} <= set(parts) <= {"act", "document"}:
                raise NotAcceptable("the form has fields 'act' and 'document'")
            content = bytes(parts["act"].content)
            document = bytes(parts["document"].content) if "document" in parts else b""
    try:
        note = content.decode()
    except UnicodeDecodeError as error:
        raise NotAcceptable("what came is no signed act: it is not UTF-8") from error
    handed = hand_in(asked.node, asked.bank, note, asked.viewer.name, document)
    return json_answer(handed.to_json(), status=201)


def _list(asked: Asked) -> Answer:
    # Nobody's record holds them yet: others see what they brought, and no more.
    own = asked.viewer.party == asked.node.party
    found = [
        one.to_json()
        for one in list_handed(asked.node)
        if own or one.sender == asked.viewer.name
    ]
    return json_answer({"acts": found})


def _drop(asked: Asked) -> Answer:
    drop_handed(asked.node, asked.path["act"])
    return Answer(b"", "", 204)


def _read(content: bytes) -> dict[str, Any]:
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAcceptable(f"what came is not JSON: {error}") from error
    _verify_object(read, "a draft")
    verify_fields(read, _FIELDS, "a draft", _OPTIONAL)
    found: dict[str, Any] = read
    return found
