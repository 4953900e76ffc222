"""What is found, and how many there are of each value, told by hand and by a model."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bank.histories import figures, withdrawal
from bank.test_readership import opening, sealed

from waternet.bank.arrival import Arrival
from waternet.bank.finding.found import find
from waternet.bank.finding.inventory import read_inventory
from waternet.bank.finding.wanted import FACETS, SORTS, Wanted
from waternet.bank.seal import reading_bank
from waternet.bank.store import Bank
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Grade

ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
G, S, B = Grade.GOOD, Grade.SUSPECT, Grade.BAD


def position(longitude, latitude):
    return Position(longitude, latitude, "EPSG:4326", longitude, latitude)


AMBER = (
    Place("valley", "basin", {"en": "Valley", "ar": "الوادي"}, within=("land",)),
    Place("land", "region", {"en": "Land"}, same_as=("x:land",)),
    Place(
        "K",
        "lake",
        {"en": "Sea of Galilee", "he": "ים כנרת"},
        position(35.6, 32.8),
        within=("valley",),
        same_as=("wikidata:Q126982",),
    ),
    Place("W1", "well", {"en": "Bisan 1"}, position(35.5, 32.5), within=("valley",)),
    Place("W2", "well", {"ar": "بيسان 2"}, position(35.51, 32.51)),
)
BIRCH = (
    Place("T", "lake", {"ar": "بحيرة طبريا"}, same_as=("wikidata:Q126982",)),
    Place("country", "state", {"en": "Country"}, same_as=("x:land",)),
    Place("S", "spring", {"ar": "عين"}, within=("country",)),
)
LEVEL = Datastream("levels", "K", "lake-level", "m")
W1, W2 = (Datastream("levels", w, "groundwater-level", "m") for w in ("W1", "W2"))
EMPTY = Datastream("levels", "W1", "water-temperature", "Cel")
LAKE = Datastream("lakes", "T", "lake-level", "m")
SPRING = Datastream("springs", "S", "spring-discharge", "m3/s", "mean", "P1Y")
ACCOUNT = Datastream("accounts", "country", "precipitation", "mm", "total", "P1Y")


def released(party, index, places, streams, rows):
    """Return an entry; rows are (stream, year, value, grade)."""
    table = make_table(
        datastream=[stream.name for stream, _, _, _ in rows],
        time=[datetime(year, 7, 1) for _, year, _, _ in rows],
        value=[value for _, _, value, _ in rows],
        grade=[int(grade) for _, _, _, grade in rows],
    )
    body = {"dataset": rows[0][0].dataset, "title": "t"}
    return Arrival(
        party, index, ISSUED, "release", body, places, streams, in_order(table)
    )


ENTRIES = (
    released(
        "amber",
        0,
        AMBER,
        (LEVEL, W1, W2, EMPTY),
        [
            *((LEVEL, year, 1.0, G) for year in (1969, 1990, 2020)),
            (W1, 2000, 2.0, G),
            (W1, 2001, 2.0, S),
            (W2, 2010, 3.0, B),
        ],
    ),
    released(
        "birch",
        0,
        BIRCH,
        (LAKE, SPRING, ACCOUNT),
        [(LAKE, 2005, 1.0, Grade.UNCHECKED), (SPRING, 1999, 1.0, G)],
    ),
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("bank"), writable=True) as made:
        for one in ENTRIES:
            made.take(one)
        yield made


def features(found):
    inventory = found.inventory
    return {
        inventory.places.key(int(inventory.place[row]))
        + ("*" if not inventory.figures[row] else "")
        for row in found.rows
    }


def looked_for(bank, text="", **chosen):
    return find(read_inventory(bank), Wanted(text, chosen))


def counts(found, facet):
    return {one.id: one.count for one in found.facets[facet]}


def test_everything_is_found_where_nothing_is_said(bank):
    found = looked_for(bank)
    assert features(found) == {
        *("amber:K", "amber:W1", "amber:W1*", "amber:W2"),
        *("birch:T", "birch:S", "birch:country*"),
    }
    assert counts(found, "party") == {"amber": 4, "birch": 3}
    assert counts(found, "kind") == {"lake": 2, "spring": 1, "state": 1, "well": 3}
    # The land is one, whoever describes it; an account of an area lies in it.
    assert counts(found, "within") == {"amber:valley": 3, "x:land": 5}
    assert counts(found, "access") == {"open": 7}


def test_a_facet_counts_as_if_nothing_were_chosen_in_it(bank):
    found = looked_for(bank, party=("amber",), kind=("well",))
    assert features(found) == {"amber:W1", "amber:W1*", "amber:W2"}
    assert counts(found, "party") == {"amber": 3}  # no well of birch
    assert counts(found, "kind") == {"lake": 1, "well": 3}  # of amber alone
    found = looked_for(bank, kind=("well", "spring"))
    assert counts(found, "party") == {"amber": 3, "birch": 1}
    assert [one.id for one in found.facets["kind"] if one.chosen] == ["spring", "well"]


def test_a_value_that_is_chosen_stays_though_nothing_has_it(bank):
    found = looked_for(bank, party=("birch",), kind=("well",))
    assert features(found) == set()
    assert counts(found, "kind") == {"lake": 1, "spring": 1, "state": 1, "well": 0}
    assert found.without == {"party": 3, "kind": 3}


def test_grades_tell_who_has_such_figures_and_which_part_of_all_they_are(bank):
    found = looked_for(bank, party=("amber",))
    told = {one.id: (one.count, one.share) for one in found.facets["grade"]}
    assert told == {"good": (2, 4 / 6), "suspect": (1, 1 / 6), "bad": (1, 1 / 6)}
    assert features(looked_for(bank, grade=("suspect", "bad"))) == {
        "amber:W1",
        "amber:W2",
    }


def test_years_count_records_in_which_they_lie(bank):
    found = looked_for(bank, observed_property=("lake-level",))
    assert (found.years[1969], found.years[2005], found.years[2020]) == (1, 2, 1)
    inventory = read_inventory(bank)
    found = find(inventory, Wanted(first_year=1970, last_year=1999))
    assert features(found) == {"amber:K", "birch:S"}
    assert found.years[2005] == 2  # whatever years are chosen
    assert found.without == {"period": 7}
    assert features(find(inventory, Wanted(last_year=1968))) == set()


def test_a_year_is_the_owners_year(tmp_path):
    stream = Datastream("a", "W2", "precipitation", "mm", "total", "P1Y", zone="+02:00")
    table = make_table(
        datastream=[stream.name],
        time=[datetime(2014, 12, 31, 22)],
        end=[datetime(2015, 12, 31, 22)],
        offset=[120],
        value=[100.0],
    )
    entry = Arrival(
        "amber", 0, ISSUED, "release", {"dataset": "a"}, AMBER, (stream,), table
    )
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(entry)
        assert looked_for(bank).years == {2015: 1}


def test_a_box_finds_what_lies_in_it(bank):
    found = find(read_inventory(bank), Wanted(bbox=(35.55, 32.7, 36, 33)))
    assert features(found) == {"amber:K"}
    places, held = find(
        read_inventory(bank), Wanted(bbox=(35, 32, 36, 32.6))
    ).at_places()
    assert held.tolist() == [2, 1]
    assert [read_inventory(bank).places.ids[one] for one in places] == ["W1", "W2"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("bisan", ["amber:W1", "amber:W1*", "amber:W2"]),
        ("بيسان", ["amber:W1", "amber:W1*", "amber:W2"]),
        ("בית", []),
        ("kinneret", ["amber:K", "birch:T"]),
        ("tabariya", ["amber:K", "birch:T"]),
        ("wikidata:Q126982", ["amber:K", "birch:T"]),
        ("galilee level", ["amber:K", "birch:T"]),
        ("منسوب البحيرة", ["amber:K", "birch:T"]),
        ("wells amber", ["amber:W1", "amber:W1*", "amber:W2"]),
        ("amber:W2", ["amber:W2"]),
        ("spring birch", ["birch:S"]),
        ("galilee well", []),
    ],
)
def test_words_find_places_by_all_their_parties_names_and_what_is_measured(
    bank, text, named
):
    assert features(looked_for(bank, text)) == set(named)


def test_a_whole_name_comes_first(bank):
    found = looked_for(bank, "بيسان 2")
    inventory = found.inventory
    first = found.ordered("relevance", "en")[0]
    assert inventory.address(first).startswith("amber:W2/")


def test_rows_come_in_the_order_asked_for(bank):
    found = looked_for(bank, party=("amber",))
    by_figures = found.ordered("figures", "en", descending=True)
    assert found.inventory.figures[by_figures].tolist() == [3, 2, 1, 0]
    by_name = [found.inventory.names[row] for row in found.ordered("name", "en")]
    assert [one.partition("/")[0] for one in by_name] == ["W1", "W1", "K", "W2"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_the_first_rows_are_the_beginning_of_all(bank, sort, descending):
    found = looked_for(bank, "bisan" if sort == "relevance" else "")
    every = found.ordered(sort, "ar", descending=descending).tolist()
    assert sorted(every) == sorted(found.rows.tolist())
    for first in range(1, len(every) + 2):
        some = found.ordered(sort, "ar", descending=descending, first=first)
        assert some.tolist() == every[:first]


def test_a_text_of_signs_alone_says_nothing(bank):
    assert len(looked_for(bank, " - ").rows) == 7


def seen(folder, reader, **chosen):
    with reading_bank(folder, reader) as bank:
        return looked_for(bank, **chosen)


def test_what_may_not_be_read_is_listed_and_counted_apart(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("amber", 0, {("x", 0): 1.0}))
        bank.take(sealed(figures("amber", 1, {("y", 0): 2.0, ("x", 1): 1.0}), "cedar"))
    anybody, cedar, owner = (seen(tmp_path, one) for one in ("", "cedar", None))
    assert features(anybody) == {"amber:x"}
    assert anybody.inventory.figures.tolist() == [1]
    assert counts(anybody, "access") == {"open": 1, "restricted": 1}
    (listed,) = anybody.withheld
    assert (listed.party, listed.dataset, listed.releases) == ("amber", "levels", 1)
    for found in (cedar, owner):
        assert counts(found, "access") == {"granted": 2}
        assert found.withheld == ()
    only = seen(tmp_path, "", access=("restricted",))
    assert (len(only.rows), len(only.withheld)) == (0, 1)
    assert seen(tmp_path, "", access=("open",)).withheld == ()
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(opening("amber", 2, 1))
    assert counts(seen(tmp_path, ""), "access") == {"open": 2}


def test_what_was_withdrawn_is_restricted_no_more(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(sealed(figures("amber", 0, {("y", 0): 2.0}), "cedar"))
        bank.take(withdrawal("amber", 1, 0))
    assert counts(seen(tmp_path, ""), "access") == {}
    assert counts(seen(tmp_path, "cedar"), "access") == {"open": 1}


def test_banks_of_one_reader_share_an_inventory_until_something_is_published(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("amber", 0, {("x", 0): 1.0}))
    with Bank.open(tmp_path, reader="") as one, Bank.open(tmp_path, reader="") as two:
        assert read_inventory(one) is read_inventory(two)
        with Bank.open(tmp_path, writable=True) as bank:
            bank.take(replace(figures("amber", 1, {("z", 0): 1.0})))
        assert len(read_inventory(one)) == len(read_inventory(two)) == 2
        assert read_inventory(one) is read_inventory(two)


def test_an_empty_bank_finds_nothing(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        found = looked_for(bank, "amman", party=("amber",), within=("x:land",))
        assert (len(found.rows), found.years) == (0, {})
        assert len(found.ordered("relevance", "ar")) == 0


def test_counts_are_those_of_a_walk_over_all_rows(bank):
    generator = random.Random(5)
    inventory = read_inventory(bank)
    whole = find(inventory, Wanted())
    values = {facet: [one.id for one in whole.facets[facet]] for facet in FACETS}
    of_value = {
        (facet, value): set(
            find(inventory, Wanted("", {facet: (value,)})).rows.tolist()
        )
        for facet, names in values.items()
        for value in names
    }
    every = set(range(len(inventory)))
    for _ in range(100):
        chosen = {
            facet: tuple(generator.sample(names, min(len(names), 2)))
            for facet, names in values.items()
            if generator.random() < 0.5
        }
        fit = {
            facet: set().union(*(of_value[facet, one] for one in wanted))
            for facet, wanted in chosen.items()
        }
        found = find(inventory, Wanted("", chosen))
        assert set(found.rows.tolist()) == every.intersection(*fit.values())
        for facet, names in values.items():
            others = every.intersection(*(v for k, v in fit.items() if k != facet))
            expected = {n: len(others & of_value[facet, n]) for n in names}
            told = counts(found, facet)
            assert {k: v for k, v in told.items() if v} == {
                k: v for k, v in expected.items() if v
            }
