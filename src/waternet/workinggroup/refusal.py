"""Why an act does not count: each refusal has a name, and none is silent.

======================  =====================================================
name                    what it means
======================  =====================================================
unreadable-act          it is not an act that this version can read
bad-act-signature       the delegate's key did not sign it
no-credential           no credential of that party is for that delegate
credential-ended        the credential had ended, or was taken back
excluded-office         the delegate holds an office that the parties excluded
act-of-another-party    it stands in another party's log than it was signed for
act-of-another-group    it was signed for another group
replayed-act            it was entered once more: only the first time counts
back-dated              it claims an earlier day than it can have been done on
unknown-act             it builds on an act that is not here (yet)
builds-on-refused       it builds on an act that does not count
unknown-charter         it names a charter that was never adopted
superseded-charter      a newer charter stood when it was entered
not-a-member            the party is no member of the group
not-entitled            the member's role does not give that right in that body
below-level             the delegate's rank is lower than the body demands
no-consensus            a consent that the charter demands is not there
consent-not-to-this     a consent was given to other bytes
consent-expired         a consent had run out before the adoption
consent-withdrawn       a consent had been taken back before the adoption
standing-objection      an objection stands that was there before the adoption
before-deadline         the time for objections was not over
not-open                the thing is not in a state in which this can be done
unmet-condition         what it depends on has not been done
linkage                 the charter does not let this track block that stage
blocked                 a block by the charter's rule of linkage stands
two-chairs              another one holds the gavel
======================  =====================================================

docs/reference/working-group.md tells what to do about each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waternet.errors import NotAgreed

__all__ = ["NEXT_STEP", "Refusal", "Refused"]

NEXT_STEP = {
    "unreadable-act": "read it with a later version, or ask the party what it says",
    "bad-act-signature": "ask the delegate to sign it anew",
    "no-credential": "ask the party's steward for a credential: waternet credential",
    "credential-ended": "ask the party's steward for a new credential",
    "excluded-office": "ask the party to send another delegate",
    "act-of-another-party": "keep it, and ask both parties",
    "act-of-another-group": "sign it anew for this group",
    "replayed-act": "nothing: the first one counts",
    "back-dated": "sign it anew with the day on which it is done",
    "unknown-act": "pull from the others; it counts once what it builds on is here",
    "builds-on-refused": "do it anew on what counts",
    "unknown-charter": "do it anew under the charter that stands",
    "superseded-charter": "do it anew under the charter that stands",
    "not-a-member": "propose a charter with that member",
    "not-entitled": "ask a member who has that right in that body",
    "below-level": "ask for a delegate of the rank that the body demands",
    "no-consensus": "wait for the consents that are missing, and name each",
    "consent-not-to-this": "ask for consent to the text as it is now",
    "consent-expired": "ask the party to consent anew",
    "consent-withdrawn": "ask the party to consent anew",
    "standing-objection": "meet what it demands, or ask the party to lift it",
    "before-deadline": "wait until the time for objections is over",
    "not-open": "look at the state of the thing, and begin from there",
    "unmet-condition": "do first what it depends on, and name it",
    "linkage": "object in words, or change the charter",
    "blocked": "ask the member to lift the block",
    "two-chairs": "the gavel-holders agree who chairs",
}


class Refused(NotAgreed):
    """An act does not count.

    Parameters
    ----------
    name : str
        One of `NEXT_STEP`.
    message : str
        In plain words: what was expected, what came.
    hint : str
        The next step of whoever acts; '' for that of whoever reads the record.

    Examples
    --------
    >>> Refused("back-dated", "signed in May, dated April").hint
    'sign it anew with the day on which it is done'
    """

    def __init__(self, name: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{name}: {message}", hint=hint or NEXT_STEP[name])
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that does not count, and why.

    Attributes
    ----------
    name : str
        One of `NEXT_STEP`.
    message : str
    party : str
        In whose log it stands.
    index : int
    act : str
        Its id; '' where it could not be read.
    """

    name: str
    message: str
    party: str
    index: int
    act: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "refusal": self.name,
            "message": self.message,
            "next_step": NEXT_STEP[self.name],
            "party": self.party,
            "entry": self.index,
            "act": self.act,
        }
