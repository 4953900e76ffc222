"""Commands about acts, delegates and seats, as they are typed."""

import pytest
from delegations import make_delegations, plain_charter

from waternet.bank.seal import reading_bank
from waternet.node.acting import Asked, Doing, draw_up, sign_line
from waternet.node.credentials import own_key
from waternet.node.handed_acts import hand_in

PASSPHRASE = "WATERNET_DELEGATE_PASSPHRASE"


@pytest.fixture
def made(tmp_path):
    made = make_delegations(tmp_path, "jordan")
    made.found()
    return made


def handed(made):
    """Let an act wait at the node."""
    node = made.nodes["jordan"]
    told = {"body": "water", "titles": {"en": "A map"}, "owner": "jordan"}
    doing = Doing("task.set", "map", {**told, "due": "2027-06-30"})
    with reading_bank(node.bank) as bank:
        line = draw_up(node, bank, Asked(delegate="envoy"), lambda _state: doing)
        act, note = sign_line(line, own_key(node, "envoy", ""))
        hand_in(node, bank, note, "rana")
    return act


def test_what_waits_is_listed_entered_or_dropped(made, typed):
    node = made.nodes["jordan"].folder
    assert typed("act", "waiting", node=node).out == "nothing waits\n"
    act = handed(made)
    assert f"{act.id[:16]}: task.set map, by envoy" in typed("act", "waiting").out
    (row,) = typed("act", "waiting", "--json").json()
    assert (row["act"], row["sender"]) == (act.id, "rana")
    dropped = typed("act", "drop", act.id[:8], "--json").json()
    assert dropped == {"dropped": act.id}
    assert typed("act", "enter", act.id).code == 4


def test_a_delegates_key_has_a_passphrase_of_its_own(
    made, typed, tmp_path, monkeypatch
):
    node = made.nodes["jordan"].folder
    monkeypatch.setenv(PASSPHRASE, "of the delegate")
    words = ("credential", "key", tmp_path / "keys", "dana", "--party", "jordan")
    vkey = typed(*words, "--json", node=node).json()["vkey"]
    path = tmp_path / "keys" / "dana.key"
    assert path.read_bytes().startswith(b"age-encryption.org")
    assert path.stat().st_mode & 0o777 == 0o600
    again = typed(*words)
    assert (again.code, "never overwritten" in again.err) == (7, True)
    given = typed("credential", "give", "dana", "--name", "en=Dana", "--vkey", vkey)
    assert given.code == 0, given.err
    rows = typed("credential", "list", "--party", "jordan", "--json").json()
    assert {one["delegate"]: one["vkey"] for one in rows}["dana"] == vkey
    task = ("task", "set", "map", "--body", "water", "--owner", "jordan")
    draft = ("--due", "2027-06-30", "--title", "en=A map", "--delegate", "dana")
    drawn, signed = tmp_path / "map.act", tmp_path / "map.signed"
    assert typed(*task, *draft, "--draft", drawn).code == 0
    sign = ("act", "sign", drawn, "--key", path, "-o", signed)
    monkeypatch.setenv(PASSPHRASE, "another")
    assert typed(*sign).code == 5
    monkeypatch.setenv(PASSPHRASE, "of the delegate")
    assert typed(*sign).code == 0
    assert typed("act", "enter", signed).code == 0
    revoked = typed("credential", "revoke", "dana", "--reason", "another post")
    assert revoked.code == 0
    done = typed("act", "enter", signed)
    assert (done.code, "replayed-act" in done.err) == (8, True)


def test_which_delegate_acts_is_asked_where_several_could(made, typed):
    node = made.nodes["jordan"].folder
    give = ("credential", "give", "rana", "--name", "en=Rana", "--plain-key")
    assert typed(*give, node=node).code == 0
    found = typed("charter", "consent")
    assert (found.code, "--delegate: envoy, rana" in found.err) == (5, True)
    lost = typed("charter", "consent", "--delegate", "nobody")
    assert (lost.code, "--draft FILE" in lost.err) == (4, True)


def test_an_act_without_a_document_has_none_to_read(made, typed, tmp_path):
    node = made.nodes["jordan"].folder
    act = made.state("jordan").charter_id
    words = ("act", "document", act[:8], "-o", tmp_path / "paper")
    assert typed(*words, node=node).code == 4
    assert not (tmp_path / "paper").exists()


def test_without_notices_toml_nobody_is_told(made, typed):
    found = typed("group", "notify", node=made.nodes["jordan"].folder)
    assert (found.code, "nobody is told" in found.err) == (4, True)


def test_without_a_member_ones_own_consent_to_a_charter_is_taken_back(tmp_path, typed):
    made = make_delegations(tmp_path, "israel", "jordan")
    made.found()
    told = {**plain_charter("israel", "jordan"), "titles": {"en": "Basin and coast"}}
    proposal = made.act("israel", "charter.propose", "charter", {"charter": told}).act
    made.pull()
    words = ("charter", "consent", "--json")
    given = {}
    for party in ("israel", "jordan"):
        done = typed(*words, node=made.nodes[party].folder)
        assert done.code == 0, done.err
        given[party] = done.json()["act"]
        made.pull()
    back = ("charter", "dissent", "--reason", "no more", "--json")
    done = typed(*back, node=made.nodes["israel"].folder)
    assert done.code == 0, done.err
    state = made.state("israel")
    assert state.taken[done.json()["act"]].act.on[-1] == given["israel"]
    assert proposal.id in state.taken


def test_a_mistyped_act_says_what_to_mend_and_enters_nothing(made, typed):
    node = made.nodes["jordan"].folder
    words = ("session", "call", "third", "--title", "en=Third", "--title", "ar=ثالثة")
    words = (*words, "--title", "he=שלישית", "--from", "2027-06-02")
    unknown = typed(*words, "--body", "watre", node=node)
    assert "the charter has no body 'watre': there is water" in unknown.err
    assert "mend that and do it again: nothing was entered" in unknown.err
    turned = typed(*words, "--body", "water", "--to", "2027-06-01")
    assert "it ends before" in turned.err
    assert "mend that" in turned.err
    plain = typed("session", "call", "third", "--title", "Third", "--body", "water")
    assert "--title 'Third' does not say which language it is" in plain.err
