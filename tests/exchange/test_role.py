"""Hostile metadata: whatever a file of the registry holds, it is refused by name."""

import json
from datetime import UTC, datetime

import pytest
from exchange.simulator import altered, found, rewritten
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.exchange.registry import read_latest
from waternet.exchange.role import MOST_ROLE, read_role
from waternet.exchange.role_form import party_role

REGISTRY = found().registry
ROOT, TARGETS = REGISTRY.root, REGISTRY.targets
assert TARGETS
ROOT_FIELDS = json.loads(ROOT.written)["signed"]
TARGETS_FIELDS = json.loads(TARGETS.written)["signed"]
KEYS = sorted(ROOT_FIELDS["keys"])


def root(**fields):
    return rewritten(ROOT, signed=fields)


def quorum(**fields):
    """Return a root whose roles root and targets have other fields."""
    role = {**ROOT_FIELDS["roles"]["root"], **fields}
    return root(roles={**ROOT_FIELDS["roles"], "root": role, "targets": role})


def keyed(keyid, **fields):
    """Return a root with one key more, or another in the place of one."""
    key = {**ROOT_FIELDS["keys"][KEYS[0]], **fields}
    return root(keys={**ROOT_FIELDS["keys"], keyid: key})


def delegated(**fields):
    """Return a list of parties in which the first has other fields."""
    delegations = TARGETS_FIELDS["delegations"]
    first, *others = delegations["roles"]
    roles = [{**first, **fields}, *others]
    return rewritten(TARGETS, signed={"delegations": {**delegations, "roles": roles}})


NESTED = 100_000
ROOTS = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "deep": b"[" * NESTED + b"]" * NESTED,
    "deep inside": root(keys=json.loads("[" * 20 + "]" * 20)),
    "too large": b" " * (MOST_ROLE + 1),
    "not UTF-8": b"\xff\xfe",
    "spaces": ROOT.written.replace(b":", b": "),
    "a field twice": ROOT.written[:-1] + b',"signed":{}}',
    "unknown field": root(note="hello"),
    "unknown outer field": rewritten(ROOT, signed={}, note=1),
    "another type": root(_type="timestamp"),
    "no type": root(_type=None),
    "version 0": root(version=0),
    "version below 0": root(version=-1),
    "version true": root(version=True),
    "version as text": root(version="1"),
    "version 1.0": root(version=1.0),
    "version 1e3": ROOT.written.replace(b'"version":1', b'"version":1e3'),
    "version endless": ROOT.written.replace(
        b'"version":1', b'"version":' + b"9" * 9999
    ),
    "version NaN": ROOT.written.replace(b'"version":1', b'"version":NaN'),
    "no expiry": root(expires=""),
    "expiry in the year 0": root(expires="0000-01-01T00:00:00Z"),
    "expiry otherwise spelt": root(expires="2027-1-1T0:0:0Z"),
    "another specification": root(spec_version="2.0.0"),
    "specification as number": root(spec_version=1),
    "not named by version": root(consistent_snapshot=False),
    "threshold 0": quorum(threshold=0),
    "threshold below 0": quorum(threshold=-2),
    "threshold true": quorum(threshold=True),
    "threshold above the keys": quorum(threshold=4),
    "threshold as text": quorum(threshold="2"),
    "a key id twice": quorum(keyids=[*KEYS, KEYS[0]]),
    "key ids as text": quorum(keyids=KEYS[0]),
    "key ids as object": quorum(keyids=dict.fromkeys(KEYS, 1)),
    "key ids in a list": quorum(keyids=[[one] for one in KEYS]),
    "an unknown key id": quorum(keyids=[*KEYS[:2], "0" * 64]),
    "a key of nobody in the quorum": quorum(keyids=KEYS[:2], threshold=2),
    "one key under two ids": keyed("0" * 64, **{"x-waternet-party": "north"}),
    "two keys of one party": root(
        keys={
            **ROOT_FIELDS["keys"],
            KEYS[0]: {**ROOT_FIELDS["keys"][KEYS[0]], "x-waternet-party": "lake"},
            KEYS[1]: {**ROOT_FIELDS["keys"][KEYS[1]], "x-waternet-party": "lake"},
        }
    ),
    "a key of no party": keyed(KEYS[0], **{"x-waternet-party": ""}),
    "a key of a number": keyed(KEYS[0], **{"x-waternet-party": 7}),
    "a key of a path": keyed(KEYS[0], **{"x-waternet-party": "../x"}),
    "an RSA key": keyed(KEYS[0], keytype="rsa", scheme="rsassa-pss-sha256"),
    "an unknown key type": keyed(KEYS[0], keytype="rot13"),
    "another scheme": keyed(KEYS[0], scheme="ecdsa-sha2-nistp256"),
    "a short key": keyed(KEYS[0], keyval={"public": "ab"}),
    "a key in capitals": keyed(
        KEYS[0],
        keyval={"public": ROOT_FIELDS["keys"][KEYS[0]]["keyval"]["public"].upper()},
    ),
    "a key that is a number": keyed(KEYS[0], keyval={"public": 7}),
    "a key with more": keyed(
        KEYS[0], keyval={**ROOT_FIELDS["keys"][KEYS[0]]["keyval"], "private": ""}
    ),
    "many keys": root(
        keys={f"{number:064x}": ROOT_FIELDS["keys"][KEYS[0]] for number in range(999)}
    ),
    "no keys": root(keys={}),
    "keys as a number": root(keys=7),
    "a timestamp role with keys": root(
        roles={**ROOT_FIELDS["roles"], "timestamp": ROOT_FIELDS["roles"]["root"]}
    ),
    "a role more": root(
        roles={**ROOT_FIELDS["roles"], "mirror": ROOT_FIELDS["roles"]["root"]}
    ),
    "roles as a list": root(roles=[]),
    "many signatures": rewritten(
        ROOT, signed={}, signatures=[{"keyid": "0" * 64, "sig": "0" * 128}] * 999
    ),
    "a signature twice": rewritten(
        ROOT, signed={}, signatures=[{"keyid": KEYS[0], "sig": "0" * 128}] * 2
    ),
    "a signature as a number": rewritten(
        ROOT, signed={}, signatures=[{"keyid": KEYS[0], "sig": 7}]
    ),
    "a signature that is no hexadecimal": rewritten(
        ROOT, signed={}, signatures=[{"keyid": KEYS[0], "sig": "z" * 128}]
    ),
    "signatures as an object": rewritten(ROOT, signed={}, signatures={}),
    "a lone surrogate": keyed(KEYS[0], **{"x-waternet-party": "\ud800"}),
}
LISTS = {
    "a pattern": delegated(paths=["cards/*"]),
    "another party's path": delegated(paths=["cards/lake.json"]),
    "two paths": delegated(paths=["cards/basin.json", "cards/lake.json"]),
    "no path": delegated(paths=[]),
    "paths by hash": delegated(paths=None, path_hash_prefixes=[""]),
    "a role of another name": delegated(name="basin"),
    "a role of no name": delegated(name=7),
    "a role named twice": delegated(name="party-lake"),
    "a search that goes on": delegated(terminating=False),
    "a search that goes on, as text": delegated(terminating="yes"),
    "no key": delegated(keyids=[]),
    "another party's key": delegated(
        keyids=TARGETS_FIELDS["delegations"]["roles"][1]["keyids"]
    ),
    "threshold 0": delegated(threshold=0),
    "an unknown field": delegated(note="x"),
    "no delegations": rewritten(TARGETS, signed={"delegations": {"keys": {}}}),
    "delegations as text": rewritten(TARGETS, signed={"delegations": "all"}),
    "succinct roles": rewritten(
        TARGETS,
        signed={
            "delegations": {
                "keys": {},
                "succinct_roles": {
                    "keyids": [],
                    "threshold": 1,
                    "bit_length": 32,
                    "name_prefix": "x",
                },
            }
        },
    ),
    "a card in the list": rewritten(
        TARGETS,
        signed={
            "targets": {
                "cards/lake.json": {"length": 1, "hashes": {"sha256": "0" * 64}}
            }
        },
    ),
    "a weak hash": rewritten(
        TARGETS, signed={"targets": {"quorum": {"length": 1, "hashes": {"md5": "0"}}}}
    ),
    "no hash": rewritten(
        TARGETS, signed={"targets": {"quorum": {"length": 1, "hashes": {}}}}
    ),
    "a length of 1.5": rewritten(
        TARGETS,
        signed={"targets": {"quorum": {"length": 1.5, "hashes": {"sha256": "0" * 64}}}},
    ),
    "a length that is true": rewritten(
        TARGETS,
        signed={
            "targets": {"quorum": {"length": True, "hashes": {"sha256": "0" * 64}}}
        },
    ),
}


@pytest.mark.parametrize("written", ROOTS.values(), ids=ROOTS)
def test_a_root_that_breaks_a_rule_is_refused(written):
    with pytest.raises(NotAcceptable, match="is not the registry's role 'root'"):
        read_role("root", written, "1.root.json")


@pytest.mark.parametrize("written", LISTS.values(), ids=LISTS)
def test_a_list_of_parties_that_breaks_a_rule_is_refused(written):
    with pytest.raises(NotAcceptable, match="is not the registry's role 'targets'"):
        read_role("targets", written, "1.targets.json")


def test_what_was_altered_without_breaking_a_rule_is_still_read():
    # The tests above are refused for what they name, not for having been altered.
    assert altered(ROOT, version=7).version == 7
    assert altered(TARGETS, version=7).version == 7
    later = altered(ROOT, expires="2030-01-01T00:00:00Z")
    assert later.expires == datetime(2030, 1, 1, tzinfo=UTC)


def test_a_party_hands_nothing_on():
    party = REGISTRY.parties["lake"]
    handed = rewritten(party, signed={"delegations": TARGETS_FIELDS["delegations"]})
    with pytest.raises(NotAcceptable, match="hand on"):
        read_role(party_role("lake"), handed, "1.party-lake.json")


def test_a_role_is_not_another_one():
    with pytest.raises(NotAcceptable, match="of type 'targets'"):
        read_role("root", TARGETS.written, "1.root.json")


@given(st.data())
def test_no_flipped_byte_does_more_than_be_refused(data):
    """Whatever comes, it is read as it stands or refused: nothing else is raised."""
    role = data.draw(st.sampled_from([ROOT, TARGETS, REGISTRY.parties["basin"]]))
    place = data.draw(st.integers(0, len(role.written) - 1))
    byte = data.draw(st.integers(0, 255))
    other = role.written[:place] + bytes([byte]) + role.written[place + 1 :]
    try:
        found = read_role(role.name, other, "a copy")
    except NotAcceptable:
        return
    assert found.written == other


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["keys", "roles", "version", "root", "keyids"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(ROOT_FIELDS)), JSON)
def test_no_field_does_more_than_be_refused(field, value):
    written = rewritten(ROOT, signed={field: value})
    try:
        read_role("root", written, "a copy")
    except NotAcceptable:
        return
    assert (
        field in ("version", "expires", "spec_version") or value == ROOT_FIELDS[field]
    )


@given(st.sampled_from(sorted(TARGETS_FIELDS)), JSON)
def test_no_field_of_a_list_does_more_than_be_refused(field, value):
    written = rewritten(TARGETS, signed={field: value})
    try:
        read_role("targets", written, "a copy")
    except NotAcceptable:
        return
    assert field in ("version", "expires", "spec_version") or value in (
        TARGETS_FIELDS[field],
        {},
    )


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_listing_does_more_than_be_refused(written):
    try:
        found = read_latest(written, "a copy")
    except NotAcceptable:
        return
    assert all(one.version > 0 for one in found.values())
