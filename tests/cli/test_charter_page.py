"""A charter as people read it."""

import pytest
from acting import charter

from waternet.cli.charter_page import charter_page
from waternet.workinggroup.charter_form import read_charter

LINKAGE = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", "120")
    told = charter(linkages=[LINKAGE], keeper="atlas", excluded=["mayor"])
    return charter_page(read_charter(told, "charter"), "").splitlines()


def test_it_tells_the_rules_in_lines(lines: list[str]) -> None:
    assert lines[0].endswith(": proposed only")
    assert "linkage: bilateral may block execution, said by core" in lines
    assert "excluded offices: mayor" in lines
    assert "keeper: atlas" in lines
    assert any(line.startswith("  gavel: ") for line in lines)


def test_members_stand_in_a_table_and_nothing_is_written_as_data(
    lines: list[str],
) -> None:
    assert any(line.split()[:2] == ["member", "role"] for line in lines)
    assert not any(letter in line for line in lines for letter in "{}[]'")
