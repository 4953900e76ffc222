"""What one party was shown alone is not told to everybody by a record."""

import json

import pytest
from delegations import make_delegations

from waternet.cli.main import run
from waternet.errors import NotAllowed

TITLES = {"ar": "بئر", "en": "A well", "he": "באר"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return israel and jordan, and the project that they check."""
    made = make_delegations(tmp_path_factory.mktemp("region"), "israel", "jordan")
    made.found()
    told = {"body": "water", "titles": TITLES}
    made.act("israel", "project.idea", "laboratory", told)
    return made


def _check(party: str, access: str) -> dict:
    need = {"id": "levels", "observed_property": "groundwater-level"}
    found = {"need": "levels", "party": party, "share": "1", "access": access}
    return {
        "about": {"kind": "project", "id": "laboratory"},
        "question": TITLES,
        "needs": [{**need, "from": "2020-01-01", "to": "2020-12-31"}],
        "found": [{**found, "entries": [3], "grade": "good"}],
        "verdict": "there" if access == "open" else "partly",
        "inputs": [{"party": party, "entry": 3, "sha256": "0" * 64}],
        "balance": "not examined",
    }


def _recorded(made, name: str, told: dict):
    state = made.state("israel")
    root = state.thing("project", "laboratory").root
    body = {**told, "about": {"kind": "project", "root": root}}
    return made.act("israel", "feasibility.record", name, body, [root])


def test_another_partys_restricted_figures_are_not_told(made):
    before = made.nodes["israel"].state.head("israel").size
    with pytest.raises(NotAllowed, match="restricted figures of jordan"):
        _recorded(made, "theirs", _check("jordan", "restricted"))
    assert made.nodes["israel"].state.head("israel").size == before


def test_public_figures_of_another_party_are(made):
    done = _recorded(made, "open", _check("jordan", "open"))
    assert done.act.verb == "feasibility.record"


def test_ones_own_are_told_where_one_says_so(made, tmp_path, capsys):
    file = tmp_path / "check.json"
    file.write_text(json.dumps(_check("israel", "restricted")))
    words = ["feasibility", "record", "own", str(file)]
    words += ["--node", str(made.nodes["israel"].folder)]
    assert run(words) != 0
    assert "give --disclose where it is yours" in capsys.readouterr().err
    assert run([*words, "--disclose"]) == 0
