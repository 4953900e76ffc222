"""What others published since somebody looked last."""

import stat

import pytest
from parties import make_party, quiet

from waternet.bank.news import list_news, news_positions
from waternet.bank.seal import reading_bank
from waternet.node.follow import follow_party, pull_folder
from waternet.node.noticed import Noticed


@pytest.fixture(scope="module")
def jordan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parties")
    jordan, israel = make_party(folder), make_party(folder, "israel")
    for party in (jordan, israel):
        party.read()
        party.publish()
    follow_party(jordan.node, israel.node.public / "card.json")
    pull_folder(jordan.node, israel.node.public, quiet)
    return jordan


def test_what_others_published_is_news_until_it_was_seen(jordan):
    noticed = Noticed(jordan.node.folder)
    with reading_bank(jordan.node.bank) as bank:
        count, news = list_news(bank, "jordan", noticed.positions("hana"), 10)
        # A station, its terms and the release: three entries, none of them one's own.
        assert (count, [one.kind for one in news]) == (
            3,
            ["release", "terms", "station"],
        )
        assert news[0].rows == 4
        assert len(list_news(bank, "jordan", {}, 2)[1]) == 2
        noticed.notice("hana", news_positions(bank, "jordan"))
        assert list_news(bank, "jordan", noticed.positions("hana"), 10) == (0, [])
        assert list_news(bank, "jordan", noticed.positions("dan"), 10)[0] == 3
        assert list_news(bank, "jordan", {"israel": 2}, 10)[0] == 1
    noticed.close()


def test_what_was_seen_stays_seen(jordan):
    noticed = Noticed(jordan.node.folder)
    noticed.notice("rana", {"israel": 3})
    noticed.notice("rana", {"israel": 1, "palestine": 2})
    assert noticed.positions("rana") == {"israel": 3, "palestine": 2}
    mode = (jordan.node.folder / "noticed.sqlite").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    noticed.close()
