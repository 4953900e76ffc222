"""What runs in the process that opens a party's signing keys.

Started by `waternet.node.unlocking`; reads from standard input which keys and with
what passphrase, limits itself, and writes the keys, or the error, to standard output.
It reads no more of Waternet than it needs: somebody waits for it.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from waternet.errors import WaternetError
from waternet.node.keys import read_secret

__all__ = ["SECONDS", "main"]

SECONDS = 60  # of a processor, for both keys
_MEMORY = 4 << 30  # bytes of address space: scrypt takes a quarter of a GiB or more


def main() -> int:
    """Open the keys that standard input names, and write them to standard output."""
    asked: dict[str, Any] = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        files = [Path(one) for one in asked["files"]]
        told: dict[str, Any] = {
            "keys": [read_secret(one, asked["passphrase"]) for one in files]
        }
    except WaternetError as error:
        told = {
            "error": type(error).__name__,
            "message": str(error),
            "hint": error.hint,
        }
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
