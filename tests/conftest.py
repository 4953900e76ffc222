"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Nothing in the suite asserts how long anything takes.
settings.register_profile("waternet", deadline=None)
settings.load_profile("waternet")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real files to test with, or skip where it is absent."""
    root = Path(__file__).resolve().parent.parent
    folder = Path(os.environ.get("WATERNET_SHARED", root.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"input absent by design: no folder {folder.name!r} of real files")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no worker waits for it at the end."""
    long = {"sessions", "test_screens.py", "test_table.py", "test_joint.py"}
    items.sort(key=lambda item: long.isdisjoint(item.path.parts))


def _skipped_for_want(config: pytest.Config) -> list[str]:
    # Workers of pytest-xdist have no terminal reporter: only the controller judges.
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    reasons = {report.nodeid: str(report.longrepr[2]) for report in reports}
    return [
        f"{nodeid}: {reason.removeprefix('Skipped: ')}"
        for nodeid, reason in sorted(reasons.items())
        if not reason.removeprefix("Skipped: ").startswith("input absent by design")
    ]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail under CI where a test was skipped for want of something installable."""
    if os.environ.get("CI") == "true" and _skipped_for_want(session.config):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was skipped and why; under CI, what may not be."""
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"skipped: {report.nodeid}: {report.longrepr[2]}")
    if os.environ.get("CI") == "true":
        for line in _skipped_for_want(config):
            terminalreporter.write_line(f"error: not to be skipped under CI: {line}")
