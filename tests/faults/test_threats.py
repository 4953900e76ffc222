"""Each attack is named or refused; and the same test fails without the defence."""

from pathlib import Path

import pytest
from faults.threats import TABLE

PAGE = (Path(__file__).parents[2] / "docs/reference/threats.md").read_text("utf-8")

ATTACKS = {one.name: one for one in TABLE}


@pytest.mark.parametrize("threat", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_named_or_refused(threat, tmp_path):
    assert threat.attack(tmp_path) == threat.outcome


@pytest.mark.parametrize("threat", TABLE, ids=str)
def test_without_the_defence_the_attack_is_not_named_so(threat, tmp_path, monkeypatch):
    for target, instead in threat.defence.items():
        monkeypatch.setattr(target, instead)
    assert threat.attack(tmp_path) == threat.undefended


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| \n").split(" | ")]


ROWS = {cells[0]: cells for cells in map(_cells, PAGE.splitlines()) if len(cells) == 6}


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_of_the_table_stands_on_the_page(name):
    _name, _who, step, outcome, _kept, defence = ROWS[name]
    assert (step, outcome.strip("`")) == (ATTACKS[name].step, ATTACKS[name].outcome)
    for threat in (one for one in TABLE if one.name == name):
        places = [one for one in threat.defence if one.startswith("waternet.")]
        assert all(f"`{one.removeprefix('waternet.')}`" in defence for one in places)
        assert threat.undefended in defence


def test_every_row_of_the_page_is_tried():
    headings = {"Attack", "---", "Step"}
    steps = {name for name in ROWS if name.startswith(("`", "bank", "witness"))}
    assert set(ROWS) - headings - steps == set(ATTACKS)


def test_the_rows_of_the_model_name_rows_of_the_table():
    model = PAGE.partition("## The threat model, row by row")[2]
    rows = [cells for cells in map(_cells, model.splitlines()) if len(cells) == 3][2:]
    assert {name for row in rows for name in row[1].split(", ")} <= set(ATTACKS)
    assert len(rows) >= 18
