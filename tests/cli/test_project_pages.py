"""What docs/how-to says of projects and feasibility is typed, word by word."""

import json
import re
import shlex
from pathlib import Path

import pytest
from delegations import make_delegations
from parties import LEVELS, RECIPE, quiet

from waternet.node.importing import import_file
from waternet.node.publish import publish_pending, read_keys

HOW_TO = Path(__file__).resolve().parents[2] / "docs/how-to"
FILE = re.compile(r"^`([\w-]+\.toml)`:\n\n```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINKAGE = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}
PARTIES = ("israel", "jordan", "palestine")


@pytest.fixture
def group(tmp_path, monkeypatch):
    """Make three parties with a charter, whose nodes lie where the pages are typed."""
    monkeypatch.chdir(tmp_path)
    made = make_delegations(tmp_path, *PARTIES)
    made.found(linkages=[LINKAGE])
    return made


def _type_page(name, group, typed):
    """Type each command of a page; return what each printed."""
    text = (HOW_TO / name).read_text("utf-8")
    for file, content in FILE.findall(text):
        Path(file).write_text(content, encoding="utf-8")
    lines = [line for block in SHELL.findall(text) for line in block.splitlines()]
    printed = {}
    for line in lines:
        command, _, refusal = line.partition("   # refused: ")
        waternet, *words = shlex.split(command)
        assert waternet == "waternet"
        done = typed(*words)
        assert done.code == (8 if refusal else 0), (line, done.err)
        assert refusal in done.err
        printed[command] = done.out
        group.pull()
    return printed


def test_a_project_is_run_as_the_page_says(group, typed):
    _type_page("run-a-project.md", group, typed)
    shown = typed("project", "show", "laboratory", "--json", "--node", "israel").json()
    assert [one["stage"] for one in shown["history"]] == [
        "idea",
        "defined",
        "feasibility",
        "agreed",
        "funded",
        "execution",
        "suspended",
        "execution",
        "done",
    ]
    pledged = typed("pledge", "show", "equipment", "--json", "--node", "jordan").json()
    assert (pledged["received"], pledged["outstanding"]) == ("250000.50", "749999.50")
    told = typed("pledge", "show", "equipment", "--node", "jordan").out.splitlines()
    assert told[:2] == ["equipment: money of israel", "Equipment"]
    assert "pledged 1000000 USD" in told
    assert "rate: 1 USD = 0.86 EUR, 2026-11-27, European Central Bank" in told
    assert "    Bank advice 17" in told
    words = ("pledge", "total", "--currency", "EUR", "--json", "--node", "jordan")
    assert ("EUR", "860000") in [
        (one["currency"], one.get("made")) for one in typed(*words).json()
    ]
    drafts = sorted(one.name for one in Path("drafts").iterdir())
    assert drafts == [
        "pledge-laboratory-1.json",
        "pledge-laboratory-2.json",
        "project-laboratory.json",
    ]
    draft = json.loads(Path("drafts/project-laboratory.json").read_text("utf-8"))
    assert draft["cost"] == {"amount": "1500000", "currency": "USD"}
    assert typed("project", "import", "activities.xml", "drafts", "--body", "x").code


def test_feasibility_is_checked_as_the_page_says(group, typed, tmp_path):
    told = {"body": "water", "titles": {"en": "Laboratory"}}
    group.act("israel", "project.idea", "laboratory", told)
    file, recipe = tmp_path / "levels.csv", tmp_path / "recipe.toml"
    file.write_text(LEVELS, encoding="utf-8")
    recipe.write_text(RECIPE, encoding="utf-8")
    node = group.nodes["jordan"]
    import_file(node, file, recipe, title="levels")
    publish_pending(node, read_keys(node, ""), "", quiet)
    group.pull()
    printed = _type_page("check-feasibility.md", group, typed)
    assert (
        "the data are partly"
        in printed[
            "waternet feasibility check needs.toml --to checked.json --node israel"
        ]
    )
    again = "waternet feasibility repeat levels --node jordan"
    assert printed[again].startswith("the same is found here")
    shown = printed["waternet feasibility show levels --node jordan"].splitlines()
    assert shown[0] == "levels: about project laboratory: partly"
    assert "  israel: share 0, not released" in shown
    assert "  jordan: share 0.166, open, worst grade good, entries" in "\n".join(shown)
    assert "water accounts: not examined" in shown
    words = ("feasibility", "list", "--json", "--node", "palestine")
    (row,) = typed(*words).json()
    assert (row["about"], row["verdict"], row["balance"]) == (
        "laboratory",
        "partly",
        "not examined",
    )


@pytest.mark.usefixtures("group")
def test_what_is_asked_of_nothing_says_what_there_is(typed):
    done = typed("project", "show", "nothing", "--node", "israel")
    assert (done.code, "no project 'nothing'" in done.err) == (4, True)
    done = typed("pledge", "total", "--by", "colour", "--node", "israel")
    assert done.code == 3
