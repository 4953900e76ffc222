"""docs/reference/cli.md has every command and option, and nothing else."""

import re
from pathlib import Path

import pytest
import typer.main

from waternet.cli.main import EXIT_CODES, app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
TEXT = PAGE.read_text(encoding="utf-8")
HEAD, *SECTIONS = re.split(r"^### `waternet ", TEXT, flags=re.MULTILINE)


def _commands(group, before=""):
    """Return every command by the words that call it: 'status', 'schedule show'."""
    found = {}
    for name, one in group.commands.items():
        words = f"{before}{name}"
        inner = hasattr(one, "commands")
        found |= _commands(one, f"{words} ") if inner else {words: one}
    return found


COMMANDS = _commands(typer.main.get_command(app))


def _called(heading):
    """Return the command that a heading is about: its words before the arguments."""
    return " ".join(word for word in heading.split() if not word.strip("[").isupper())


SECTION = {_called(text.split("`")[0]): text for text in SECTIONS}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def options_of(command: str) -> set[str]:
    parameters = COMMANDS[command].params
    return {
        name for one in parameters for name in one.opts if name.startswith("-")
    } - set(re.findall(r"`(-[^`]+)`", HEAD.split("## Exit codes")[0]))


def test_the_page_has_every_command_and_no_other() -> None:
    assert set(SECTION) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_own_options_are_in_its_section(command: str) -> None:
    missing = [
        name for name in options_of(command) if f"`{name}`" not in SECTION[command]
    ]
    assert missing == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_section_names_no_option_that_its_command_lacks(command: str) -> None:
    taken = {name for one in COMMANDS[command].params for name in one.opts}
    # A table's first column says which options there are.
    named = set(
        OPTION.findall(" ".join(re.findall(r"^\| (`-.*?) \|", SECTION[command], re.M)))
    )
    assert named - taken == set()


def test_no_option_is_on_the_page_that_does_not_exist() -> None:
    known = {
        name
        for command in COMMANDS.values()
        for one in command.params
        for name in one.opts
    }
    known |= {"--help", "--version", "--show-completion", "--install-completion"}
    assert set(OPTION.findall(TEXT)) - known == set()


def test_every_exit_code_is_on_the_page() -> None:
    told = set(map(int, re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)))
    assert told == {0, 1, 2, *EXIT_CODES.values(), 9, 130}


@pytest.mark.parametrize("command", COMMANDS)
def test_arguments_stand_in_the_heading(command: str) -> None:
    heading = SECTION[command].split("`")[0]
    arguments = [
        one for one in COMMANDS[command].params if one.param_type_name == "argument"
    ]
    assert len(heading.split()) == len(command.split()) + len(arguments)
