"""The commands `text print` and `session print`: a group's record on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waternet.cli.group_options import AtOption, GroupOption, asked_state
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import show_facts, whole_file

__all__ = ["print_session", "print_text"]

_PdfOption = Annotated[Path, typer.Option("--output", "-o", help="The PDF to write.")]


def print_text(
    text: Annotated[str, typer.Argument(help="Its id.")],
    output: _PdfOption,
    group: GroupOption = "",
    at: AtOption = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Write a text as PDF: in all its languages, with consents, hashes and proofs."""
    from waternet.portal.report.group.printing import make_text

    opened = opened_node(node)
    with asked_state(opened, group, at) as (_bank, state):
        thing = state.thing("text", text)
        made = make_text(opened, state, thing)
    _write(output, made, state.sha256, json=json)


def print_session(
    session: Annotated[str, typer.Argument(help="Its id.")],
    output: _PdfOption,
    lang: Annotated[
        str, typer.Option(help="Languages, up to three [default: the charter's].")
    ] = "",
    group: GroupOption = "",
    at: AtOption = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Write the record of a session as PDF: who came, minutes, decisions, proofs."""
    from waternet.portal.report.group.printing import make_session

    opened = opened_node(node)
    codes = [one.strip() for one in lang.split(",")] if lang else []
    with asked_state(opened, group, at) as (_bank, state):
        thing = state.thing("session", session)
        made = make_session(opened, state, thing, codes)
    _write(output, made, state.sha256, json=json)


def _write(output: Path, made: bytes, state: str, *, json: bool) -> None:
    with whole_file(output) as sink:
        sink.write(made)
    facts = {"file": str(output), "bytes": len(made), "state": state}
    show_facts(facts, chosen_form(json=json))
