"""What a delegate does about charters: which consents count, whose is taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from acting import Group, charter

from waternet.errors import NotFound
from waternet.node.charters import adoption_of, dissent_from
from waternet.workinggroup.charter_form import read_charter


@pytest.fixture
def proposed():
    """Return a group in which another charter is proposed, and its consents."""
    group = Group(now=datetime.now(UTC) - timedelta(days=2))
    group.found()
    told = charter(titles={"en": "Basin and coast"})
    proposal = group.act(
        "jordan", "charter.propose", "charter", {"charter": told}, [group.charter]
    )
    consent = group.consent(read_charter(told).sha256)
    named = [group.charter, proposal]
    given = {
        party: group.act(party, "charter.consent", "charter", consent, named)
        for party in ("israel", "jordan", "palestine")
    }
    return group, proposal, given


def test_nobody_takes_back_the_consent_of_another(proposed):
    group, proposal, given = proposed
    named = [group.charter, proposal, given["jordan"], given["israel"]]
    group.act("jordan", "charter.dissent", "charter", {"reason": "no"}, named)
    assert group.refused() == []
    counted = adoption_of(group.fold(), "").on
    assert counted == (proposal, given["israel"], given["palestine"])


def test_a_dissent_names_the_consent_of_its_own_member(proposed):
    group, proposal, given = proposed
    doing = dissent_from(group.fold(), "", "israel", "no more")
    assert doing.on == (proposal, given["israel"])
    with pytest.raises(NotFound, match="'atlas' has not consented"):
        dissent_from(group.fold(), "", "atlas", "no more")
