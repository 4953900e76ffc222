"""docs/reference/working-group.md tells every verb, its form, and every refusal."""

import re
from pathlib import Path

import pytest

from waternet.workinggroup import act, charter, refusal
from waternet.workinggroup.refusal import NEXT_STEP
from waternet.workinggroup.verb import Verb
from waternet.workinggroup.verbs import VERBS

PAGE = Path(__file__).parents[2] / "docs/reference/working-group.md"
TEXT = PAGE.read_text("utf-8")


def _table(heading: str) -> dict[str, list[str]]:
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("| \n").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row for row in rows}


def _listed(names: object) -> str:
    return ", ".join(f"`{one}`" for one in sorted(names)) or "-"  # type: ignore[call-overload]


def _told(verb: Verb) -> str:
    if verb.begins:
        return "begins a thing" if verb.changes else "stands alone"
    if verb.seals:
        return "adopts"
    return "changes" if verb.changes else "beside"


@pytest.mark.parametrize("name", sorted(VERBS))
def test_the_page_tells_the_form_of_every_verb(name):
    verb = VERBS[name]
    told, right, fields, optional = _table("Verbs")[name][1:]
    assert told == _told(verb)
    assert right == verb.right
    assert fields == _listed(verb.fields)
    assert optional == _listed(verb.optional)


def test_the_page_tells_of_no_other_verb():
    named = [one for one in _table("Verbs") if re.fullmatch(r"[a-z]+\.[a-z]+", one)]
    assert named == sorted(VERBS)


def test_the_page_tells_every_refusal_with_the_next_step():
    assert {name: row[2] for name, row in _table("Refusals").items()} == NEXT_STEP


def test_the_module_of_refusals_tells_each_of_them():
    assert refusal.__doc__ is not None
    named = re.findall(r"^([a-z-]+)  +\S", refusal.__doc__, re.MULTILINE)
    assert [one for one in named if one != "name"] == list(NEXT_STEP)


def test_the_page_names_every_role_level_right_and_way_to_agree():
    section = TEXT.partition("\n## The charter\n")[2].partition("\n## ")[0]
    for one in (*charter.ROLES, *charter.LEVELS, *charter.RIGHTS, *charter.CONSENSUS):
        assert f"`{one}`" in section


def test_the_page_tells_how_long_an_act_may_be():
    assert f"at most {act.MOST_ACT:,} bytes" in TEXT
    assert f"up to {act._MOST_ON} ids" in TEXT
