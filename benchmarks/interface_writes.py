"""How fast figures come in over HTTP: as a file with a recipe, and as SensorThings."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import orjson
import pyarrow.csv as pa_csv

from benchmarks.figure import figure
from benchmarks.interface_node import RECIPE, empty_node, levels, publish, serving

UPLOADED = 2_000_000  # rows of a file
ROWS, TIMES = 30_000, 5  # of one data array; requests
STA = "/sta/v1.1"


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of what is written."""
    node = empty_node(folder / "scratch")
    rows = UPLOADED // 10 if quick else UPLOADED
    file = folder / "uploaded.csv"
    pa_csv.write_csv(levels("U", rows // 1_000, 1_000, 3600), file)
    with serving(node.folder, "--unguarded") as (address, _process):
        began = time.perf_counter()
        _upload(address, file)
        uploaded = time.perf_counter() - began
        publish(node)
        published = time.perf_counter() - began
        rate = _data_array(address)
    name = "interfaces: CSV uploaded with a recipe, checked"
    yield figure(name, rows / uploaded, "obs/s", least=300_000)
    name = "interfaces: the same, published and in the bank"
    yield figure(name, rows / published, "obs/s", least=300_000)
    name = "interfaces: SensorThings data array, durable"
    yield figure(name, rate, "obs/s", least=30_000)


def _upload(address: str, file: Path) -> None:
    """Send a file and its recipe as a form."""
    edge = "levels-7f3a"
    parts = []
    for field, name, content in (
        ("recipe", "recipe.toml", RECIPE.encode()),
        ("file", file.name, file.read_bytes()),
    ):
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; '
        parts += [f'{head}filename="{name}"\r\n\r\n'.encode(), content, b"\r\n"]
    body = b"".join([*parts, f"--{edge}--\r\n".encode()])
    _post(address, "/upload", body, f"multipart/form-data; boundary={edge}")


def _data_array(address: str) -> float:
    """Return how many observations a second one client sends as data arrays."""
    thing = {
        "name": "W",
        "description": "a well",
        "Locations": [
            {
                "name": "at",
                "description": "there",
                "encodingType": "application/geo+json",
                "location": {"type": "Point", "coordinates": [35.5, 32.0]},
            }
        ],
        "Datastreams": [
            {
                "name": "level",
                "description": "level",
                "observationType": "http://www.opengis.net/def/observationType/"
                "OGC-OM/2.0/OM_Measurement",
                "unitOfMeasurement": {
                    "name": "metre",
                    "symbol": "m",
                    "definition": "ucum:m",
                },
                "Sensor": {
                    "name": "s",
                    "description": "s",
                    "encodingType": "text/plain",
                    "metadata": "s",
                },
                "ObservedProperty": {
                    "name": "level",
                    "definition": "groundwater-level",
                    "description": "level",
                },
            }
        ],
    }
    _post(address, f"{STA}/Things", orjson.dumps(thing), "application/json")
    start = np.datetime64("2020-01-01T00:00:00", "s")
    bodies = []
    for turn in range(TIMES):
        moments = start + (np.arange(ROWS) + turn * ROWS) * np.timedelta64(60, "s")
        rows = [[f"{one}Z", number / 7] for number, one in enumerate(moments)]
        array = {
            "Datastream": {"@iot.id": 1},
            "components": ["phenomenonTime", "result"],
            "dataArray": rows,
        }
        bodies.append(orjson.dumps([array]))
    began = time.perf_counter()
    for body in bodies:
        _post(address, f"{STA}/CreateObservations", body, "application/json")
    return ROWS * TIMES / (time.perf_counter() - began)


def _post(address: str, path: str, body: bytes, media_type: str) -> None:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc)) as link:
        link.request("POST", path, body, {"content-type": media_type})
        answer = link.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status} {content[:500]!r}")
