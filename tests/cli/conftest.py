"""Small nodes, and a command line that tests can type on."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from parties import Party, make_party

from waternet.cli.main import run

Typed = Callable[..., SimpleNamespace]
NAMES = {"ar": "بئر القرية", "he": "באר הכפר", "en": "Village well"}
CORRECTION = "well,day,level\nW1,2015-03-01,-213.5\n"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Party:
    """Return a party with entries 0 to 3 (places, terms, release) and 4, a revision.

    Do not write to it.
    """
    party = make_party(tmp_path_factory.mktemp("cli"))
    place = {
        "id": "W1",
        "kind": "well",
        "names": NAMES,
        "same_as": ["example:W"],
    }
    places = party.desk / "places.jsonl"
    places.write_text(json.dumps(place, ensure_ascii=False), encoding="utf-8")
    assert run(["import", str(places), "--node", str(party.node.folder)]) == 0
    party.publish()
    party.read()
    party.publish()
    party.read(CORRECTION, "قياسات.csv")
    party.publish(reason="خطأ في القراءة")
    return party


@pytest.fixture
def typed(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Typed:
    """Return what types a command and takes down what came of it."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("WATERNET_NODE", raising=False)

    def type_(*words: str | Path, node: Path | None = None) -> SimpleNamespace:
        if node is not None:
            monkeypatch.setenv("WATERNET_NODE", str(node))
        capfdbinary.readouterr()
        code = run([str(word) for word in words])
        out, err = (text.decode() for text in capfdbinary.readouterr())
        assert "Traceback" not in err
        return SimpleNamespace(code=code, out=out, err=err, json=lambda: _json(out))

    return type_


def _json(out: str) -> Any:
    return json.loads(out)
