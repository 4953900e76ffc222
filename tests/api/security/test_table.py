"""Every operation, asked by every kind of reader, under every kind of terms.

The table is made of the operations themselves. Each is asked in the same words by
everybody, and the bytes that come, in every form on offer, are searched for what was
planted: nobody may find what is not theirs, and whoever may see it finds it wherever
the node's own people do.
"""

import pytest
from api.security.calls import EVERYTHING, Known, calls_of, to_text
from api.security.planted import BEFORE, PLANTED, REVISED, logs

from waternet.node.trail import Trail

RELEASES = {
    stone: arrival.index
    for log in logs()
    for arrival in log.arrivals
    if arrival.observations is not None
    for stone in {one.feature for one in arrival.datastreams}
}
"""The release that brought each planted figure; the last, where there are two."""
OPERATIONS = {one.name: one for one in EVERYTHING}
# What a page's form orders is tested where the form is.
READ = [
    one.name
    for one in OPERATIONS.values()
    if not one.role and (one.group, one.method) != ("portal", "POST")
]
GUARDED = [one.name for one in OPERATIONS.values() if one.role]
OWN = "jordan-reader"
# Who sees most asks first: what was found for them must not be told the others.
READERS = {
    OWN: "jordan",
    "israel-reader": "israel",
    "palestine-reader": "palestine",
    "nobodys-operator": "",
    "": "",
}


@pytest.fixture(scope="module")
def known(asking):
    return Known(asking[OWN])


def found_in(text, one):
    return {trace for trace in one.traces if trace.lower() in text}


@pytest.fixture(scope="module")
def trail(region):
    trail = Trail(region.node.audit)
    yield trail
    trail.close()


@pytest.mark.parametrize("name", READ)
def test_who_asks_finds_what_is_theirs_and_nothing_else(name, asking, known, trail):
    leaks, missing, answered, read = [], [], 0, set()
    for call in calls_of(OPERATIONS[name], known):
        answers = {who: call.send(asking[who]) for who in READERS}
        assert not [one for one in answers.values() if one.status_code >= 500], call
        texts = {who: to_text(one) for who, one in answers.items()}
        answered += answers[OWN].is_success
        for one in PLANTED:
            shown = found_in(texts[OWN], one)
            if repr(one.value) in texts["israel-reader"]:
                read.add(one.stone)
            for who, party in READERS.items():
                found = found_in(texts[who], one)
                if not one.is_for(party):
                    repeated = {each for each in found if each in call.words}
                    leaks += [(call, who, one.terms, each) for each in found - repeated]
                elif answers[who].is_success:
                    missing += [(call, who, one.terms, e) for e in shown - found]
    assert answered, "nobody has said how it is asked"
    assert leaks == []
    assert [one for one in missing if is_a_lack(*one)] == []
    noted = {
        release
        for event in trail.read(who="israel-reader", kind="read", most=1_000)
        # The paths of 'sta-any' are other operations' too.
        if event.operation == name or name == "sta-any"
        for release in event.releases
    }
    restricted = [one for one in PLANTED if one.sees and one.stone in read]
    assert {f"{one.owner}:{RELEASES[one.stone]}" for one in restricted} <= noted


def is_a_lack(call, _who, _terms, _trace):
    """Return whether what is not found should be: pages and nearest places differ."""
    return not any(
        word in f"{call.path} {call.params}"
        for word in ("$top", "position", "$orderby", "limit", "(2)", "(4)")
    )


def test_who_may_not_see_a_revision_finds_what_stood_before(asking):
    asked = {"datastream": REVISED.datastreams[0]}
    for who, party in READERS.items():
        text = to_text(asking[who].get("/data/observations", params=asked))
        is_new = REVISED.is_for(party)
        assert (repr(REVISED.value) in text) == is_new
        assert (repr(BEFORE.value) in text) == (not is_new)
        told = to_text(asking[who].get("/data/stations", params={"text": "lake"}))
        assert (BEFORE.word.lower() in told) == (not is_new)


def test_everybody_counts_only_what_they_see(asking):
    for who, party in READERS.items():
        # Of the revised place everybody sees the one or the other.
        seen = [one for one in PLANTED if one.is_for(party) or one is REVISED]
        client = asking[who]
        counted = {"$count": "true", "$top": "0"}
        for entities, number in (
            ("Things", len(seen)),
            ("Datastreams", 2 * len(seen)),
            ("Observations", 14 * len(seen)),
        ):
            told = client.get(f"/sta/v1.1/{entities}", params=counted).json()
            assert told["@iot.count"] == number, (who, entities)
        lakes = [one for one in seen if one.kind == "lake"]
        items = client.get("/ogc/collections/stations/items").json()
        assert items["numberMatched"] == len(lakes)


def test_a_filter_on_what_is_hidden_tells_nothing(asking):
    hidden = PLANTED[3]
    for question in (
        f"Things?$count=true&$filter=Datastreams/Observations/result eq {hidden.value}",
        f"Things?$count=true&$filter=startswith(name,'{hidden.word[:8]}')",
        f"Datastreams?$count=true&$filter=Observations/result gt {hidden.value - 1} "
        f"and Observations/result lt {hidden.value + 1}",
        f"Observations?$count=true&$filter=result eq {hidden.value}",
    ):
        for who, party in READERS.items():
            told = asking[who].get(f"/sta/v1.1/{question}").json()
            assert (told["@iot.count"] > 0) == hidden.is_for(party), (who, question)


@pytest.mark.parametrize("name", GUARDED)
def test_who_lacks_the_role_may_not(name, asking):
    operation = OPERATIONS[name]
    path = operation.path.replace("{path:path}", "Things(999)")
    for part in ("{id}", "{pending}", "{name}", "{file}", "{group}", "{act}"):
        path = path.replace(part, "999")
    assert "{" not in path, "say what stands for the rest of it"
    media_type = next(iter(operation.body), "")
    headers = {"content-type": media_type} if media_type else {}
    for who, client in asking.items():
        has_role = any(who.endswith(f"-{one}") for one in operation.role.split())
        answer = client.request(
            operation.method, path, headers=headers, content=b"{" if media_type else b""
        )
        assert answer.status_code < 500
        if has_role:
            assert answer.status_code not in (401, 403), who
        else:
            assert answer.status_code == (403 if who else 401), who


def test_drafts_are_seen_by_the_nodes_own_stewards_and_reviewers_alone(asking):
    steward = asking["jordan-steward"]
    place = {"type": "Point", "coordinates": [35.4453125, 31.25]}
    sensor = {"encodingType": "text/plain", "metadata": "x"}
    drafted = {
        "name": "Draftopal",
        "description": "Draftopal",
        "Locations": [
            {
                "name": "Draftopal",
                "description": "Draftopal",
                "encodingType": "application/geo+json",
                "location": place,
            }
        ],
        "Datastreams": [
            {
                "name": "Draftopal",
                "description": "Draftopal",
                "observationType": "http://www.opengis.net/def/observationType/"
                "OGC-OM/2.0/OM_Measurement",
                "unitOfMeasurement": {"name": "m", "symbol": "m", "definition": "m"},
                "Sensor": {"name": "x", "description": "x", **sensor},
                "ObservedProperty": {
                    "name": "x",
                    "definition": "x",
                    "description": "x",
                },
                "Observations": [
                    {"phenomenonTime": "2026-01-01T00:00:00Z", "result": 7345.0625}
                ],
            }
        ],
    }
    made = steward.post("/sta/v1.1/Things", json=drafted)
    assert made.status_code == 201, made.text
    number = made.headers["location"].rpartition("(")[2].rstrip(")")
    asked = [f"Things({number})", f"Things({number})/Datastreams", "Locations"]
    asked += ["Things?$expand=Datastreams($expand=Observations)", "Datastreams"]
    asked += ["Observations?$filter=result gt 7000", "FeaturesOfInterest", "Sensors"]
    seers = {"jordan-steward", "jordan-reviewer"}
    for who, client in asking.items():
        told = [to_text(client.get(f"/sta/v1.1/{one}")) for one in asked]
        found = [
            trace
            for trace in ("draftopal", "7345.0625", "35.4453125")
            if any(trace in text for text in told)
        ]
        assert len(found) == (3 if who in seers else 0), (who, found)
    assert steward.delete(f"/sta/v1.1/Things({number})").is_success


def test_every_operation_is_in_the_table():
    orders = {o.name for o in EVERYTHING if (o.group, o.method) == ("portal", "POST")}
    assert set(READ) | set(GUARDED) | orders == set(OPERATIONS)
    assert {role for one in OPERATIONS.values() for role in one.role.split()} <= {
        "steward",
        "reviewer",
        "operator",
        "delegate",
        "secretary",
    }
