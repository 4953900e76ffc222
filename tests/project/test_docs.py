"""What the documents say is true, and what they show runs."""

import doctest
import re
from pathlib import Path

import pytest

from waternet.exchange.finding import NEXT_STEP

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
SECTIONS = ["Context", "Decision", "Rejected", "Consequences", "Check"]

PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:src|tests|docs|script|requirements|examples)/[\w./-]+)`")
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Those in docs/tools need a node: test_tools.py runs them.
ALONE = [page for page in PAGES if page.parent.name != "tools"]


@pytest.mark.parametrize("page", ALONE, ids=name_of)
def test_python_on_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": "__main__"}
    for block in PYTHON.finditer(text):
        line = text.count("\n", 0, block.start(1))
        if ">>>" not in block[1]:
            # Line numbers in a traceback are then those of the page.
            exec(compile("\n" * line + block[1], page, "exec"), names)
            continue
        example = doctest.DocTestParser().get_doctest(
            block[1], names, page.name, name_of(page), line
        )
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        report: list[str] = []
        runner.run(example, out=report.append, clear_globs=False)
        assert "".join(report) == ""
        names = example.globs


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    dead = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent != ROOT], ids=name_of
)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
    tests = (ROOT / "tests").rglob("test_*.py")
    written = "".join(test.read_text(encoding="utf-8") for test in tests)
    assert [name for name in named if f"def {name}(" not in written] == []


def test_every_finding_is_explained() -> None:
    page = ROOT / "docs" / "incidents" / "README.md"
    text = page.read_text("utf-8")
    named = re.findall(r"^\| (?:`|\[`)([a-z-]+)`", text, re.MULTILINE)
    assert named == list(NEXT_STEP)
    pages = {one.stem for one in page.parent.glob("*.md")} - {"README"}
    assert pages == {link.removesuffix(".md") for link in LINK.findall(text)}
    assert pages <= set(NEXT_STEP)


def test_every_page_is_in_the_index() -> None:
    docs = ROOT / "docs"
    listed = {
        (index.parent / link).resolve()
        for index in (docs / "README.md", docs / "incidents" / "README.md")
        for link in LINK.findall(index.read_text(encoding="utf-8"))
    }
    pages = {page for page in PAGES if page.is_relative_to(docs)} - {docs / "README.md"}
    assert sorted(name_of(page) for page in pages - listed) == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_is_one_page_with_its_sections(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= 70
