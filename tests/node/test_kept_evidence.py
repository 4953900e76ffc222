"""Evidence that a node keeps, and which of it anybody may take away and check."""

import pytest
from parties import make_party

from waternet.errors import NotFound
from waternet.exchange.evidence import fork_evidence, read_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.verdict import Trusted, verify_evidence
from waternet.node.evidence import find_evidence, keep_evidence, list_evidence
from waternet.record.checkpoint import Checkpoint, sign_checkpoint


@pytest.fixture
def jordan(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    return party


def _forked(party) -> bytes:
    """Return evidence that the party's log signed two heads of three entries."""
    head = party.node.state.head("jordan").checkpoint
    other = Checkpoint("waternet/jordan", 3, bytes(32))
    heads = (head, sign_checkpoint(other, party.log_signer))
    return fork_evidence(heads, ()).to_bytes()


def _keep(party, **evidence: bytes) -> None:
    told = Finding("forked-log", "two heads", party="jordan", evidence=evidence)
    keep_evidence(party.node, told)


def test_evidence_that_holds_is_listed_and_a_stranger_can_check_it(jordan):
    _keep(jordan, evidence=_forked(jordan))
    (kept,) = list_evidence(jordan.node)
    assert (kept.verdict.finding, kept.verdict.about) == ("forked-log", "jordan")
    assert find_evidence(jordan.node, kept.digest).written == kept.written
    card = jordan.node.cards()["jordan"]
    again = verify_evidence(read_evidence(kept.written), Trusted([card]))
    assert again.finding == "forked-log"


def test_what_proves_nothing_to_a_stranger_is_not_given_out(jordan):
    head = jordan.node.state.head("jordan").checkpoint
    _keep(jordan, checkpoint=head, evidence=b"waternet-evidence/v1\nfinding x\n")
    assert list_evidence(jordan.node) == []


def test_an_altered_file_is_not_given_out(jordan):
    _keep(jordan, evidence=_forked(jordan))
    (path,) = jordan.node.evidence.iterdir()
    (kept,) = list_evidence(jordan.node)
    path.write_bytes(path.read_bytes() + b"# more\n")
    assert list_evidence(jordan.node) == []
    with pytest.raises(NotFound):
        find_evidence(jordan.node, kept.digest)


@pytest.mark.parametrize("digest", ["", "..", "*", "0" * 12, "0" * 64])
def test_no_other_file_is_reached(jordan, digest):
    _keep(jordan, evidence=_forked(jordan))
    with pytest.raises(NotFound):
        find_evidence(jordan.node, digest)
