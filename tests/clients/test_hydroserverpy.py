"""hydroserverpy: what of it has a meaning here, and what has none.

Its client asks for HydroServer's own management interface (/api/data, with workspaces
and UUIDs), which is not SensorThings and is not offered here. Its quality control
works on a table of times and values, whoever gave it out.
"""

import io
import warnings

import httpx
import pandas as pd
import pytest
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

with warnings.catch_warnings():
    # At import it uses an old form of pydantic's.
    warnings.simplefilter("ignore")
    from hydroserverpy import HydroServer
    from hydroserverpy.quality.service import HydroServerQualityControl, TimeUnit

LEVELS = "well,day,level\n" + "".join(
    f"W1,2015-01-{day:02},{day}.5\n" for day in range(1, 15) if day != 7
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("party"))
    party.read(LEVELS)
    party.publish()
    with serving(make_app(party.node)) as address:
        yield address


def test_its_quality_control_finds_the_gap_in_our_figures(address):
    path = "/sta/v1.1/Datastreams(1)/Observations"
    asked = {"$resultFormat": "CSV", "$select": "phenomenonTime,result"}
    text = httpx.get(address + path, params=asked, trust_env=False).text
    table = pd.read_csv(io.StringIO(text), parse_dates=["phenomenonTime"])
    table = table.rename(columns={"phenomenonTime": "timestamp", "result": "value"})
    control = HydroServerQualityControl("1", table.sort_values("timestamp"))
    gaps = control.find_gaps(1, TimeUnit.DAY.value)
    # Midnight of the 8th by the clock of the well, after the 7th was left out.
    assert gaps["timestamp"].dt.day.tolist() == [7]


def test_its_own_interface_is_another_one(address):
    """Not SensorThings: a node answers that there is no such path."""
    server = HydroServer(host=address)
    with pytest.raises(Exception, match="404"):
        server.things.list()
