"""The sources keep the rules that CONTRIBUTING.md states."""

import importlib
import pkgutil
import re
import subprocess
from pathlib import Path

import pytest

import waternet

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(waternet.__path__, "waternet.")
)

# Written in two parts so that this file does not contain what it forbids.
PLACES = {
    "a folder of one machine": re.compile(
        r"(?<![\w.~>])/(?:wo" r"rk|tmp/w|root|home/\w+)/"
    ),
    "a package registry": re.compile(
        r"py" r"pi\.org|python" r"hosted\.org|deb\.deb" r"ian\.org|npm" r"js\.org"
    ),
}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Return every file in the repository, or skip where there is none."""
    if not (ROOT / ".git").exists():
        pytest.skip("input absent by design: the sources lie outside a repository")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("what", PLACES)
def test_no_file_names_a_place_of_one_machine(tracked: list[Path], what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if PLACES[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_is_public(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} does not say what it is for"
    if hasattr(module, "__path__") and not hasattr(module, "__all__"):
        return  # a folder that offers nothing itself
    missing = [public for public in module.__all__ if not hasattr(module, public)]
    assert missing == []


def test_no_module_passes_500_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for folder in ("src", "tests", "benchmarks", "examples", "script")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > 500} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    # The list stands in CONTRIBUTING.md, under Names.
    empty = {
        *("utils", "util", "helpers", "helper", "common", "core", "base", "manager"),
        *("service", "handler", "process", "data"),
    }
    assert [name for name in MODULES if empty & set(name.split("."))] == []


@pytest.mark.parametrize("name", ["test", "demo", "bench", "lock", "environment"])
def test_every_script_is_correct_bash(name: str) -> None:
    subprocess.run(["bash", "-n", ROOT / "script" / name], check=True)


def test_continuous_integration_runs_the_tests_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[0].startswith("#!")
    assert lines[1:] == ['exec "$(dirname "$0")/../script/test"']
