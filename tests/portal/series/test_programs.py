"""Snippets that cannot be made to say something else."""

from __future__ import annotations

import ast
import shlex
from datetime import UTC, datetime

from waternet.bank.question import Question
from waternet.portal.series.asking import Asking
from waternet.portal.series.programs import programs_of

ODD = {"as_of": '2015\'; rm -rf "x" #', "zone": 'UTC")\nevil('}
START = datetime(2015, 1, 1, tzinfo=UTC)


def _asking(values: dict[str, str]) -> Asking:
    return Asking(Question(start=START), None, values)


def test_what_a_reader_typed_stays_within_its_quotes() -> None:
    made = programs_of("https://water.example", ["jordan:W1/rain"], _asking(ODD))
    assert len(shlex.split(made.curl)) == 2
    tree = ast.parse(made.python)
    calls = [one.func.attr for one in ast.walk(tree) if _is_method(one)]
    assert sorted(calls) == ["cite", "get_observations", "open", "verify"]
    assert made.r.count('"') == 8
    assert '"' not in made.embed.split('src="')[1].split('"')[0]


def test_one_datastream_is_a_text_and_several_a_list() -> None:
    one = programs_of("https://water.example", ["jordan:W1/rain"], _asking({}))
    assert '"jordan:W1/rain"' in one.python
    both = ["jordan:W1/a", "jordan:W2/a"]
    two = programs_of("https://water.example", both, _asking({}))
    assert '["jordan:W1/a", "jordan:W2/a"]' in two.python
    assert "datastream=jordan:W1/a,jordan:W2/a" in two.curl


def _is_method(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
