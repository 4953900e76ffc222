"""Making a node, and what it never overwrites."""

import pytest
from parties import make_party

from waternet.errors import Conflict, NotAcceptable
from waternet.node.folder import create_node, read_profile


@pytest.mark.parametrize("lost", [(), ("node.toml",), ("node.toml", "state.sqlite")])
def test_the_keys_of_a_node_with_a_record_are_never_overwritten(tmp_path, lost):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    keys = [party.node.key(role).read_bytes() for role in ("steward", "log")]
    for name in lost:
        (party.node.folder / name).unlink()
    with pytest.raises(Conflict):
        create_node(party.node.folder, party.node.profile, "")
    assert [party.node.key(role).read_bytes() for role in ("steward", "log")] == keys


def test_a_making_that_was_stopped_may_be_started_over(tmp_path):
    party = make_party(tmp_path)
    (party.node.folder / "node.toml").unlink()  # it is written last
    again = create_node(party.node.folder, party.node.profile, "")
    assert again.cards()["jordan"].party == "jordan"


@pytest.mark.parametrize(
    "text",
    [
        'party = "a"\nnames = "x"',
        'party = "a"\nnames = {en = 5}',
        'party = "a"\norigin = 5\nnames = {en = "x"}',
        'party = 5\nnames = {en = "x"}',
        'party = "a"\nnames = {en = "x"}\ndatasets = {a = 1}',
        'party = "a"\nnames = {en = "x"}\n[[datasets]]\nid = 5\nlicence = "x"\n'
        'attribution = "x"',
        'party = "a"\nnames = {en = "x"}\n[[datasets]]\nid = "l"\nlicence = 5\n'
        'attribution = "x"',
        'party = "a"\nnames = {en = "x"}\n[[datasets]]\nid = "l"\nlicence = "x"\n'
        'attribution = "x"\nnames = "x"',
    ],
)
def test_a_profile_with_a_wrong_field_is_refused_before_anything_is_made(
    tmp_path, text
):
    (tmp_path / "party.toml").write_text(text)
    with pytest.raises(NotAcceptable, match=r"party\.toml"):
        read_profile(tmp_path / "party.toml")
