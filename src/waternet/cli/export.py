"""The command `export`: figures to a file, with a second file that says whose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from waternet.cli.answer import ready_bank
from waternet.cli.ask import End, Party, Past, Property, Start, Within
from waternet.cli.cosigned import cosigned_now, with_cosigned
from waternet.cli.options import NodeOption, opened_node
from waternet.cli.show import form_of, say, show_table, whole_file
from waternet.cli.typed import as_of, moment, selection

__all__ = ["export"]


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
    from waternet.bank.citation import DISCLAIMER, cite
    from waternet.bank.query import get_observations
    from waternet.bank.words import in_words

    form = form_of(output)
    opened = opened_node(node)
    with ready_bank(opened) as bank:
        chosen = selection(
            bank,
            text=text,
            party=party,
            dataset=dataset,
            within=within,
            observed_property=observed_property,
        )
        table = get_observations(
            bank, chosen, moment(start), moment(end), as_of=as_of(past)
        )
        sources = cite(bank, table)
    sizes = cosigned_now(opened)
    if sizes is not None:
        for one in sources:
            one["cosigned"] = one["release"] < sizes.get(one["party"], 0)
    show_table(with_cosigned(opened, in_words(table)), form, output)
    beside = output.with_name(output.name + ".sources.json")
    told = {"disclaimer": DISCLAIMER, "as_of": past or "now", "releases": sources}
    with whole_file(beside) as sink:
        sink.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
    say(f"{table.num_rows:,} figures in {output}, their sources in {beside.name}")
