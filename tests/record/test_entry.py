"""Entries: one signed line of canonical JSON."""

import json

import pytest

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import Checkpoint
from waternet.record.entry import (
    MOST_BYTES,
    Entry,
    Reference,
    read_entry,
    sign_entry,
    verify_entry,
    write_entry,
)
from waternet.record.note import generate_signer, sign_note
from waternet.record.sealing import generate_release_key

LOG = "water.example/jordan"
STEWARD = generate_signer("water.example/jordan/steward")
ISSUED = "2026-11-22T08:00:00Z"
SHA = "ab" * 32
KEYS = {"sha256": SHA, "bytes": 300, "count": 2}
RELEASE = {
    "dataset": "levels",
    "title": "منسوب المياه الجوفية 2025",
    "source": "Yearbook 2025, table 4",
    "observations": {"sha256": SHA, "bytes": 1200, "rows": 365},
    "datastreams": {"sha256": SHA, "bytes": 200, "count": 1},
    "from": "2025-01-01T00:00:00Z",
    "to": "2025-12-31T00:00:00.500000Z",
    "input": {"name": "levels.xlsx", "sha256": SHA},
    "recipe": {"sha256": SHA},
    "rejected": 0,
    "checks": ["range"],
}
BODIES = {
    "station": {"places": {"sha256": SHA, "bytes": 90, "count": 1}},
    "terms": {
        "dataset": "levels",
        "access": "public",
        "licence": "CC-BY-4.0",
        "attribution": "Ministry of Water",
        "names": {"ar": "المناسيب", "he": "מפלסים", "en": "Levels", "zh-Hant": "水位"},
    },
    "release": RELEASE,
    "revise": {**RELEASE, "reason": "gauge datum corrected"},
    "withdraw": {"release": 3, "reason": "published by mistake"},
    "qc": {
        "name": "default",
        "version": "1",
        "title": "Rules of the basin",
        "rules": {"sha256": SHA, "bytes": 900, "count": 12},
    },
    "request": {
        "owner": "israel",
        "dataset": "abstraction",
        "purpose": "joint model of the aquifer",
        "nonce": "0f" * 16,
    },
    "answer": {
        "request": {"party": "israel", "entry": 7, "sha256": SHA},
        "dataset": "levels",
        "answer": "grant",
    },
    "grant": {
        "dataset": "levels",
        "release": 3,
        "to": "israel",
        "keys": KEYS,
        "nonce": "0f" * 16,
    },
    "open": {
        "dataset": "levels",
        "releases": [{"release": 3, "key": generate_release_key()}],
    },
    "undertaking": {
        "owner": "israel",
        "dataset": "abstraction",
        "terms": 2,
        "sha256": SHA,
        "who": "H. Reader",
        "office": "Head of modelling",
    },
    "key": {"role": "steward", "vkey": STEWARD.verifier.to_text(), "from": 9},
}


def _entry(kind="release", **changes):
    return Entry(kind, LOG, "jordan", ISSUED, {**BODIES[kind], **changes})


def _signed(written) -> bytes:
    """Sign what the caller wrote, right or wrong."""
    if not isinstance(written, str):
        written = json.dumps(
            written, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
    return sign_note(written + "\n", STEWARD)


def _fields(kind="release"):
    return json.loads(write_entry(_entry(kind)))


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_is_read_as_it_was_signed(kind):
    entry = _entry(kind)
    signed = sign_entry(entry, STEWARD)
    assert verify_entry(signed, [STEWARD.verifier], LOG) == entry
    assert sign_entry(read_entry(signed), STEWARD) == signed


def test_the_line_is_canonical_json():
    # Fields in alphabetical order, no spaces, letters as themselves (RFC 8785, 3.2).
    assert write_entry(_entry("withdraw")) == (
        '{"heads":[],"issued":"2026-11-22T08:00:00Z","kind":"withdraw",'
        '"log":"water.example/jordan","party":"jordan",'
        '"reason":"published by mistake","release":3}\n'
    )


def test_heads_of_other_logs_are_kept():
    head = Checkpoint("water.example/israel", 7, bytes(32))
    entry = Entry("key", LOG, "jordan", ISSUED, BODIES["key"], (head,))
    assert read_entry(sign_entry(entry, STEWARD)).heads == (head,)
    with pytest.raises(NotAcceptable, match="one log twice"):
        write_entry(
            Entry("key", LOG, "jordan", ISSUED, BODIES["key"], (head, head)),
        )


def test_an_entry_names_its_blobs():
    assert _entry().references() == {
        "datastreams": Reference(SHA, 200, 1),
        "observations": Reference(SHA, 1200, 365),
    }
    assert _entry("withdraw").references() == {}
    reference = Reference(SHA, 1200, 365)
    assert reference.to_json("rows") == RELEASE["observations"]
    assert reference.to_json() == {"sha256": SHA, "bytes": 1200, "count": 365}


JUDGED = {
    "findings": {"sha256": SHA, "bytes": 700, "rows": 10},
    "edits": {"sha256": SHA, "bytes": 400, "count": 2},
    "rules": {"sha256": SHA, "bytes": 900, "count": 12},
}


@pytest.mark.parametrize("kind", ["release", "revise"])
@pytest.mark.parametrize(
    "names", [("rules",), ("edits",), ("findings", "rules"), tuple(JUDGED)]
)
def test_a_release_may_say_how_its_figures_were_judged(kind, names):
    entry = _entry(kind, **{name: JUDGED[name] for name in names})
    signed = sign_entry(entry, STEWARD)
    assert verify_entry(signed, [STEWARD.verifier], LOG) == entry
    assert set(entry.references()) == {"observations", "datastreams", *names}


def test_findings_are_not_taken_without_the_rules_that_made_them():
    with pytest.raises(NotAcceptable, match="without the 'rules'"):
        write_entry(_entry(findings=JUDGED["findings"]))


@pytest.mark.parametrize("name", JUDGED)
def test_what_judges_figures_stands_in_a_release_only(name):
    with pytest.raises(NotAcceptable, match=f"'{name}' is not known"):
        write_entry(_entry("withdraw", **{name: JUDGED[name]}))
    for wrong in (None, SHA, {}, {**JUDGED[name], "bytes": 0}):
        with pytest.raises(NotAcceptable, match=name):
            write_entry(_entry(**{**JUDGED, name: wrong}))


def test_an_entry_cannot_be_moved_to_another_log():
    signed = sign_entry(_entry(), STEWARD)
    with pytest.raises(NotVerified, match=r"stands in 'water\.example/other'"):
        verify_entry(signed, [STEWARD.verifier], "water.example/other")


def test_an_entry_signed_by_a_stranger_is_not_verified():
    signed = sign_entry(_entry(), generate_signer(STEWARD.name))
    with pytest.raises(NotVerified):
        verify_entry(signed, [STEWARD.verifier], LOG)


def test_a_reviewer_may_sign_too():
    reviewer = generate_signer("water.example/jordan/reviewer")
    signed = sign_entry(_entry(), STEWARD, reviewer)
    assert verify_entry(signed, [reviewer.verifier], LOG) == _entry()


@pytest.mark.parametrize("kind", BODIES)
def test_each_field_is_needed_and_no_other_is_taken(kind):
    for name in _fields(kind):
        fields = _fields(kind)
        del fields[name]
        with pytest.raises(NotAcceptable):
            read_entry(_signed(fields))
    with pytest.raises(NotAcceptable, match="'extra' is not known"):
        read_entry(_signed({**_fields(kind), "extra": 1}))


def test_an_unknown_kind_is_named():
    with pytest.raises(NotAcceptable, match="kind 'treaty' is not known"):
        read_entry(_signed({**_fields("withdraw"), "kind": "treaty"}))
    with pytest.raises(NotAcceptable, match="is not known"):
        read_entry(_signed({**_fields("withdraw"), "kind": ["release"]}))


def test_a_body_cannot_speak_for_the_entry():
    with pytest.raises(NotAcceptable, match="cannot hold"):
        write_entry(_entry("withdraw", party="israel"))


LINE = write_entry(_entry("withdraw"))[:-1]


@pytest.mark.parametrize(
    "line",
    [
        LINE + " ",
        LINE.replace(":3}", ": 3}"),
        LINE.replace(":3}", ":3.0}"),
        LINE.replace(":3}", ":3e0}"),
        LINE.replace(":3}", ":-0}"),
        LINE.replace(":3}", ":-1}"),
        LINE.replace(":3}", ":03}"),
        LINE.replace(":3}", ":NaN}"),
        LINE.replace(":3}", ":true}"),
        LINE.replace(":3}", ':"3"}'),
        LINE.replace(":3}", ":9007199254740992}"),
        LINE.replace(":3}", f":{'9' * 5000}}}"),
        LINE.replace(":3}", f":{'[' * 20000}{']' * 20000}}}"),
        LINE.replace('"jordan"', '"jord\\u0061n"'),
        LINE.replace('"heads":[],', '"heads":[],"heads":[],'),
        LINE.replace(":3}", ':3,"release":3}'),
        f"[{LINE}]",
        "{}",
        "null",
        "",
        LINE + "\n" + LINE,
        LINE + "\n",
    ],
)
def test_what_is_not_canonical_is_refused(line):
    with pytest.raises(NotAcceptable):
        read_entry(_signed(line))


@pytest.mark.parametrize(
    "text",
    [
        "",
        3,
        None,
        "cafe\u0301",  # not NFC
        "a\u202eb",  # right-to-left override
        "a\u2066b",
        "a\u200fb",
        "a\ufeffb",
        "a\u2028b",
        "a\tb",
        "a\x7fb",
        "a\u0085b",
        "\ud800",
    ],
)
def test_text_that_hides_something_is_refused(text):
    with pytest.raises(NotAcceptable, match="'reason'"):
        write_entry(_entry("withdraw", reason=text))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("release", {"dataset": "../x"}),
        ("release", {"from": "2026-01-01T00:00:00Z"}),  # after 'to'
        ("release", {"from": "2025-02-30T00:00:00Z"}),
        ("release", {"from": "0000-01-01T00:00:00Z"}),
        ("release", {"from": "2025-01-01"}),
        ("release", {"from": "2025-01-01T00:00:00+00:00"}),
        ("release", {"from": "2025-01-01T00:00:00.000000Z"}),
        ("release", {"from": 7}),
        ("release", {"observations": {"sha256": SHA, "bytes": 1, "count": 1}}),
        ("release", {"observations": {"sha256": SHA, "bytes": 1, "rows": 0}}),
        ("release", {"observations": {"sha256": SHA.upper(), "bytes": 1, "rows": 1}}),
        ("release", {"observations": SHA}),
        ("release", {"rejected": -1}),
        ("release", {"rejected": True}),
        ("release", {"rejected": 2**53}),
        ("release", {"checks": "range"}),
        ("release", {"checks": [""]}),
        ("terms", {"access": "secret"}),
        ("terms", {"names": {"english": "Levels"}}),
        ("terms", {"names": ["Levels"]}),
        ("key", {"role": "king"}),
        ("key", {"vkey": "x"}),
    ],
)
def test_a_field_that_breaks_its_rule_is_refused(kind, changes):
    with pytest.raises(NotAcceptable):
        write_entry(_entry(kind, **changes))


@pytest.mark.parametrize(
    "change",
    [
        {"issued": "2026-11-22T08:00:00.500000Z"},
        {"party": "../x"},
        {"log": "two\nlines"},
        {"heads": {}},
        {"heads": [{"origin": "a", "size": 1}]},
        {"heads": [{"origin": "a", "size": 1, "root": "QQ=="}]},
    ],
)
def test_a_common_field_that_breaks_its_rule_is_refused(change):
    with pytest.raises(NotAcceptable):
        read_entry(_signed({**_fields("withdraw"), **change}))


def test_an_entry_always_fits_into_a_bundle():
    frame = len(sign_entry(_entry("withdraw", reason="x"), STEWARD)) - 1
    longest = "x" * (MOST_BYTES - frame)
    signed = sign_entry(_entry("withdraw", reason=longest), STEWARD)
    assert len(signed) == MOST_BYTES == 65_534
    assert read_entry(signed).body["reason"] == longest
    with pytest.raises(NotAcceptable, match="at most 65534 bytes"):
        sign_entry(_entry("withdraw", reason=longest + "x"), STEWARD)
    with pytest.raises(NotAcceptable, match="at most"):
        read_entry(signed + b"x")


def test_a_restricted_release_names_its_keys_among_its_blobs():
    sealed = {"keys": KEYS, "to": ["israel", "jordan"]}
    entry = read_entry(sign_entry(_entry(sealed=sealed), STEWARD))
    assert entry.references()["keys"] == Reference(SHA, 300, 2)


@pytest.mark.parametrize(
    "more",
    [
        {"access": "parties", "parties": ["israel"]},
        {"access": "embargo", "parties": [], "opens": "2027-01-01T00:00:00Z"},
        {"access": "aggregated", "interval": "P1M", "area": "basin", "least": 3},
        {"access": "aggregated", "interval": "P1M"},
        {"access": "closed", "about": "Abstraction by owner, 1990 to 2020"},
    ],
)
def test_terms_say_who_may_read(more):
    entry = _entry("terms", **more)
    assert read_entry(sign_entry(entry, STEWARD)).body == entry.body


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("terms", {"access": "friends"}, "expected 'public' or"),
        ("terms", {"access": "parties"}, "needs 'parties'"),
        ("terms", {"access": "embargo", "parties": ["b"]}, "needs 'opens'"),
        ("terms", {"parties": ["b"]}, "'public' has no 'parties'"),
        ("terms", {"access": "parties", "parties": ["b", "a"]}, "in order"),
        (
            "terms",
            {"access": "aggregated", "interval": "P1M", "area": "basin"},
            "go together",
        ),
        ("answer", {"reason": ""}, "'reason'"),
        ("grant", {"nonce": "0F" * 16}, "32 hexadecimal digits"),
        ("grant", {"to": "../israel"}, "a party"),
        ("open", {"releases": []}, "list of releases"),
        ("open", {"releases": [{"release": 3, "key": "secret"}]}, "secret key"),
        ("release", {"sealed": {"keys": KEYS, "to": []}}, "list of parties"),
        ("release", {"sealed": {"to": ["a"]}}, "'keys' is missing"),
    ],
)
def test_what_restricts_figures_has_one_form(kind, changes, said):
    with pytest.raises(NotAcceptable, match=said):
        write_entry(_entry(kind, **changes))


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (
            "request",
            {"from": "2010-01-01T00:00:00Z", "to": "2020-12-31T00:00:00Z"},
        ),
        ("answer", {"answer": "condition", "reason": "sign the undertaking first"}),
        (
            "grant",
            {
                "until": "2027-12-31T00:00:00Z",
                "request": {"party": "israel", "entry": 7, "sha256": SHA},
            },
        ),
    ],
)
def test_what_may_be_left_out_is_read_where_it_is_there(kind, more):
    entry = _entry(kind, **more)
    assert read_entry(sign_entry(entry, STEWARD)).body == entry.body


@pytest.mark.parametrize("answer", ["refuse", "condition"])
def test_a_refusal_or_condition_says_why(answer):
    with pytest.raises(NotAcceptable, match="needs a 'reason'"):
        write_entry(_entry("answer", answer=answer))
