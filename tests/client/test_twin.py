"""The client for scripts is the one for programs, without the waiting."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "src" / "waternet" / "client"


def test_the_twin_is_up_to_date() -> None:
    words = [sys.executable, ROOT / "script" / "twin.py", "--check"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_script_test_checks_it() -> None:
    assert "check python script/twin.py --check" in (ROOT / "script/test").read_text()


@pytest.mark.parametrize("name", ["source.py", "tables.py"])
def test_nothing_in_the_twin_waits_in_a_loop(name) -> None:
    tree = ast.parse((ROOM / "synchronous" / name).read_text(encoding="utf-8"))
    kinds = {type(node).__name__ for node in ast.walk(tree)}
    assert {one for one in kinds if one.startswith(("Async", "Await"))} == set()
