"""The page on writing by SensorThings: its commands run, what they write is signed."""

import re
import subprocess
from pathlib import Path

import pytest
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.bank.query import get_observations
from waternet.bank.seal import reading_bank

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/write-by-sensorthings.md"
SHOWN = "http://127.0.0.1:8080"
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
OWN = "jordan:Y1/groundwater-level/instant/PT0S/electric-tape"


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def answers(party):
    """Return what each command of the page answers."""
    text = PAGE.read_text(encoding="utf-8")
    with serving(make_app(party.node, is_unguarded=True)) as address:
        return [
            subprocess.run(
                [
                    "bash",
                    "-c",
                    command.replace(SHOWN, address).replace("curl", "curl -f"),
                ],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for command in FENCE.findall(text)
        ]


def test_every_command_is_answered(answers):
    made, rows, seen_and_mended = answers
    assert '"@iot.id":1' in made
    assert rows.count("/Observations(") == 2
    assert seen_and_mended.count('"result":') == 4


@pytest.mark.usefixtures("answers")
def test_what_the_page_writes_is_published(party):
    party.publish()
    with reading_bank(party.node.bank) as bank:
        rows = get_observations(bank, [OWN])
    assert rows["value"].to_pylist() == [-214.87, -215.0, -214.9, -214.8]
    assert rows["censor"].to_pylist() == [0, 1, 0, 0]
