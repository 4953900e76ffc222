"""What Waternet is installed from: locked, hashed, licensed, explained."""

import importlib.metadata
import re
import runpy
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(
    r"^([\w.-]+)==(\S+?)(?: ;.*?)? \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.M
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DEPENDENCIES = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
TOOLS = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]


def pins(name: str) -> set[tuple[str, str]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {(pin[1], pin[2]) for pin in PIN.finditer(text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text()
    named = [line for line in text.splitlines() if line[:1] not in ("", " ", "#")]
    assert len(named) == len(PIN.findall(text)) > 0
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", ""), re.M)


@pytest.mark.parametrize("requirement", DEPENDENCIES, ids=lambda each: each.name)
def test_every_dependency_is_locked_at_a_version_that_fits(
    requirement: Requirement,
) -> None:
    versions = [version for name, version in pins("run") if name == requirement.name]
    assert versions, "script/lock writes the lock afresh"
    assert all(requirement.specifier.contains(version) for version in versions)


def test_the_tests_run_on_what_runs() -> None:
    assert pins("run") <= pins("test")


@pytest.mark.parametrize(
    "requirement", DEPENDENCIES + TOOLS, ids=lambda each: each.name
)
def test_every_dependency_has_a_decision_record(requirement: Requirement) -> None:
    decisions = (ROOT / "docs" / "decisions").glob("*.md")
    texts = [path.read_text(encoding="utf-8") for path in decisions]
    sections = [
        text.partition("## Decision")[2].partition("## Rej")[0] for text in texts
    ]
    assert any(f"`{requirement.name}`" in section for section in sections)


def third_party() -> dict[str, str]:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    text = text.partition("## Web assets")[0]  # held by test_assets.py
    rows = re.findall(r"^\| ([\w.-]+) \| ([^|]+) \| [^|]+ \|$", text, re.M)
    return dict(row for row in rows if row[0] != "Package")


def test_every_package_that_is_installed_to_run_is_named_as_third_party() -> None:
    assert sorted(third_party()) == sorted({name for name, _ in pins("run")})


def test_the_licences_named_are_those_that_the_packages_state() -> None:
    stated = {}
    for name in third_party():
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform
        if "License-Expression" in metadata:
            stated[name] = metadata["License-Expression"]
    assert {name: third_party()[name] for name in stated} == stated


SETTINGS = runpy.run_path(str(ROOT / "script" / "uv_settings.py"))["uv_settings"]


def test_uv_is_told_the_mirror_that_pip_is_told() -> None:
    listing = (
        ":env:.index-url='https://second.example/simple'\n"
        "global.index-url='https://first.example/simple'\n"
        "global.cert='/etc/ssl/mirror.pem'\n"
    )
    assert SETTINGS(listing, {}) == {
        "UV_DEFAULT_INDEX": "https://second.example/simple",
        "SSL_CERT_FILE": "/etc/ssl/mirror.pem",
    }


def test_what_is_set_for_uv_stays() -> None:
    listing = "global.index-url='https://first.example/simple'\n"
    assert SETTINGS(listing, {"UV_DEFAULT_INDEX": "https://mine.example"}) == {}


def test_several_indexes_and_folders_are_all_handed_over() -> None:
    listing = "global.extra-index-url='https://a.example https://b.example'\n"
    listing += "global.find-links='wheels more'\n"
    assert SETTINGS(listing, {}) == {
        "UV_INDEX": "https://a.example https://b.example",
        "UV_FIND_LINKS": "wheels,more",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
