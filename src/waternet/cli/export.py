"""The command `export`: figures to a file, with a second file that says whose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.ask import End, Party, Past, Property, Start, Within, as_of, moment
from waternet.cli.options import NodeOption, opened_node
from waternet.cli.show import Form, say, show_table
from waternet.cli.words import in_words

__all__ = ["DISCLAIMER", "export"]

DISCLAIMER = (
    "Each figure is its owner's, as signed. Names and areas are as each party gives "
    "them; showing them implies no opinion on the status of any territory or border."
)


def export(
    output: Annotated[Path, typer.Argument(help="A .csv, .json or .parquet file.")],
    text: Annotated[str, typer.Option(help="Words of a name or quantity.")] = "",
    party: Party = "",
    dataset: Annotated[str, typer.Option(help="Only this dataset's.")] = "",
    within: Within = "",
    observed_property: Property = "",
    start: Start = "",
    end: End = "",
    past: Past = "",
    node: NodeOption = None,
) -> None:
    """Write figures to a file, and whose they are beside it."""
    from waternet.bank.citation import cite
    from waternet.bank.query import get_observations
    from waternet.bank.selection import Selection

    chosen = Selection(
        text=text,
        party=party,
        dataset=dataset,
        within=within,
        observed_property=observed_property,
    )
    with ready_bank(opened_node(node)) as bank:
        table = get_observations(
            bank, chosen, moment(start), moment(end), as_of=as_of(past)
        )
        sources = cite(bank, table)
    show_table(in_words(table), Form.TEXT, output)
    beside = output.with_name(output.name + ".sources.json")
    told = {"disclaimer": DISCLAIMER, "as_of": past or "now", "releases": sources}
    beside.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    say(f"{table.num_rows:,} figures in {output}, their sources in {beside.name}")
