"""A node of the Jordan basin on the loopback, and Debian's Chromium before it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from basin import make_basin
from browser.looking import Watched, tab
from browser.screens import DEVICES, LANGUAGES, Reader
from playwright.sync_api import Browser, Route, sync_playwright
from web_servers import serving

from waternet.node.folder import open_node

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 10_000  # ms
CHROMIUM = shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    if CHROMIUM is None:
        needs = pytest.mark.skip(reason="chromium is not on this machine")
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(needs)


@pytest.fixture(scope="session")
def basin(tmp_path_factory) -> Path:
    """Return a folder of the nodes of the three parties, this process's own.

    They are made once for all processes of a run, or once for all runs that name the
    same folder in $WATERNET_BASIN.
    """
    above = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        above = above.parent
    made = Path(os.environ.get("WATERNET_BASIN", above / "basin"))
    made.parent.mkdir(parents=True, exist_ok=True)
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            fresh = made.with_suffix(".fresh")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            make_basin(fresh)
            fresh.rename(made)
    own = tmp_path_factory.mktemp("own") / "basin"
    return Path(shutil.copytree(made, own))


@pytest.fixture(scope="session")
def address(basin) -> Iterator[str]:
    """Return where jordan's node is served to everybody."""
    from waternet.portal.app import make_app

    with serving(make_app(open_node([basin / "jordan"]), rate=0)) as served:
        yield served


@pytest.fixture(scope="session")
def desk_address(basin) -> Iterator[str]:
    """Return where palestine's node is served to its steward, who need not sign in."""
    from waternet.portal.app import make_app

    node = open_node([basin / "palestine"])
    with serving(make_app(node, rate=0, is_unguarded=True)) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the browser; one for each module, since it brings an event loop."""
    with sync_playwright() as playwright:
        words = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=words)
        yield launched
        launched.close()


def _wait_for_fonts(route: Route) -> None:
    # A busy machine is late with its fonts; pages do without them then, as they should,
    # and a picture would show now the one and now the other.
    answer = route.fetch()
    text = answer.text().replace("font-display: optional", "font-display: block")
    route.fulfill(response=answer, body=text)


@pytest.fixture(scope="module")
def contexts(browser):
    """Return what gives each reader a browser of their own, kept for the module."""
    kept = {}

    def of(reader: Reader):
        if reader not in kept:
            width, height = DEVICES[reader.device]
            kept[reader] = browser.new_context(
                viewport={"width": width, "height": height},
                device_scale_factor=1,
                has_touch=reader.device == "phone",
                locale=LANGUAGES[reader.language],
                timezone_id="Asia/Amman",
                color_scheme=reader.theme,
                reduced_motion="reduce",
                java_script_enabled=reader.scripts,
            )
            kept[reader].set_default_timeout(PATIENCE)
            kept[reader].route("**/*.css", _wait_for_fonts)
        return kept[reader]

    return of


@pytest.fixture
def look(contexts, address):
    """Return what opens a tab for a reader; it is closed after the test."""
    opened = []

    def as_reader(reader: Reader = Reader(), at: str = address) -> Watched:  # noqa: B008 -- frozen
        one = tab(contexts(reader), at)
        opened.append(one)
        return one.__enter__()

    yield as_reader
    for one in opened:
        one.__exit__(None, None, None)


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Return the folder in which this run keeps what was seen."""
    named = os.environ.get("WATERNET_SCREENS")
    folder = Path(named) if named else ROOT / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
