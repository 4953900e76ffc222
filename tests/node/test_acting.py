"""Acts at a node: judged before they are signed into the log, built on what stands."""

import pytest
from delegations import make_delegations

from waternet.bank.seal import reading_bank
from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node.acting import (
    Asked,
    Doing,
    draw_up,
    enter_act,
    perform,
    sign_line,
)
from waternet.node.credentials import own_key, revoke_credential
from waternet.node.groups import find_group
from waternet.node.publish import read_keys
from waternet.workinggroup.refusal import Refused


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """Return two parties whose group has a charter."""
    made = make_delegations(tmp_path_factory.mktemp("group"), "israel", "jordan")
    made.found()
    return made


def size(node):
    return node.state.head(node.party).size


def test_both_nodes_have_the_same_state_of_a_group_that_was_founded(founded) -> None:
    there, here = founded.state("israel"), founded.state("jordan")
    assert there.charter_id
    assert there.refusals == ()
    assert there.sha256 == here.sha256


def test_who_consents_to_a_charter_says_what_was_seen(founded) -> None:
    """So whoever adopts it cannot pass over what they had seen: see `Succession`."""
    taken = founded.state("israel").taken.values()
    given = [one.act.body for one in taken if one.act.verb == "charter.consent"]
    assert len(given) == 2
    assert all({"israel", "jordan"} & one["seen"].keys() for one in given)


def test_an_act_that_would_not_count_is_not_entered(founded) -> None:
    node = founded.nodes["jordan"]
    before = size(node)
    consent = {"to": "0" * 64, "expires": "2099-01-01"}
    group = founded.state("jordan").group
    with pytest.raises(Refused, match="consent-not-to-this"):
        founded.act("jordan", "charter.consent", "charter", consent, [group])
    assert size(node) == before


def test_a_form_that_is_not_as_it_must_be_is_not_signed(founded) -> None:
    with pytest.raises(NotAcceptable, match="expires"):
        founded.act("jordan", "charter.consent", "charter", {"to": "0" * 64})


def test_what_was_never_begun_is_not_found(founded) -> None:
    with pytest.raises(NotFound, match="elsewhere"):
        founded.act("jordan", "charter.dissent", "elsewhere", {"reason": "why"})


def test_an_act_drawn_up_here_is_signed_elsewhere_and_entered(founded) -> None:
    node, there = founded.nodes["jordan"], founded.state("jordan")
    to = there.charter.sha256
    body = {"to": to, "expires": "2099-01-01"}
    with reading_bank(node.bank) as bank:
        line = draw_up(
            node,
            bank,
            Asked(delegate="envoy"),
            lambda state: Doing("charter.consent", "charter", body, (state.group,)),
        )
    signed, note = sign_line(line, own_key(node, "envoy", ""))
    done = enter_act(node, read_keys(node, ""), note)
    assert done.act == signed
    assert done.act.id in founded.state("jordan").taken
    with pytest.raises(Refused, match="replayed-act"):
        enter_act(node, read_keys(node, ""), note)


def test_a_key_that_was_taken_back_enters_nothing(tmp_path) -> None:
    made = make_delegations(tmp_path, "jordan")
    made.found()
    node = made.nodes["jordan"]
    keys = read_keys(node, "")
    revoke_credential(node, keys, "envoy", "another post")
    state = made.state("jordan")
    body = {"to": state.charter.sha256, "expires": "2099-01-01"}
    asked = Asked(delegate="envoy")
    with pytest.raises(Refused, match="credential-ended"):
        perform(
            node,
            made.hands("jordan"),
            asked,
            lambda _state: Doing("charter.consent", "charter", body, (state.group,)),
        )
    with pytest.raises(NotFound, match="stands"):
        revoke_credential(node, keys, "envoy", "once more")


def test_a_group_is_found_by_its_name_or_eight_digits_of_its_id() -> None:
    groups = {"ab12" * 16: "basin", "cd34" * 16: "coast"}
    assert find_group(groups, "coast") == "cd34" * 16
    assert find_group(groups, "ab12ab12") == "ab12" * 16
    taken = {**groups, "ef56" * 16: "ab12" * 16, "ef78" * 16: "ab12ab12"}
    assert find_group(taken, "ab12" * 16) == "ab12" * 16
    assert find_group(taken, "ab12ab12") == "ab12" * 16
    with pytest.raises(NotFound):
        find_group(groups, "ab12")
    with pytest.raises(Conflict, match="2 groups"):
        find_group(groups, "")
