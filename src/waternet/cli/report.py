"""The command `report`: a yearbook on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.ask import End, Property, Start
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import show_facts, whole_file
from waternet.errors import NotAcceptable, NotFound

__all__ = ["report"]

_MOST_LANGUAGES = 3


def report(
    output: Annotated[Path, typer.Argument(help="The PDF to write.")],
    station: Annotated[str, typer.Option(help="Of this station: PARTY:ID.")] = "",
    area: Annotated[
        str, typer.Option(help="Of this area: PARTY:ID, or a shared name.")
    ] = "",
    release: Annotated[str, typer.Option(help="Of this release: PARTY:NUMBER.")] = "",
    lang: Annotated[
        str, typer.Option(help="Languages, up to three, in this order: ar,he,en.")
    ] = "en",
    observed_property: Property = "",
    start: Start = "",
    end: End = "",
    year_begins: Annotated[
        int, typer.Option("--year-begins", help="Month with which years begin.")
    ] = 1,
    layer: Annotated[
        str, typer.Option(help="Layers of the map, PARTY:ID, with commas; or none.")
    ] = "",
    day: Annotated[str, typer.Option("--date", help="That it bears: 2026-12-31.")] = "",
    node: NodeOption = None,
    json: JsonFlag = False,
) -> None:
    """Write a yearbook as PDF: map, hydrographs, statistics, sources and proof."""
    from waternet.portal.report.installed import verify_installed

    verify_installed()
    from waternet.cli.typed import moment
    from waternet.portal.language.language import get_language
    from waternet.portal.report.contents import Period
    from waternet.portal.report.scope import chosen_scope
    from waternet.portal.report.yearbook import make_yearbook

    if not 1 <= year_begins <= 12:
        raise NotAcceptable(f"--year-begins {year_begins}: expected a month, 1 to 12")
    codes = _languages(lang)
    opened, form = opened_node(node), chosen_form(json=json)
    with ready_bank(opened) as bank:
        named = {"station": station, "area": area, "release": release}
        scope = chosen_scope(bank, named, observed_property)
        made = make_yearbook(
            opened,
            bank,
            scope,
            [get_language(code) for code in codes],
            Period(moment(start), moment(end), year_begins),
            layers=layer or None,
            day=_day(day),
        )
    with whole_file(output) as sink:
        sink.write(made)
    facts = {"file": str(output), "bytes": len(made), "languages": codes}
    show_facts(facts, form)


def _languages(text: str) -> list[str]:
    from waternet.portal.language.catalogue import languages

    codes = [one.strip() for one in text.split(",")]
    known = languages()
    if unknown := [one for one in codes if one not in known]:
        raise NotFound(f"no language {unknown[0]!r}", hint=f"{', '.join(known)}")
    if len(set(codes)) < len(codes) or len(codes) > _MOST_LANGUAGES:
        raise NotAcceptable(f"--lang {text}: up to three languages, each once")
    return codes


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotAcceptable(f"--date {text!r}: expected 2026-12-31") from error
