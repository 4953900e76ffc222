"""Restricted releases killed, damaged, swapped and replayed: named, never leaked."""

import io
import shutil
import signal
from datetime import datetime

import pytest
from faults.act import act
from faults.scenes import Scene
from faults.sharers import Pair, granted, recipients, reference, values
from parties import LEVELS, quiet

from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.node import opening
from waternet.node.follow import pull_folder
from waternet.node.intake import bring_up_to_date, rebuild_bank
from waternet.node.keys import write_secret
from waternet.node.log import append_entries, stage_blobs
from waternet.node.opening import own_release_keys
from waternet.node.publish import publish_pending, publish_withdrawal, read_keys
from waternet.node.sharing import grant_releases
from waternet.node.verification import verify_node
from waternet.record.blob import blob_path
from waternet.record.entry import Entry, sign_entry
from waternet.record.sealing import generate_release_key, lock_key, seal

HERE = [-214.87, -215.0, -214.5]
LATER = "2099-01-01T00:00:00Z"


def _findings(party):
    with Bank.open(party.node.bank) as bank:
        return [one.text for one in list_findings(bank)]


def _opened(party):
    return [path for path in party.node.opened.rglob("*") if path.is_file()]


def _leaks(party):
    """Return files outside the private folders that hold figures in plain text."""
    node = party.node
    return [
        path
        for folder in (node.public, node.staging, node.folder / "mirror")
        for path in folder.rglob("*")
        if path.is_file()
        and (path.read_bytes()[:4] == b"PAR1" or b'"W1"' in path.read_bytes())
    ]


def _kill(scene, name):
    code, said = scene.run(WATERNET_FAILPOINT=name)
    assert code == -signal.SIGKILL, said


@pytest.mark.parametrize(
    "name",
    [
        "publish.before-blobs",
        "publish.sealed",
        "log.staged",
        "log.committed",
        "publish.before-bank",
        "open.unsealed",
    ],
)
def test_a_killed_publication_leaks_nothing_and_is_completed(tmp_path, name):
    pair = Pair(tmp_path)
    pair.jordan.read()
    scene = Scene(pair.jordan.node, "publish")
    _kill(scene, name)
    assert _leaks(pair.jordan) == []
    assert pair.pull().findings == []
    scene.again()
    assert _opened(pair.jordan) == _leaks(pair.jordan) == []
    assert pair.pull().findings == []
    assert values(pair.israel) == values(pair.jordan) == HERE
    assert len(pair.entries("release")) == 1


@pytest.mark.parametrize(
    "name", ["open.unsealed", "bank.before-late", "bank.after-late"]
)
def test_a_killed_pull_of_a_grant_is_completed(tmp_path, name):
    pair = Pair(tmp_path, parties=())
    pair.publish()
    pair.publish(LEVELS.replace("-214.87", "-214.9"), "misread")
    pair.pull()
    keys = read_keys(pair.jordan.node, "")
    first, second = (one.entry.references() and one.index for one in _released(pair))
    grant_releases(pair.jordan.node, keys, [second], "israel")
    pair.pull()
    grant_releases(pair.jordan.node, keys, [first], "israel")
    scene = Scene(pair.israel.node, "pull", (pair.jordan.node.public,))
    _kill(scene, name)
    bring_up_to_date(pair.israel.node)
    assert values(pair.israel) == [-214.9, -215.0, -214.5]
    scene.again()
    assert values(pair.israel) == [-214.9, -215.0, -214.5]
    assert _opened(pair.israel) == _leaks(pair.israel) == []
    assert verify_node(pair.israel.node, quiet).findings == []


def _released(pair):
    return pair.entries("release") + pair.entries("revise")


def test_plaintext_left_by_a_kill_is_removed_by_the_next_command(tmp_path):
    pair = Pair(tmp_path)
    pair.publish()
    _kill(Scene(pair.israel.node, "pull", (pair.jordan.node.public,)), "open.unsealed")
    assert _opened(pair.israel)
    assert pair.israel.node.opened.stat().st_mode & 0o777 == 0o700
    act(pair.israel.node, "rebuild")
    assert _opened(pair.israel) == []


@pytest.mark.parametrize("name", ["observations", "keys"])
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.unlink(), "missing-blob"),
        (lambda path: path.write_bytes(path.read_bytes()[:-20]), "corrupt-blob"),
    ],
)
def test_what_is_lost_or_cut_short_is_named_and_comes_later(
    tmp_path, name, damage, told
):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    path = pair.blob(release, name)
    kept = path.read_bytes()
    damage(path)
    (finding, *_) = pair.pull().findings
    assert (finding.name, finding.index) in ((told, release), (told, release - 2))
    assert values(pair.israel) is None
    path.write_bytes(kept)
    pair.pull()
    assert values(pair.israel) == HERE


def test_whoever_may_not_read_still_misses_what_is_lost(tmp_path):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    pair.blob(release, "observations").unlink()
    (finding,) = pair.pull(pair.lebanon).findings
    assert (finding.name, finding.index) == ("missing-blob", release)


def test_keys_of_another_release_open_nothing_and_name_the_entry(tmp_path):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    body = dict(pair.entries()[release].entry.body)
    other = generate_release_key()
    bound = {"dataset": "levels", "log": "waternet/jordan", "to": ["israel", "jordan"]}
    blob = lock_key(other, bound, recipients(pair, "israel", "jordan"))
    body["sealed"] = {**body["sealed"], "keys": reference(blob, 2)}
    pair.say("release", body, blobs=[blob])
    found = {one.index: one.name for one in pair.pull().findings}
    assert found == {release + 1: "unreadable-blob"}
    assert values(pair.israel) == HERE


def test_keys_bound_to_another_dataset_are_a_replayed_consent(tmp_path):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    body = dict(pair.entries()[release].entry.body, dataset="other")
    pair.say("release", body)
    found = {one.index: one.name for one in pair.pull().findings}
    assert found == {release + 1: "replayed-consent"}


def test_a_file_that_is_another_than_it_says_inside_is_unreadable(tmp_path):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    body = dict(pair.entries()[release].entry.body)
    key, sink = generate_release_key(), io.BytesIO()
    seal(b"no Parquet at all", sink, key, count=5)
    bound = {"dataset": "levels", "log": "waternet/jordan", "to": ["israel", "jordan"]}
    keys = lock_key(key, bound, recipients(pair, "israel", "jordan"))
    figures = {**reference(sink.getvalue(), 5), "rows": 5}
    del figures["count"]
    body |= {"observations": figures}
    body["sealed"] = {**body["sealed"], "keys": reference(keys, 2)}
    pair.say("release", body, blobs=[sink.getvalue(), keys])
    found = {one.index: one.name for one in pair.pull().findings}
    assert found == {release + 1: "unreadable-blob"}


def test_a_reader_whose_key_is_lost_is_told_and_helped_by_a_grant(tmp_path):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    key = pair.israel.node.key("recipient")
    kept = key.read_text()
    write_secret(key, generate_release_key(), "")
    names = {one.name for one in pair.pull().findings}
    assert names == {"unreadable-blob"}
    assert f"entry {release} " in " ".join(_findings(pair.israel))
    assert "ask the owner for a grant to the recipient" in _findings(pair.israel)[0]
    write_secret(key, kept, "")
    keys = read_keys(pair.jordan.node, "")
    grant_releases(pair.jordan.node, keys, [release], "israel")
    pair.pull()
    assert values(pair.israel) == HERE
    assert _findings(pair.israel) == []


def _replays(pair, reader=None):
    pulled = pair.pull(reader)
    assert {one.name for one in pulled.findings} <= {"replayed-consent"}
    return [str(one) for one in pulled.findings]


def test_the_same_grant_twice_is_a_replay(tmp_path):
    pair, body = granted(tmp_path)
    pair.say("grant", body)
    (told,) = _replays(pair)
    assert "an earlier grant has the same nonce" in told
    (kept,) = pair.israel.node.evidence.glob("jordan-replayed-consent-entry-*")
    assert kept.read_bytes() == pair.entries("grant")[1].signed
    assert values(pair.israel) == HERE


def test_a_nonce_seen_in_an_earlier_pull_is_remembered(tmp_path):
    pair, body = granted(tmp_path)
    pair.pull()
    pair.say("grant", body)
    (told,) = _replays(pair)
    assert "same nonce" in told


def test_the_key_of_a_grant_is_good_for_no_other_party(tmp_path):
    pair, body = granted(tmp_path)
    pair.say("grant", {**body, "to": "lebanon", "nonce": "0" * 32})
    pulled = pair.pull(pair.lebanon)
    # Its own key does not even open it; Israel's would, and the words would differ.
    assert {one.name for one in pulled.findings} == {"unreadable-blob"}
    assert values(pair.lebanon) is None


def test_the_key_of_a_grant_is_good_for_no_other_release(tmp_path):
    pair, body = granted(tmp_path)
    second = pair.publish(LEVELS + "W1,2015-04-01,-214\n")[-1].entry
    pair.say("grant", {**body, "release": second, "nonce": "0" * 32})
    told = _replays(pair)
    assert len(told) == 1
    assert "the entry says" in told[0]
    assert values(pair.israel) == HERE


def test_a_grant_with_a_later_end_than_its_key_is_a_replay(tmp_path):
    pair, body = granted(tmp_path)
    pair.say("grant", {**body, "until": LATER, "nonce": "0" * 32})
    (told,) = _replays(pair)
    assert "replayed-consent" in told


def test_a_grant_that_ran_out_opens_nothing(tmp_path):
    pair = Pair(tmp_path, parties=())
    release = pair.publish()[-1].entry
    keys = read_keys(pair.jordan.node, "")
    past = "2001-01-01T00:00:00Z"
    grant_releases(pair.jordan.node, keys, [release], "israel", past)
    assert _replays(pair) == _replays(pair, pair.lebanon) == []
    assert list(pair.israel.node.evidence.glob("*")) == []
    assert values(pair.israel) is None


def test_a_rebuild_after_the_end_of_a_grant_keeps_what_was_taken_and_accuses_nobody(
    tmp_path, monkeypatch
):
    pair = Pair(tmp_path, parties=())
    release = pair.publish()[-1].entry
    keys = read_keys(pair.jordan.node, "")
    grant_releases(pair.jordan.node, keys, [release], "israel", LATER)
    pair.pull()
    monkeypatch.setattr(opening, "datetime", _In2100)
    assert rebuild_bank(pair.israel.node, quiet)["findings"] == []
    assert values(pair.israel) == HERE


class _In2100(datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2100, 1, 1, tzinfo=tz)


def test_a_grant_for_what_is_not_restricted_is_a_replay(tmp_path):
    pair, body = granted(tmp_path)
    pair.say("grant", {**body, "release": 0, "nonce": "0" * 32})
    pair.say("grant", {**body, "release": 99, "nonce": "1" * 32})
    pair.say("grant", {**body, "dataset": "rain", "nonce": "2" * 32})
    told = _replays(pair)
    assert len(told) == 3
    assert "is no release that is restricted" in told[0]
    assert "is no release that is restricted" in told[1]
    assert "it is for 'rain'" in told[2]


def test_a_grant_that_answers_what_was_never_asked_is_a_replay(tmp_path):
    pair, body = granted(tmp_path)
    asked = {"party": "israel", "entry": 0, "sha256": "0" * 64}
    pair.say("grant", {**body, "request": asked, "nonce": "0" * 32})
    other = {**asked, "party": "lebanon"}
    pair.say("grant", {**body, "request": other, "nonce": "1" * 32})
    told = _replays(pair)
    assert "never made that request" in told[0]
    assert "a request of another party" in told[1]


def test_a_grant_copied_into_another_log_is_refused(tmp_path):
    pair, body = granted(tmp_path)
    israel = pair.israel.node
    copied = pair.jordan.node.public / blob_path(body["keys"]["sha256"])
    keys = read_keys(israel, "")
    with israel.writing():
        staged = stage_blobs(israel)
        shutil.copyfile(copied, staged / copied.name)
        entry = Entry(
            "grant", "waternet/israel", "israel", "2026-11-22T08:00:00Z", body
        )
        append_entries(israel, [sign_entry(entry, keys.steward)], keys.log)
    pulled = pull_folder(pair.lebanon.node, israel.public, quiet)
    assert [one.name for one in pulled.findings] == ["replayed-consent"]


def test_an_opening_with_another_key_is_named(tmp_path):
    pair, body = granted(tmp_path)
    wrong = {"release": body["release"], "key": generate_release_key()}
    pair.pull(pair.lebanon)
    pair.say("open", {"dataset": "levels", "releases": [wrong]})
    names = {(one.name, one.index) for one in pair.pull(pair.lebanon).findings}
    assert names == {("unreadable-blob", pair.entries("open")[0].index)}
    assert values(pair.lebanon) is None


def test_a_false_opening_takes_nothing_from_a_reader_and_is_named(tmp_path):
    pair = Pair(tmp_path)
    release = pair.publish()[-1].entry
    pair.pull()
    wrong = {"release": release, "key": generate_release_key()}
    pair.say("open", {"dataset": "levels", "releases": [wrong]})
    (opened,) = pair.entries("open")
    (finding,) = pair.pull().findings
    assert (finding.name, finding.index) == ("unreadable-blob", opened.index)
    assert f"does not open release {release}" in str(finding)
    assert values(pair.israel) == HERE
    (again,) = rebuild_bank(pair.israel.node, quiet)["findings"]
    assert str(finding) in again
    assert values(pair.israel) == HERE


def test_a_true_opening_after_a_false_one_still_opens(tmp_path):
    pair, body = granted(tmp_path)
    release = body["release"]
    for key in (generate_release_key(), _release_key(pair, release)):
        opened = {"release": release, "key": key}
        pair.say("open", {"dataset": "levels", "releases": [opened]})
    found = {one.index for one in pair.pull(pair.lebanon).findings}
    assert found == {pair.entries("open")[0].index}
    assert values(pair.lebanon) == HERE


def test_a_later_grant_with_a_false_key_takes_nothing_and_is_named(tmp_path):
    pair, body = granted(tmp_path)
    pair.pull()
    bound = {name: body[name] for name in ("dataset", "release")}
    bound |= {"log": "waternet/jordan", "nonce": "0" * 32, "to": ["israel"]}
    blob = lock_key(generate_release_key(), bound, recipients(pair, "israel"))
    keys = reference(blob, 1)
    pair.say("grant", {**body, "nonce": "0" * 32, "keys": keys}, blobs=[blob])
    (finding,) = pair.pull().findings
    false = pair.entries("grant")[1].index
    assert (finding.name, finding.index) == ("unreadable-blob", false)
    assert values(pair.israel) == HERE
    rebuild_bank(pair.israel.node, quiet)
    assert values(pair.israel) == HERE


def test_what_is_lost_here_does_not_make_an_opening_false(tmp_path):
    pair, body = granted(tmp_path)
    release = body["release"]
    opened = {"release": release, "key": _release_key(pair, release)}
    pair.say("open", {"dataset": "levels", "releases": [opened]})
    path = pair.blob(release, "observations")
    path.write_bytes(path.read_bytes()[:-20])
    found = {one.index for one in pair.pull(pair.lebanon).findings}
    assert pair.entries("open")[0].index not in found


def test_a_false_opening_takes_nothing_from_a_reader_by_grant(tmp_path):
    pair, body = granted(tmp_path)
    pair.pull()
    wrong = {"release": body["release"], "key": generate_release_key()}
    pair.say("open", {"dataset": "levels", "releases": [wrong]})
    (finding,) = pair.pull().findings
    assert finding.index == pair.entries("open")[0].index
    assert values(pair.israel) == HERE
    rebuild_bank(pair.israel.node, quiet)
    assert values(pair.israel) == HERE


def _release_key(pair, release):
    return own_release_keys(pair.jordan.node, [release])[release]


def test_withdrawn_and_removed_figures_are_named_as_such(tmp_path):
    pair, body = granted(tmp_path)
    keys = read_keys(pair.jordan.node, "")
    publish_withdrawal(pair.jordan.node, keys, body["release"], "wrong")
    pair.blob(body["release"], "observations").unlink()
    assert pair.pull().findings == []
    assert any("withdrawn-blob" in text for text in _findings(pair.israel))


def test_the_owner_without_its_own_key_cannot_read_what_it_restricted(tmp_path):
    pair = Pair(tmp_path)
    pair.publish()
    pair.jordan.node.key("recipient").unlink()
    findings = rebuild_bank(pair.jordan.node, quiet)["findings"]
    assert any("unreadable-blob" in text for text in findings)
    assert values(pair.jordan) is None
    pair.jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    publish_pending(pair.jordan.node, read_keys(pair.jordan.node, ""), "", quiet)
