#!/usr/bin/env python3
"""Make the client for scripts from the one for programs that wait for many things.

    script/twin.py           write src/waternet/client/synchronous afresh
    script/twin.py --check   say what is not up to date, and end with 1

`src/waternet/client/asynchronous` is what people change; the twin is the same without
`async` and `await`, and with the names below in place of those that need a loop.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOM = Path(__file__).resolve().parents[1] / "src" / "waternet" / "client"
MADE = "# Made by script/twin.py from asynchronous/{name}: change it there.\n"
# In this order.
INSTEAD = [
    (r"await asyncio\.to_thread\(\s*(\w+),\s*", r"\1("),
    (r"asyncio\.sleep", "time.sleep"),
    (r"\bimport asyncio\b", "import time"),
    (r"\basync (?=def|with|for)", ""),
    (r"\bawait ", ""),
    (r"__a(enter|exit)__", r"__\1__"),
    (r"\baclose\b", "close"),
    (r"\baiter_bytes\b", "iter_bytes"),
    (r"\bopen_async\b", "open_source"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"waternet\.client\.asynchronous", "waternet.client.synchronous"),
]


def twin(source: Path) -> str:
    """Return the text of the module that stands beside `source`."""
    text = source.read_text(encoding="utf-8")
    for pattern, other in INSTEAD:
        text = re.sub(pattern, other, text)
    head, docstring, rest = text.partition('"""\n\n')
    text = f"{head}{docstring}{MADE.format(name=source.name)}\n{rest}"
    for command in (("check", "--select", "I", "--fix-only"), ("format",)):
        name = ROOM / "synchronous" / source.name
        words = [sys.executable, "-m", "ruff", *command, "--quiet"]
        done = subprocess.run(
            [*words, "--stdin-filename", name, "-"],
            input=text,
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
        )
        text = done.stdout
    return text


def main() -> int:
    """Write every twin, or say which are not as they would be written."""
    is_check = sys.argv[1:] == ["--check"]
    stale = []
    for source in sorted((ROOM / "asynchronous").glob("[a-z]*.py")):
        path, text = ROOM / "synchronous" / source.name, twin(source)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if not is_check:
            path.write_text(text, encoding="utf-8")
    if is_check and stale:
        told = ", ".join(stale)
        sys.stderr.write(f"not up to date: synchronous/{told}; run script/twin.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
