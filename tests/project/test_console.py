"""What the pages show in a terminal is what a terminal shows.

A page's ``console`` blocks are run from top to bottom in one empty folder. A line
``$ waternet ...`` runs in this process; ``$ export NAME=VALUE`` sets the environment,
``$ echo $?`` shows the last exit code, and any other ``$`` line goes to the shell. One
that ends in ``&`` runs until the page ends, at a free port for each 8081 to 8089. A
block whose first line names a file, as in ```` ```csv levels.csv ````, is that file.
``...`` stands for what differs from run to run: keys, hashes, dates.
"""

import contextlib
import doctest
import io
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from waternet.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
PAGES = [
    page
    for page in sorted((ROOT / "docs").rglob("*.md"))
    if "```console\n" in page.read_text(encoding="utf-8")
]


def visible(text: str) -> str:
    """Return the text as it shows: no marks of direction, no blank ends and lines."""
    lines = [line.rstrip() for line in text.translate(ISOLATES).splitlines()]
    return "".join(f"{line}\n" for line in lines if line)


def transcript(block: str) -> list[tuple[str, str]]:
    """Return each command of a block with what it is said to print."""
    commands: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], ""))
        else:
            command, printed = commands.pop()
            commands.append((command, f"{printed}{line}\n"))
    return commands


def with_free_ports(text: str) -> str:
    """Return a page with ports that nobody uses in place of those that it names."""
    with contextlib.ExitStack() as held:
        for port in sorted(set(re.findall(r"\b808[1-9]\b", text))):
            free = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            text = re.sub(rf"\b{port}\b", str(free.getsockname()[1]), text)
    return text


@contextlib.contextmanager
def running(words: list[str]) -> Iterator[str]:
    """Run a command beside the page; yields the first line that it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", "waternet.cli.main", *words],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline()
        finally:
            process.terminate()


def printed_by(command: str, code: list[int], patch: pytest.MonkeyPatch) -> str:
    """Run a line and return what it prints; `code` keeps the last exit code."""
    if command == "echo $?":
        return f"{code.pop()}\n"
    assert code in ([], [0]), f"the command before {command!r} ended with {code}"
    words = shlex.split(command, comments=True)
    if words[0] == "export":
        patch.setenv(*words[1].split("=", 1))
        return ""
    if words[0] != "waternet":
        done = subprocess.run(
            command, shell=True, check=False, capture_output=True, text=True
        )
        code[:] = [done.returncode]
        return done.stdout + done.stderr
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        code[:] = [run(words[1:])]
    return screen.buffer.getvalue().decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_terminal_shows_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("WATERNET_NODE", raising=False)
    monkeypatch.setenv("ROOT", str(ROOT))
    text = with_free_ports(page.read_text(encoding="utf-8"))
    checker, code = doctest.OutputChecker(), list[int]()
    with contextlib.ExitStack() as beside:
        for language, name, block in BLOCK.findall(text):
            if name:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_text(block, encoding="utf-8")
            if language != "console":
                continue
            for command, shown in transcript(block):
                if command.startswith("waternet ") and command.endswith(" &"):
                    words = shlex.split(command)[1:-1]
                    printed = beside.enter_context(running(words))
                else:
                    printed = visible(printed_by(command, code, monkeypatch))
                agrees = checker.check_output(visible(shown), printed, doctest.ELLIPSIS)
                assert agrees, f"$ {command}\n{printed}instead of\n{shown}"
    assert code in ([], [0])
