"""The pages about tools, against a node: what they run runs, what they ask is answered.

Python runs as it stands. Commands of curl run in a shell. R, Power Query, QGIS and
Grafana cannot be run here; the very requests that they would send are sent.
"""

import doctest
import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from tools_region import make_region
from web_servers import serving

from waternet.api.app import make_app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "tools").glob("*.md"))
SHOWN = "http://127.0.0.1:8080"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
WEB_CONTENTS = re.compile(
    r'RelativePath = "(?P<path>[^"]+)",\s*Query = \[(?P<query>[^\]]+)\]'
)
FIELD = re.compile(r'(\w+) = "([^"]*)"')
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "waterml1": "text/xml",
    "waterml2": "application/xml",
}
# What Grafana puts in place of its variables.
GRAFANA = {
    "${__from:date:iso}": "2015-01-01T00:00:00.000Z",
    "${__to:date:iso}": "2025-01-01T00:00:00.000Z",
}


needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None,
    reason="input absent by design: curl is not on this machine",
)


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Path:
    """Return the folder in which the node 'jordan' lies."""
    folder = tmp_path_factory.mktemp("region")
    make_region(folder)
    return folder


@pytest.fixture(scope="module")
def address(region):
    """Return where that node is served."""
    from waternet.node.folder import open_node

    with serving(make_app(open_node([region / "jordan"]))) as address:
        yield address


def page_of(path: Path, address: str) -> str:
    return path.read_text(encoding="utf-8").replace(SHOWN, address)


def requests_in(text: str, address: str) -> list[str]:
    """Return every address of the node that a page names, as a program sends it."""
    for variable, value in GRAFANA.items():
        text = text.replace(variable, value)
    node = re.escape(address)
    found = re.findall(
        rf'"({node}/[^"]*)"|^({node}/\S*)$|\(({node}/[^)]*)\)', text, re.M
    )
    asked = ["".join(one).replace("\\$", "$") for one in found]
    for call in WEB_CONTENTS.finditer(text):
        query = urlencode(FIELD.findall(call["query"]), safe=":/,")
        asked.append(f"{address}/{call['path']}?{query}")
    return list(dict.fromkeys(asked))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_on_a_page_of_a_tool_runs(
    page, region, address, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jordan").symlink_to(region / "jordan")
    names: dict[str, object] = {"__name__": "__main__"}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for language, block in FENCE.findall(page_of(page, address)):
        if language != "python":
            continue
        if ">>>" not in block:
            exec(compile(block, page, "exec"), names)
            continue
        example = doctest.DocTestParser().get_doctest(block, names, page.name, "", 0)
        report: list[str] = []
        doctest.DocTestRunner(optionflags=flags).run(
            example, out=report.append, clear_globs=False
        )
        told = "".join(report)
        assert told == "", told
        names = example.globs


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.stem != "xarray"],
    ids=lambda page: page.stem,
)
def test_every_request_on_a_page_is_answered(page, address) -> None:
    asked = requests_in(page_of(page, address), address)
    assert asked
    for url in asked:
        answer = httpx.get(url, trust_env=False)
        assert answer.status_code == 200, f"{url}\n{answer.text[:500]}"
        form = answer.request.url.params.get("format")
        told = answer.headers["content-type"].partition(";")[0]
        assert form is None or told == MEDIA_TYPES[form], url
        if told.endswith("json"):
            told_rows = answer.json()
            assert told_rows.get("rows", told_rows), f"{url} brings nothing"


@needs_curl
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_curl_run(page, address, tmp_path) -> None:
    for language, block in FENCE.findall(page_of(page, address)):
        if language != "sh":
            continue
        words = ["bash", "-euo", "pipefail", "-c", block]
        done = subprocess.run(
            words, check=False, capture_output=True, text=True, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout
        assert '"status":4' not in done.stdout, done.stdout


@needs_curl
def test_curl_is_told_that_nothing_changed(address, tmp_path) -> None:
    (page,) = [page for page in PAGES if page.stem == "curl"]
    blocks = [block for _, block in FENCE.findall(page_of(page, address))]
    (block,) = [block for block in blocks if "If-None-Match" in block]
    done = subprocess.run(
        ["bash", "-c", block], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout == "304\n"


def test_what_power_query_reads_has_the_columns_that_it_types(address) -> None:
    (page,) = [page for page in PAGES if page.stem == "excel"]
    asked = [one for one in requests_in(page_of(page, address), address) if "?" in one]
    (csv, *_) = [one for one in asked if "format=csv" in one]
    head = httpx.get(csv, trust_env=False).text.splitlines()[0]
    assert {"time", "value", "release", "censor"} <= set(
        head.replace('"', "").split(",")
    )
    (told,) = [one for one in asked if "format=json" in one]
    assert set(json.loads(httpx.get(told, trust_env=False).content)) >= {
        "rows",
        "citation",
    }


def test_qgis_finds_its_way_from_the_one_address_that_it_is_given(address) -> None:
    # OGC API - Features, Part 1: landing page, conformance, collections, items.
    with httpx.Client(trust_env=False) as web:
        landing = web.get(f"{address}/ogc").json()
        links = {one["rel"]: one["href"] for one in landing["links"]}
        assert {"service-desc", "conformance", "data"} <= set(links)
        for link in links.values():
            assert web.get(link).status_code == 200
        for one in web.get(links["data"]).json()["collections"]:
            (items,) = [
                link["href"]
                for link in one["links"]
                if link["rel"] == "items" and "json" in link["type"]
            ]
            assert web.get(items, params={"limit": 1}).json()["type"] == (
                "FeatureCollection"
            )
        sets = {one["name"] for one in web.get(f"{address}/sta/v1.1").json()["value"]}
    assert {"Things", "Locations", "Datastreams", "Observations"} <= sets


def test_the_readme_shows_a_client_that_runs(region, capsys) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```\n(import waternet as wn\n.*?)^```", text, re.M | re.S)
    exec(block.replace("demo/palestine", str(region / "jordan")), {})
    assert "Release jordan:2" in capsys.readouterr().out


@pytest.mark.skipif(
    shutil.which("ogr2ogr") is None,
    reason="input absent by design: GDAL's programs are not on this machine",
)
def test_gdal_reads_the_stations(address, tmp_path) -> None:
    text = page_of(ROOT / "docs" / "tools" / "qgis.md", address)
    (command,) = re.findall(r"^(ogr2ogr .+)$", text, re.M)
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    with sqlite3.connect(tmp_path / "stations.gpkg") as read:
        found = read.execute("SELECT place, kind FROM stations ORDER BY 1").fetchall()
    read.close()
    assert found == [("AL1040", "well"), ("AL1043", "well")]
