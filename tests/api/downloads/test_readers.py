"""What is not everybody's is in no download: no figure, count, place or citation."""

import httpx
import pytest
from parties import LEVELS, make_party, quiet
from web_servers import serving

from waternet.api.app import make_app
from waternet.node.follow import follow_party, pull_folder

SECRET = "77.125"
PATHS = [
    "/data/stations",
    "/data/datastreams",
    "/data/observations",
    "/data/observations?aggregate=year",
    "/data/observations?aggregate=record&statistic=maximum",
    "/data/observations?as_of=jordan:2",
    "/data/aggregates?aggregate=year&percentiles=50",
    "/data/latest",
    "/data/compare?observed_property=groundwater-level&place=israel:W1",
    "/data/citation",
    "/data/estimate",
    "/data/observations?f=csv",
    "/data/observations?f=waterml2",
    "/data/observations?f=waterml1",
    "/waterml/1.1/GetSites",
    "/waterml/1.1/GetVariables",
]
OF_IT = [
    "/data/observations?datastream=jordan:W9/groundwater-level",
    "/data/history?datastream=jordan:W9/groundwater-level&time=2015-01-01",
    "/waterml/1.1/GetSiteInfo?site=jordan:W9",
    "/waterml/1.1/GetValues?location=jordan:W9",
]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Return a node whose own figures are for another party, beside public ones."""
    folder = tmp_path_factory.mktemp("parties")
    israel = make_party(folder, "israel")
    israel.read()
    israel.publish()
    jordan = make_party(folder, "jordan", access="parties", parties=("israel",))
    follow_party(jordan.node, israel.node.public / "card.json")
    pull_folder(jordan.node, israel.node.public, quiet)
    jordan.read(f"well,day,level\nW9,2015-01-01,{SECRET}\n")
    jordan.publish()
    return jordan.node


def asked(node, paths, **options):
    with (
        serving(make_app(node, rate=0, **options)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        return [web.get(path) for path in paths]


def test_anybody_gets_what_is_public_and_nothing_else(node):
    for path, answer in zip(PATHS, asked(node, PATHS), strict=True):
        assert answer.status_code == 200, (path, answer.text)
        assert SECRET not in answer.text, path
        assert "W9" not in answer.text, path
    counted = asked(node, ["/data/estimate"])[0].json()
    assert counted["figures"] == LEVELS.count("2015") - 1  # 'n/a' is no figure


def test_what_is_restricted_is_as_if_it_were_not_there(node):
    made_up = [path.replace("W9", "W8") for path in OF_IT]
    both = zip(asked(node, OF_IT), asked(node, made_up), strict=True)
    for hidden, absent in both:
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json()["detail"].replace("W9", "W8") == absent.json()["detail"]
        assert "W9" not in absent.text  # nor is it named as a near one


def test_its_own_people_get_it(node):
    for path, answer in zip(OF_IT, asked(node, OF_IT, is_unguarded=True), strict=True):
        assert answer.status_code == 200, (path, answer.text)
        assert SECRET in answer.text or "GetSiteInfo" in path, path
