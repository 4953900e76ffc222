"""The command `vocabulary`: the terms that recipes and addresses are written in."""

from __future__ import annotations

from typing import Annotated

import typer

from waternet.cli.options import JsonFlag
from waternet.cli.show import Form, isolated, show_rows, show_table

__all__ = ["vocabulary"]

_REST = "add a word that you look for, or --json"


def vocabulary(
    name: Annotated[
        str,
        typer.Argument(
            help="observed_property, place_kind, statistic, status or grade."
        ),
    ],
    text: Annotated[str, typer.Argument(help="Words of an id or label.")] = "",
    json: JsonFlag = False,
) -> None:
    """List the terms of a vocabulary, in three languages."""
    import pyarrow as pa

    from waternet.bank.spelling import search_text, search_words
    from waternet.observation.vocabulary import LANGUAGES, get_terms

    rows = [
        {
            "id": term.id,
            "unit": term.unit,
            **{language: term.labels[language] for language in LANGUAGES},
            "definition": term.definition,
        }
        for term in get_terms(name).values()
        if _fits(search_text([term.id, *term.labels.values()]), search_words(text))
    ]
    columns = ("id", "unit", *LANGUAGES, "definition")
    schema = pa.schema([(column, pa.string()) for column in columns])
    if json:
        show_table(pa.Table.from_pylist(rows, schema), Form.JSON, None)
        return
    for row in rows:
        row.update(
            {language: isolated(row[language], language) for language in LANGUAGES}
        )
    shown = ("id", *(("unit",) if any(row["unit"] for row in rows) else ()), *LANGUAGES)
    show_rows(
        pa.Table.from_pylist(rows, schema).select(shown), of=len(rows), others=_REST
    )


def _fits(searched: str, words: list[str]) -> bool:
    return all(word in searched for word in words)
