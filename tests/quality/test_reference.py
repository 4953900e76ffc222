"""The reference page names every check, parameter, default and source."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from waternet.quality.checks import CHECKS
from waternet.quality.rules import default_rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "checks.md"
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.+?) \|$", re.MULTILINE)


def sections():
    text = PAGE.read_text(encoding="utf-8")
    parts = re.split(r"^## `([a-z-]+)`$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def written(value):
    """Write a default as the page does."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return f"[{', '.join(written(one) for one in value)}]"
    return str(value) or "''"


def test_every_check_has_its_section_and_no_other_is_there():
    assert list(sections()) == list(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_a_section_says_grade_finding_advice_and_every_default_with_its_source(name):
    check, section = CHECKS[name], sections()[name]
    assert f"graded {check.grade.name.lower()}" in section
    assert f"Values {check.finding}. **{check.advice}**" in section
    usual = check.parameters()
    rows = {row[0]: row for row in ROW.findall(section)}
    assert list(rows) == [field.name for field in fields(usual)]
    for field in fields(usual):
        _, default, _, source = rows[field.name]
        assert default == written(getattr(usual, field.name))
        assert source.strip()


def test_every_default_rule_says_where_it_comes_from():
    assert [rule.check for rule in default_rules().rules if not rule.because] == []


def test_the_default_rules_make_every_check_that_needs_no_station():
    made = {rule.check for rule in default_rules().rules}
    assert set(CHECKS) - made == {"station-range", "mass-balance"}
