"""Print pip's settings of where packages come from as shell exports for uv.

pip reads pip.conf and PIP_* variables, uv reads UV_* variables: on a machine behind a
mirror only the first may be set up. A variable that is already set wins.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping

__all__ = ["uv_settings"]

VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}
SECTIONS = ("global", "install", ":env:")  # the later wins, as in pip


def uv_settings(configuration: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Translate what ``pip config list`` prints into variables that uv reads.

    Parameters
    ----------
    configuration : str
        Lines such as ``global.index-url='https://mirror.example/simple'``.
    environment : mapping
        Variables that are set already; they are left alone.

    Returns
    -------
    dict
        Variable to value.
    """
    settings = dict[str, str]()
    lines = [line.partition("=") for line in configuration.splitlines() if "=" in line]
    for section in SECTIONS:
        for name, _, value in lines:
            prefix, _, option = name.rpartition(".")
            if prefix == section and option in VARIABLES:
                separator = "," if option == "find-links" else " "
                words = str(ast.literal_eval(value)).split()
                settings[VARIABLES[option]] = separator.join(words)
    if "UV_INDEX" in settings:
        # pip looks in every index. The hashes say which file is the right one.
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in settings.items() if name not in environment}


if __name__ == "__main__":
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=True,
    )
    for variable, setting in uv_settings(listing.stdout, os.environ).items():
        print(f"export {variable}={shlex.quote(setting)}")  # noqa: T201 -- its purpose
