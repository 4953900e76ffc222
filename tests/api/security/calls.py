"""How each operation is called: by the names of its parameters, whatever its path.

An operation with a parameter that nobody gave an example of cannot be called, and its
test fails: so a new one is not forgotten.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
from api.security.planted import PLANTED

from waternet.api.app import all_operations
from waternet.api.operation import Operation
from waternet.portal.app import with_pages

EVERYTHING = with_pages(all_operations(is_witness=True))
"""All that a node can be asked, its pages among it."""

AROUND = "POLYGON((34 30,37 30,37 33,34 33,34 30))"
POINTS = ", ".join(f"({one.longitude} 31.5)" for one in PLANTED)
COORDS = {
    "position": f"MULTIPOINT({POINTS})",
    "radius": "POINT(35.1 31.5)",
    "area": AROUND,
    "corridor": "LINESTRING(34 31.5,37 31.5)",
}
REQUIRED = {
    "aggregate": ["month"],
    "bbox": ["34,30,37,33"],
    "corridor-width": ["500"],
    "width-units": ["km"],
    "observed_property": ["lake-level"],
    "time": ["2020-01-03T00:00:00Z"],
    "within": ["500"],
    "within-units": ["km"],
    "datastream": [one.datastreams[0] for one in PLANTED],
    "location": [one.place for one in PLANTED[::2]],
    "place": [one.place for one in PLANTED],
    "site": [one.place for one in PLANTED],
    "party": ["jordan", "israel"],
    "number": [str(number) for number in range(0, 28, 3)],
    "collection": ["joint", "jordan:levels", "israel:levels"],
    "owner": ["jordan"],
    "layer": ["basin", "nothing"],
    "group": ["basin"],
    "kind": ["charter"],
    "version": ["en"],
}
"""What stands for a parameter that must be given, and for those of a path."""

OPTIONAL = {
    "aggregate": ["month", "record"],
    "as_of": ["2026-12-31", "jordan:2"],
    "at": ["2026-01-01", "1999"],
    "text": ["Quarry"],
    "filter": ["value > 4000", "name LIKE 'Quarry%'"],
    "$filter": ["result gt 4000", "substringof('Quarry',name)"],
    "$expand": [
        "Datastreams($expand=Observations($top=2),Sensor),Locations",
        "Things($expand=Datastreams($expand=Observations($top=2)))",
        "Observations($top=2;$expand=FeatureOfInterest),Thing($expand=Locations)",
        "Datastream($expand=Thing),FeatureOfInterest",
    ],
    "$count": ["true"],
    "$orderby": ["result desc", "name desc"],
}
"""What else is asked for, one at a time: most of it is refused somewhere."""

DEEP = [
    "Things?$expand=Datastreams($expand=Observations($top=2))",
    "Datastreams?$filter=Observations/result gt 4000",
    "Datastreams?$filter=substringof('Quarry',Thing/name)&$count=true",
    "Observations?$resultFormat=dataArray",
    "Observations?$filter=result gt 4000&$top=10000",
    "Observations?$orderby=result desc&$top=1",
    "Things/$ref",
    "Datastreams(2)/Observations",
    "Datastreams(2)/Thing/Locations",
    "Datastreams(4)/name/$value",
    "FeaturesOfInterest?$filter=st_within(feature,geography'" + AROUND + "')",
]


_HTML = {"format": "html"}
_IDS = 7  # of each kind of entity, from all over the list


@dataclass(frozen=True)
class Call:
    """One request."""

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    content: str = ""
    media_type: str = ""

    def send(self, client):
        headers = {"content-type": self.media_type} if self.media_type else {}
        return client.request(
            self.method,
            self.path,
            params=self.params or None,
            content=self.content or None,
            headers=headers,
        )

    @property
    def words(self) -> str:
        """What the request itself says: an answer may repeat it."""
        return f"{self.path} {json.dumps(self.params)}".lower()


@dataclass
class Known:
    """What the node's own people find when they look: ids to ask others' way with."""

    client: object
    ids: dict[str, list[str]] = field(default_factory=dict)

    def items(self, path: str) -> list[str]:
        """Return the ids of a collection's items, or of an instance list."""
        if path not in self.ids:
            told = self.client.get(path).json()
            rows = told.get("features") or told.get("instances") or []
            self.ids[path] = _some([str(one["id"]) for one in rows])
        return self.ids[path]

    def numbers(self, path: str) -> list[str]:
        """Return the ids of some entities of SensorThings."""
        if path not in self.ids:
            asked = {"$select": "id", "$top": "10000"}
            rows = self.client.get(path, params=asked).json()["value"]
            ids = [str(one["@iot.id"]) for one in rows]
            self.ids[path] = _some(ids)
        return self.ids[path]


def _some(ids: list[str]) -> list[str]:
    """Return a few, from all over the list."""
    return ids[:: max(1, len(ids) // _IDS)]


def calls_of(operation: Operation, known: Known) -> list[Call]:
    """Return the requests by which an operation that reads is asked."""
    if operation.name == "sta-any":
        return [Call("GET", f"/sta/v1.1/{path}") for path in DEEP]
    if operation.name in ("page-proof", "proof-file"):
        return [Call("GET", operation.path, params) for params in _proved()]
    needed = {
        one.name: _examples(operation, one.name, known)
        for one in operation.parameters
        if one.required and one.place == "query"
    }
    in_path = re.findall(r"{(\w+)(?::path)?}", operation.path)
    given = {name: _examples(operation, name, known) for name in in_path}
    calls = []
    for chosen in product(*needed.values(), *given.values()):
        query = dict(zip(needed, chosen, strict=False))
        path = operation.path
        for name, value in zip(in_path, chosen[len(needed) :], strict=True):
            path = re.sub(rf"{{{name}(:path)?}}", quote(value, safe=":"), path)
        calls.append(_call(operation, path, query))
    return [*calls, *_variants(operation, calls[0])]


def _proved() -> Iterator[dict[str, str]]:
    """Yield what a proof can be asked of: each figure, and some entries."""
    for one in PLANTED:
        for datastream in one.datastreams:
            yield {"datastream": datastream, "time": REQUIRED["time"][0]}
    for number in REQUIRED["number"]:
        yield {"party": "jordan", "release": number}
    yield {"party": "israel"}
    yield {"party": "jordan", "format": "html"}
    yield {"datastream": PLANTED[1].datastreams[0], "time": "2020-01-03", **_HTML}


def _call(operation: Operation, path: str, query: dict[str, str]) -> Call:
    if operation.method == "GET":
        return Call("GET", path, query)
    names = {one.name for one in operation.parameters}
    anything = {"property": "party" if "party" in names else "id"}
    content = {"op": "not", "args": [{"op": "isNull", "args": [anything]}]}
    media_type = next(iter(operation.body))
    return Call(operation.method, path, query, json.dumps(content), media_type)


def _variants(operation: Operation, first: Call) -> Iterator[Call]:
    """Yield the first request again, asked for otherwise."""
    for parameter in operation.parameters:
        if parameter.name in first.params or parameter.place != "query":
            continue
        others = OPTIONAL.get(parameter.name, [])
        if parameter.name in ("f", "format", "$resultFormat"):
            others = parameter.schema.get("enum", ["dataArray", "csv", "GeoJSON"])
        for value in others:
            said = {**first.params, parameter.name: value}
            yield Call(first.method, first.path, said, first.content, first.media_type)


def _examples(operation: Operation, name: str, known: Known) -> list[str]:
    """Return what stands for a parameter; fails where nobody said what does."""
    path = operation.path
    if path.startswith("/assets/"):
        return ["portal.css" if name == "name" else "0"]
    if path.startswith("/findings/"):
        (kept,) = known.client.get("/findings").json()["evidence"]
        return [kept["digest"]]
    if path.startswith("/group") and name not in REQUIRED:
        return _of_group(name, known)
    if name == "coords":
        kind = path.rpartition("/")[2]
        return [COORDS[kind]]
    if name == "item":
        return known.items(path.partition("/{item")[0] + "?limit=1000")
    if name == "instance":
        found = known.items("/edr/collections/joint/instances?limit=1000")
        return [*found[:1], *found[-1:]]
    if name == "id" and path.startswith("/sta/"):
        return known.numbers(path.partition("(")[0])
    if name in REQUIRED:
        return REQUIRED[name]
    raise AssertionError(f"say in calls.py what stands for {name!r} in {path}")


def _of_group(name: str, known: Known) -> list[str]:
    """Return what stands for an act or a thing of the group that was planted."""
    if name == "act":
        acts = known.client.get("/group/basin/acts").json()["acts"]
        return [acts[0]["act"], acts[-1]["act"]]
    return ["charter"]


def to_text(answer) -> str:
    """Return all that an answer says, in lower case: headers, and what is packed."""
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers} {_text(answer.content)}".lower()


def _text(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(
                f"{name} {_text(archive.read(name))}" for name in archive.namelist()
            )
    if content.startswith(b"%PDF-"):
        book = pypdf.PdfReader(io.BytesIO(content))
        attached = [book.attachments[name][0].decode() for name in book.attachments]
        return " ".join([*(page.extract_text() for page in book.pages), *attached])
    if content.startswith(b"PAR1"):
        return _rows(pq.read_table(io.BytesIO(content)))
    if content.startswith(b"\xff\xff\xff\xff"):
        with pa.ipc.open_stream(content) as stream:
            return _rows(stream.read_all())
    return content.decode("utf-8")


def _rows(table: pa.Table) -> str:
    said = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
    return f"{table.to_pylist()} {said}"
