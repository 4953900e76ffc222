"""What each party gave and got; every count is worked out by hand."""

from waternet.exchange.symmetry import Given, Request, balance, pairs

PARTIES = ["palestine", "israel", "jordan"]
GIVEN = [
    Given("jordan", "levels", 100),
    Given("jordan", "levels", 20),
    Given("jordan", "quality", 7, frozenset({"israel"})),
    Given("israel", "lake", 50, frozenset({"jordan", "palestine"})),
    Given("israel", "lake", 5, frozenset()),
]
REQUESTS = [
    Request("jordan", "israel", "grant"),
    Request("palestine", "israel", "refuse"),
    Request("palestine", "jordan", ""),
    Request("israel", "jordan", "condition"),
]


def test_parties_come_in_alphabetical_order_whatever_they_gave():
    told = balance(PARTIES, GIVEN, REQUESTS)
    assert [one.party for one in told] == ["israel", "jordan", "palestine"]


def test_what_each_gave_and_got_is_counted():
    israel, jordan, palestine = balance(PARTIES, GIVEN, REQUESTS)
    # Jordan: 100 + 20 + 7 figures in three releases of two datasets, one restricted.
    assert (jordan.datasets, jordan.releases, jordan.figures) == (2, 3, 127)
    assert (jordan.restricted_releases, jordan.restricted_figures) == (1, 7)
    # It reads israel's first release of the lake (50), not the second.
    assert (jordan.got_datasets, jordan.got_releases, jordan.got_figures) == (1, 1, 50)
    assert jordan.got_restricted_releases == 1
    # Israel reads all three of jordan's: 127.
    assert (israel.figures, israel.got_releases, israel.got_figures) == (55, 3, 127)
    # Palestine gave nothing; it reads jordan's two public ones and one of israel's.
    assert (palestine.figures, palestine.got_releases) == (0, 3)
    assert palestine.got_figures == 170
    assert palestine.got_datasets == 2


def test_requests_are_counted_on_both_sides():
    israel, jordan, palestine = balance(PARTIES, GIVEN, REQUESTS)
    assert (palestine.asked, palestine.was_granted, palestine.was_refused) == (2, 0, 1)
    assert (israel.was_asked, israel.granted, israel.refused) == (2, 1, 1)
    assert (jordan.was_asked, jordan.conditioned, jordan.was_granted) == (2, 1, 1)


def test_nobody_gets_its_own_figures():
    (alone,) = balance(["jordan"], GIVEN[:3], [])
    assert (alone.releases, alone.got_releases) == (3, 0)


def test_every_two_parties_see_who_reads_whose_restricted_figures():
    told = {(one.owner, one.reader): one for one in pairs(PARTIES, GIVEN)}
    assert len(told) == 6
    lake = told["israel", "jordan"]
    assert (lake.releases, lake.figures) == (1, 50)
    assert (lake.of_releases, lake.of_figures) == (2, 55)
    assert told["jordan", "palestine"].releases == 0
    assert told["jordan", "palestine"].of_releases == 1
    assert told["palestine", "israel"].of_releases == 0
