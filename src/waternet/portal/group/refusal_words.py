"""Why an act does not count, and what to do then, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from waternet.portal.language.language import Language
from waternet.portal.proof.words import Advice

__all__ = ["refusal_words"]


def refusal_words(language: Language) -> Mapping[str, Advice]:
    """Return each name of `refusal.NEXT_STEP` in words."""
    return {
        **_about_signing(language),
        **_about_building(language),
        **_about_rights(language),
        **_about_consent(language),
    }


def _about_signing(language: Language) -> Mapping[str, Advice]:
    gettext = language.gettext
    return {
        "unreadable-act": Advice(
            gettext("It is not an act that this version can read."),
            gettext("Read it with a later version, or ask the party what it says."),
        ),
        "bad-act-signature": Advice(
            gettext("The delegate's key did not sign it."),
            gettext("Ask the delegate to sign it anew."),
        ),
        "no-credential": Advice(
            gettext("No credential of that party is for that delegate."),
            gettext("Ask the party's steward for a credential."),
        ),
        "credential-ended": Advice(
            gettext("The credential had ended, or was taken back."),
            gettext("Ask the party's steward for a new credential."),
        ),
        "excluded-office": Advice(
            gettext("The delegate holds an office that the parties excluded."),
            gettext("Ask the party to send another delegate."),
        ),
        "act-of-another-party": Advice(
            gettext("It stands in another party's record than it was signed for."),
            gettext("Keep it, and ask both parties."),
        ),
        "act-of-another-group": Advice(
            gettext("It was signed for another group."),
            gettext("Sign it anew for this group."),
        ),
        "replayed-act": Advice(
            gettext("It was entered once more: only the first time counts."),
            gettext("Nothing has to be done: the first one counts."),
        ),
        "back-dated": Advice(
            gettext("It claims an earlier day than it can have been done on."),
            gettext("Sign it anew with the day on which it is done."),
        ),
    }


def _about_building(language: Language) -> Mapping[str, Advice]:
    gettext = language.gettext
    return {
        "unknown-act": Advice(
            gettext("It builds on an act that is not here yet."),
            gettext("Pull from the others; it counts once what it builds on is here."),
        ),
        "builds-on-refused": Advice(
            gettext("It builds on an act that does not count."),
            gettext("Do it anew on what counts."),
        ),
        "unknown-charter": Advice(
            gettext("It names a charter that was never adopted."),
            gettext("Do it anew under the charter that stands."),
        ),
        "superseded-charter": Advice(
            gettext("A newer charter stood when it was entered."),
            gettext("Do it anew under the charter that stands."),
        ),
        "not-open": Advice(
            gettext("The thing is not in a state in which this can be done."),
            gettext("Look at how the thing stands, and begin from there."),
        ),
        "unmet-condition": Advice(
            gettext("What it depends on has not been done."),
            gettext("Do first what it depends on, and name it."),
        ),
        "linkage": Advice(
            gettext("The charter does not let this track block that stage."),
            gettext("Object in words, or change the charter."),
        ),
        "blocked": Advice(
            gettext("A block by the charter's rule of linkage stands."),
            gettext("Ask the member to lift the block."),
        ),
        "two-chairs": Advice(
            gettext("Another one holds the gavel."),
            gettext("Those who hold the gavel agree who chairs."),
        ),
    }


def _about_rights(language: Language) -> Mapping[str, Advice]:
    gettext = language.gettext
    return {
        "not-a-member": Advice(
            gettext("The party is no member of the group."),
            gettext("Propose a charter with that member."),
        ),
        "not-entitled": Advice(
            gettext("The member's role does not give that right in that body."),
            gettext("Ask a member who has that right in that body."),
        ),
        "below-level": Advice(
            gettext("The delegate's rank is lower than the body demands."),
            gettext("Ask for a delegate of the rank that the body demands."),
        ),
    }


def _about_consent(language: Language) -> Mapping[str, Advice]:
    gettext = language.gettext
    return {
        "no-consensus": Advice(
            gettext("A consent that the charter demands is not there."),
            gettext("Wait for the consents that are missing, and name each."),
        ),
        "consent-not-to-this": Advice(
            gettext("A consent was given to other bytes."),
            gettext("Ask for consent to the text as it is now."),
        ),
        "consent-expired": Advice(
            gettext("A consent had run out before the adoption."),
            gettext("Ask the party to consent anew."),
        ),
        "consent-withdrawn": Advice(
            gettext("A consent had been taken back before the adoption."),
            gettext("Ask the party to consent anew."),
        ),
        "standing-objection": Advice(
            gettext("An objection stands that was there before the adoption."),
            gettext("Meet what it demands, or ask the party to lift it."),
        ),
        "before-deadline": Advice(
            gettext("The time for objections was not over."),
            gettext("Wait until the time for objections is over."),
        ),
    }
