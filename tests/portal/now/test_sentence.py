"""How the water stands, in words: numbers, days and names as a reader meets them."""

import html
import re
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup
from standing_region import FLOW, LAKE, SEE, WELLS, arrival, fill

from waternet.bank.store import Bank
from waternet.portal.language.isolation import Isolating
from waternet.portal.language.language import get_language
from waternet.portal.now.reading import read_stations
from waternet.portal.now.sentence import Sayer, exact_change, ordinal, rounded
from waternet.portal.now.topic import Summary, arrange

PARTIES = {"amber": {"ar": "كهرمان", "en": "Amber", "he": "ענבר"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # As in the example: 211.26 m below sea level, 1.57 m lower.
    levels = [(LAKE, "2024-03-22", -209.695), (LAKE, "2025-03-22", -211.26)]
    return fill(tmp_path_factory.mktemp("bank"), [arrival("amber", 1, levels)])


def sayer(folder: Path, code: str, today: date = date(2025, 4, 1)) -> Sayer:
    with Bank.open(folder) as bank:
        stations = read_stations(bank)
    return Sayer(Isolating(get_language(code)), stations, PARTIES, today)


def said(folder: Path, code: str, address: str) -> Markup:
    told = sayer(folder, code)
    (station,) = (
        one
        for one in told.stations.all
        if told.stations.inventory.address(one.row) == address
    )
    return told.state(station)


def plain(text: Markup) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u00a0", " ")


def test_a_lake_below_the_sea_is_said_to_be_so(folder: Path) -> None:
    told = plain(said(folder, "en", f"amber:{LAKE.name}"))
    assert told.startswith(
        "211.26 m below sea level, 1.57 m lower than a year earlier, "
    )
    # 22 March: only 2024 and 2025 have a figure of that day within 15 days, 2 March
    # being 20 days away.
    assert told.endswith("2 years of this season on record, too few for a percentile")


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        ("ar", "211.26 m تحت مستوى سطح البحر، أدنى بمقدار 1.57 m"),
        ("he", "211.26 m מתחת לפני הים, נמוך ב־1.57 m"),
    ],
)
def test_so_it_is_in_other_languages(folder: Path, code: str, beginning: str) -> None:
    assert plain(said(folder, code, f"amber:{LAKE.name}")).startswith(beginning)


@pytest.mark.parametrize("code", ["ar", "en", "he"])
def test_no_number_stands_outside_of_an_isolated_element(
    folder: Path, code: str
) -> None:
    told = sayer(folder, code, date(2027, 9, 1))
    for topic in arrange(told.stations, code):
        for line in topic.lines:
            text = (
                told.summary(line)
                if isinstance(line, Summary)
                else told.state(line) + told.when(line)
            )
            outside = re.sub(r"<(bdi|time)\b.*?</\1>", "", text)
            assert not re.search(r"\d", outside), outside


def test_a_depth_and_a_flow_have_words_of_their_own(folder: Path) -> None:
    well = plain(said(folder, "en", f"amber:{WELLS[0].name}"))
    assert well == (
        "water at a depth of 25 m, 1 m deeper than a year earlier, "
        "6th percentile for the season"
    )
    assert plain(said(folder, "en", f"birch:{FLOW.name}")).startswith("3.25 m³/s, 1 ye")


def test_what_is_old_says_how_old(folder: Path) -> None:
    def when(today: date) -> str:
        told = sayer(folder, "en", today)
        (lake,) = (
            one
            for one in told.stations.all
            if told.stations.inventory.address(one.row) == f"birch:{SEE.name}"
        )
        return plain(told.when(lake))

    assert when(date(2025, 4, 1)) == "measured 1 March 2025"
    assert when(date(2025, 9, 1)) == "last measured 1 March 2025, 6 months ago"
    assert when(date(2028, 3, 2)) == "last measured 1 March 2025, 3 years ago"


def test_many_wells_are_said_in_one_sentence(folder: Path) -> None:
    told = sayer(folder, "en")
    (summary,) = (
        line
        for topic in arrange(told.stations, "en")
        for line in topic.lines
        if isinstance(line, Summary)
    )
    assert plain(told.summary(summary)) == (
        "7 stations, last measured in 2025, below normal for the season: 7"
    )


def test_parties_are_called_what_they_call_themselves(folder: Path) -> None:
    told = sayer(folder, "he")
    assert plain(told.party("amber")) == "ענבר"
    assert plain(told.party("birch")) == "birch"


def test_differences_are_those_of_the_figures_as_written() -> None:
    # In binary -211.26 + 209.695 is a little less than 1.565.
    assert abs(-211.26 + 209.695) < 1.565
    assert str(rounded(float(abs(exact_change(-211.26, -209.695))), 2)) == "1.57"


def test_english_counts_in_its_own_way() -> None:
    assert [ordinal("en", one) for one in (21, 22, 12, 13, 90)] == [
        "21st",
        "22nd",
        "12th",
        "13th",
        "90th",
    ]
