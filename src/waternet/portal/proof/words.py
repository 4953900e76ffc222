"""Kinds of entries, their fields, checks and findings in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from waternet.portal.language.language import Language

__all__ = [
    "Advice",
    "change_words",
    "check_words",
    "field_words",
    "finding_words",
    "kind_words",
]


class Advice(NamedTuple):
    """What a finding means, and what to do then."""

    means: str
    step: str


def kind_words(language: Language) -> Mapping[str, str]:
    """Return what an entry of each kind does, as a heading."""
    gettext = language.gettext
    return {
        "station": gettext("Describes places"),
        "terms": gettext("States the terms of a dataset"),
        "release": gettext("Publishes figures"),
        "revise": gettext("Corrects figures"),
        "withdraw": gettext("Withdraws a release"),
        "qc": gettext("Proposes quality rules"),
        "request": gettext("Asks for restricted figures"),
        "answer": gettext("Answers a request"),
        "grant": gettext("Lets a party read a release"),
        "open": gettext("Opens releases to everybody"),
        "undertaking": gettext("Signs an undertaking"),
        "schedule": gettext("Proposes a delivery schedule"),
        "joint-proposal": gettext("Proposes a joint total"),
        "joint-commitment": gettext("Commits to figures for a joint total"),
        "joint-total": gettext("States a joint total"),
        "swap-offer": gettext("Offers a release in exchange"),
        "swap-acceptance": gettext("Accepts an exchange"),
        "swap-deposit": gettext("Confirms what both sides deposited"),
        "swap-opening": gettext("Opens its side of an exchange"),
        "swap-share": gettext("Gives out deposited shares"),
        "key": gettext("Names a new key"),
        "registry": gettext("States which registry it holds"),
        "layer": gettext("Publishes a layer of the map"),
        "credential": gettext("Gives or takes back a delegate's credential"),
        "act": gettext("Enters an act of a working group"),
        "revoked": gettext("Signed by a key that counted no more"),
    }


def field_words(language: Language) -> Mapping[str, str]:
    """Return what each field of an entry is called."""
    return {
        **_named_fields(language),
        **_group_fields(language),
        **_blob_fields(language),
    }


def _named_fields(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "dataset": gettext("Dataset"),
        "title": gettext("Title"),
        "source": gettext("Source"),
        "reason": gettext("Reason"),
        "release": gettext("Release"),
        "from": gettext("From"),
        "to": gettext("To"),
        "until": gettext("Until"),
        "access": gettext("Who may read"),
        "licence": gettext("Licence"),
        "attribution": gettext("To be cited as"),
        "names": gettext("Names"),
        "about": gettext("About it"),
        "undertaking": gettext("Undertaking"),
        "parties": gettext("Parties"),
        "opens": gettext("Opens to everybody"),
        "interval": gettext("Interval"),
        "area": gettext("Area"),
        "least": gettext("At least so many places"),
        "rejected": gettext("Cells that could not be read"),
        "checks": gettext("Checks that were applied"),
        "personal": gettext("Columns with personal data"),
        "name": gettext("Name"),
        "version": gettext("Version"),
        "owner": gettext("Owner"),
        "purpose": gettext("Purpose"),
        "request": gettext("Request"),
        "answer": gettext("Answer"),
        "terms": gettext("Terms"),
        "who": gettext("Who"),
        "office": gettext("Office"),
        "statistic": gettext("Statistic"),
        "observed_property": gettext("Quantity"),
        "unit": gettext("Unit"),
        "decimals": gettext("Decimals"),
        "periods": gettext("Periods"),
        "percent": gettext("Percent of the disclosure rule"),
        "proposal": gettext("Proposal"),
        "commitments": gettext("Commitments"),
        "totals": gettext("Totals"),
        "withheld": gettext("Withheld"),
        "offer": gettext("Offer"),
        "acceptance": gettext("Acceptance"),
        "wanted": gettext("Wanted in return"),
        "counterpart": gettext("Counterpart"),
        "depositary": gettext("Depositary"),
        "accept_by": gettext("To be accepted by"),
        "open_by": gettext("To be opened by"),
        "role": gettext("Role of the key"),
        "vkey": gettext("Key"),
        "roles": gettext("Files of the registry"),
        "releases": gettext("Releases"),
    }


def _group_fields(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "delegate": gettext("Delegate"),
        "level": gettext("Level"),
        "offices": gettext("Offices"),
        "bodies": gettext("Bodies"),
        "group": gettext("Group"),
        "document": gettext("Document"),
    }


def _blob_fields(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "observations": gettext("Figures"),
        "datastreams": gettext("Datastreams"),
        "places": gettext("Places"),
        "keys": gettext("Release keys"),
        "findings": gettext("What the checks objected to"),
        "edits": gettext("What people changed"),
        "rules": gettext("Quality rules"),
        "deliveries": gettext("Deliveries"),
        "outlines": gettext("Outlines"),
        "shows": gettext("What it shows"),
        "input": gettext("File that was imported"),
        "recipe": gettext("Recipe that read it"),
        "sealed": gettext("Encrypted for"),
    }


def check_words(language: Language) -> Mapping[str, str]:
    """Return what was checked, as a statement that holds or does not."""
    gettext = language.gettext
    return {
        "head": gettext("The head of the record carries the record's signature"),
        "place": gettext("The entry stands in the record at its place"),
        "steward": gettext("The party's steward signed the entry"),
        "files": gettext("The files are those that the entry names, byte for byte"),
        "figure": gettext("The figure stands in the signed file as it is shown"),
        "since": gettext("No later entry that you may read says otherwise"),
        "cosignatures": gettext("Enough other parties cosigned the same record"),
    }


def change_words(language: Language) -> Mapping[str, str]:
    """Return what a release did to a figure."""
    pgettext = language.pgettext
    return {
        "published": pgettext("figure", "published"),
        "revised": pgettext("figure", "corrected"),
        "taken back": pgettext("figure", "taken back"),
        "withdrawn": pgettext("figure", "withdrawn"),
        "new": pgettext("figure", "new"),
        "changed": pgettext("figure", "changed"),
    }


def finding_words(language: Language) -> Mapping[str, Advice]:
    """Return each finding in words: what it means, and the next step."""
    return {**_about_logs(language), **_about_files(language)}


def _about_logs(language: Language) -> Mapping[str, Advice]:
    gettext = language.gettext
    return {
        "forked-log": Advice(
            gettext(
                "Two signed heads cannot both be true: the party told different "
                "readers different things."
            ),
            gettext("Keep the evidence file and show it to the other parties."),
        ),
        "rolled-back-log": Advice(
            gettext("The party itself shows less than it signed before."),
            gettext("Keep the evidence file and ask the party why."),
        ),
        "stale-mirror": Advice(
            gettext("The source shows less than was already seen."),
            gettext("Ask for a newer copy; if there is none, ask the party why."),
        ),
        "unknown-key": Advice(
            gettext("The head is not signed by a key on the party's card."),
            gettext("Ask the party for its card by another way, and compare."),
        ),
        "revoked-key": Advice(
            gettext("It is signed by a key of the party that counts no more there."),
            gettext("Ask the party to sign it with its present key."),
        ),
        "key-of-another-party": Advice(
            gettext("It is signed by the key of another party than it speaks for."),
            gettext("Keep the evidence file and ask both parties."),
        ),
        "bad-proof": Advice(
            gettext("A proof or a cosignature does not lead to what it names."),
            gettext("Ask for the proof again, from another source."),
        ),
        "altered-entry": Advice(
            gettext(
                "This copy of the record holds something else than was signed. The "
                "signed record itself is not in question; a disk or a person may have "
                "changed the copy."
            ),
            gettext(
                "Ask for the entry as it was signed, from the party or another mirror."
            ),
        ),
        "bad-signature": Advice(
            gettext("The steward's signature on an entry does not hold."),
            gettext("Ask the party's steward to sign the entry anew."),
        ),
        "unreadable-entry": Advice(
            gettext(
                "The steward signed an entry that this version of the program cannot "
                "read."
            ),
            gettext("Read it with a later version, or ask the party what it says."),
        ),
        "clock-far-off": Advice(
            gettext("A time in a signature lies in the future."),
            gettext("Compare the clocks of both nodes; the order of entries stands."),
        ),
        "quorum-not-met": Advice(
            gettext(
                "Fewer of the other parties than were agreed have said so far that "
                "they saw the same. This accuses nobody."
            ),
            gettext("Wait for those who have not signed, or ask them why."),
        ),
        "forked-registry": Advice(
            gettext("Two files of one version stand in the registry, both signed."),
            gettext("Keep the evidence and show it to the other parties."),
        ),
        "bad-registry": Advice(
            gettext("A file of the registry is none, or breaks its rules."),
            gettext("Take the registry from another party."),
        ),
        "restored-backup": Advice(
            gettext("This node knows less of its own record than its witnesses do."),
            gettext("Get the newest record from a mirror before you publish."),
        ),
    }


def _about_files(language: Language) -> Mapping[str, Advice]:
    gettext = language.gettext
    return {
        "missing-file": Advice(
            gettext("A file of the record is not there."),
            gettext("The copy is not whole: ask for it again."),
        ),
        "missing-blob": Advice(
            gettext("Figures, or what tells how they were judged, are not there."),
            gettext("Ask the party, or whoever mirrors it, for the file."),
        ),
        "corrupt-blob": Advice(
            gettext(
                "A file is not the one that was signed: this copy was changed or is "
                "damaged. It says nothing about the party."
            ),
            gettext(
                "Ask the party, or whoever mirrors it, for the file as it was signed."
            ),
        ),
        "unreadable-blob": Advice(
            gettext("A file is as it was signed, but does not hold what it should."),
            gettext("Ask the party to withdraw the entry and publish it anew."),
        ),
        "withdrawn-blob": Advice(
            gettext("Figures are not there, and their owner withdrew them."),
            gettext("Nothing need be done."),
        ),
        "replayed-consent": Advice(
            gettext("A consent is used for something else than it was given for."),
            gettext("Ask the owner for a consent of its own."),
        ),
        "bad-share": Advice(
            gettext(
                "Shares of a key do not make the key that was promised, or a party "
                "opens another figure than it committed to."
            ),
            gettext("Keep the evidence file and show it to the other parties."),
        ),
        "damaged-mirror": Advice(
            gettext(
                "This node's own copy is damaged, so that nothing can be told from it."
                " It is no fault of the party."
            ),
            gettext(
                "The node's operator reads the record again, or makes the bank anew."
            ),
        ),
        "no-room": Advice(
            gettext("The figures are larger than what is free on this node's disk."),
            gettext("The node's operator makes room, then pulls again."),
        ),
    }
