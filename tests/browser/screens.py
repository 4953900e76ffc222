"""Which pages are looked at, and as whom: a table that each page's author adds to.

The matrix of ``test_screens.py`` is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Literal
from urllib.parse import urlencode

LANGUAGES = {"ar": "ar-JO", "en": "en-GB", "he": "he-IL"}
RIGHT_TO_LEFT = ("ar", "he")
DEVICES = {"desktop": (1280, 800), "phone": (390, 844)}


@dataclass(frozen=True)
class Screen:
    """A page that is looked at.

    Attributes
    ----------
    name : str
        Of its pictures, and of its tests.
    path : str
    query : mapping of str to str
        Without ``lang``.
    shows : tuple of str
        CSS selectors: each must match something visible, with scripts and without.
    says : tuple of str
        Figures, ids and names that stand in the page in every language.
    is_desk : bool
        Only a steward sees it.
    """

    name: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ("h1",)
    says: tuple[str, ...] = ()
    is_desk: bool = False

    def address(self, language: str) -> str:
        """Return path and query in a language."""
        words = urlencode({**self.query, "lang": language}, safe=":,/")
        return f"{self.path}?{words}"


@dataclass(frozen=True)
class Reader:
    """Who looks: the language, the device, the light, and whether scripts run."""

    language: str = "en"
    device: Literal["desktop", "phone"] = "desktop"
    theme: Literal["light", "dark"] = "light"
    scripts: bool = True

    def __str__(self) -> str:
        """Return what its pictures are called."""
        words = (self.language, self.device, self.theme)
        return "-".join(words if self.scripts else (*words, "noscript"))


SCREENS = (
    Screen(
        "proof",
        "/proof",
        {"datastream": "jordan:jordan/water-stress/mean/P1Y/aquastat", "time": "2012"},
        shows=("h1", "[data-verdict=holds]", "#chain", "#offline"),
        says=("94.03034666", "116"),
    ),
    Screen(
        "entry",
        "/entries/jordan/11",
        shows=("h1", "[data-verdict]", "#says", "#changes", "#signed"),
        says=("AQUASTAT", "94.03034666"),
    ),
    Screen(
        "record", "/proof", {"party": "israel"}, shows=("h1", "[data-verdict]", "#keys")
    ),
    Screen("entries", "/entries", {"kind": "revise"}, shows=("h1", "#text", "table")),
    Screen("findings", "/findings", shows=("h1", "#evidence")),
    Screen(
        "find",
        "/find",
        {"party": "jordan", "kind": "well"},
        shows=("h1", "#find-text", "table", ".map svg", ".facet-values"),
        says=("AL1040",),
    ),
    Screen("about", "/about", says=("OGC SensorThings",)),
    Screen("sign-in", "/sign-in", {"next": "/about"}, shows=("h1", "#key")),
    Screen("preferences", "/preferences", shows=("h1", "fieldset", "main button")),
    Screen("now", "/now", shows=("h1", "svg.map-sheet"), says=("437.54", "AL1040")),
    Screen(
        "now-nearer",
        "/now",
        {"bbox": "35,31,36.5,33", "layer": "none"},
        shows=("svg.map-sheet",),
    ),
    Screen(
        "station",
        "/station/jordan:AL1040",
        {"datastream": "jordan:AL1040/groundwater-level"},
        shows=("h1", "dl.facts", "#canvas", ".latest-value"),
        says=("AL1040", "486.35", "EPSG:28192", "Asia/Amman"),
    ),
    Screen(
        "chart",
        "/chart",
        {
            "datastream": "israel:kinneret/lake-level,jordan:AL1040/groundwater-level,"
            "jordan:amman-zarqa/groundwater-abstraction",
            "axes": "own",
            "usual": "1",
        },
        shows=("h1", "#canvas", ".legend-one"),
        says=("\u2212211.3", "148,712,766"),
    ),
    Screen(
        "chart-table",
        "/chart",
        {"datastream": "jordan:jordan/water-stress", "tab": "table"},
        shows=("h1", "table", "thead th"),
        says=("2018", "100.077528"),
    ),
    Screen(
        "chart-changed",
        "/chart",
        {"datastream": "jordan:jordan/water-stress", "against": "2026-11-22"},
        shows=("h1", "#canvas", "#changed"),
    ),
    Screen(
        "group",
        "/group/basin",
        shows=("h1", ".cards.of-group", "nav.tabs", "#at"),
        says=("1,000,000", "750,000"),
    ),
    Screen(
        "group-text",
        "/group/basin/texts/declaration",
        shows=("h1", "table.matrix", "[data-paragraph=p2]", "[data-objection=met]"),
        says=("60",),
    ),
    Screen(
        "group-project",
        "/group/basin/projects/laboratory",
        shows=("h1", ".steps", ".timeline", "#linkage", "#blocks"),
        says=("2,500,000", "bilateral"),
    ),
    Screen(
        "group-activity",
        "/group/basin/activity",
        {"at": "2026-12-31"},
        shows=("h1", "figure svg", "#years"),
        says=("2026", "33"),
    ),
    Screen(
        "desk-group",
        "/desk/groups/basin",
        shows=("h1", "#consent", "#handed", "#credentials"),
        is_desk=True,
    ),
    Screen(
        "desk",
        "/desk",
        shows=("h1", "[type=file]", "table"),
        says=("israel:",),
        is_desk=True,
    ),
    Screen("desk-requests", "/desk/requests", is_desk=True),
)

# Every page in every language: at a desk in daylight, and on a phone at night without
# scripts. What scripts do to a dark page on a phone is looked at in each language once.
READERS = (
    *(Reader(language) for language in LANGUAGES),
    *(Reader(language, "phone", "dark", scripts=False) for language in LANGUAGES),
)
DARK = tuple(Reader(language, "phone", "dark") for language in LANGUAGES)


def turns() -> list[tuple[Screen, Reader]]:
    """Return each page with each reader, and with one more who takes it in turn."""
    more = [(page, DARK[n % len(DARK)]) for n, page in enumerate(SCREENS)]
    return [*product(SCREENS, READERS), *more]
