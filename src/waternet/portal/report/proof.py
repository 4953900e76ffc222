"""The last pages of a yearbook: whose the figures are, and how to check them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from waternet.portal.language.language import Language
from waternet.portal.report.contents import Chapter
from waternet.portal.report.direction import foreign, left_to_right, name
from waternet.portal.report.provenance import Source

__all__ = ["tell_proof", "tell_sources"]


def tell_sources(
    sources: Sequence[Source],
    left_out: int,
    language: Language,
    parties: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return the section on releases: title, source, licence, and when signed."""
    pgettext = language.pgettext
    opening = [
        pgettext(
            "report",
            "The figures come from these releases. Source, licence and attribution "
            "are in the words of whoever published them.",
        )
    ]
    if left_out:
        opening.append(
            pgettext("report", "Older releases are left out: %(count)s.")
            % {"count": left_to_right(language.number(left_out, 0))}
        )
    return {
        "title": pgettext("report", "Where the figures come from"),
        "opening": opening,
        "entries": [_source(one, language, parties) for one in sources],
        "steps": [],
    }


def _source(
    one: Source, language: Language, parties: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    pgettext, said = language.pgettext, one.said
    party = language.best_of(parties.get(said["party"], {}))[1] or said["party"]
    issued = datetime.fromisoformat(said["issued"]).astimezone(UTC)
    number = left_to_right(f"{said['party']}:{said['release']}")
    facts: list[list[Any]] = [
        [pgettext("report", "Published by"), name(party, language)],
        [pgettext("report", "Signed on"), language.day(issued)],
        [pgettext("report", "Dataset"), left_to_right(said["dataset"])],
    ]
    for label, key in (
        (pgettext("report", "Source"), "source"),
        (pgettext("report", "Reason of the revision"), "reason"),
        (pgettext("report", "Licence"), "licence"),
        (pgettext("report", "Attribution"), "attribution"),
    ):
        if said[key]:
            facts.append([label, foreign(said[key], language)])
    if said["access"] == "restricted":
        facts.append(
            [
                pgettext("report", "Restricted to"),
                left_to_right(", ".join(said["readers"])),
            ]
        )
    return {
        "title": f"{number} · {name(said['title'], language)}",
        "facts": facts,
    }


def tell_proof(
    sources: Sequence[Source], chapters: Sequence[Chapter], language: Language
) -> dict[str, Any]:
    """Return the section on the proof: what was checked here, and how to do so."""
    pgettext = language.pgettext
    example = chapters[0]
    last = datetime.fromtimestamp(int(example.line.time[-1]) / 1000, UTC)
    when = last.astimezone(example.zone).isoformat(timespec="seconds")
    address = example.about.address
    return {
        "title": pgettext("report", "Proof"),
        "opening": [
            pgettext(
                "report",
                "Each release is an entry of its party's log, which only grows. Before "
                "this book was made, the signature and the place of each entry, and "
                "the hashes of its files, were checked.",
            )
        ],
        "entries": [_checked(one, language) for one in sources],
        "steps": [
            {
                "words": pgettext(
                    "report",
                    "To check a figure without a node and without a line: ask any node "
                    "for its proof, and the parties for their policy. This is how, "
                    "with the last figure of the first chapter:",
                ),
                "typed": f"waternet prove {address} {when} -o figure.tlog-proof\n"
                "waternet policy -o parties.policy\n"
                "waternet verify figure.tlog-proof --policy parties.policy",
            },
            {
                "words": pgettext(
                    "report",
                    "To check this book: the same node makes it anew from the same "
                    "records, and no byte differs.",
                ),
                "typed": "",
            },
        ],
    }


def _checked(one: Source, language: Language) -> dict[str, Any]:
    pgettext, told = language.pgettext, one.attested
    facts: list[list[Any]] = [
        [pgettext("report", "Verdict"), _verdict(told.verdict, language)],
        [pgettext("report", "Log"), left_to_right(told.origin)],
        [
            pgettext("report", "Entry, of entries in the log"),
            left_to_right(f"{told.index} / {told.size}"),
        ],
        [pgettext("report", "Root of the log"), left_to_right(told.root)],
        [pgettext("report", "SHA-256 of the entry"), left_to_right(one.sha256)],
    ]
    if one.said.get("sha256"):
        facts.append(
            [
                pgettext("report", "SHA-256 of the figures"),
                left_to_right(one.said["sha256"]),
            ]
        )
    if told.steward_key is not None:
        facts.append(
            [
                pgettext("report", "Signed with the key"),
                left_to_right(told.steward_key.vkey),
            ]
        )
    if told.agreement is not None and told.agreement.cosignatures:
        witnesses = [line.witness for line in told.agreement.cosignatures]
        facts.append(
            [
                pgettext("report", "Cosigned by"),
                left_to_right(", ".join(dict.fromkeys(witnesses))),
            ]
        )
    return {
        "title": left_to_right(f"{told.party}:{told.index}"),
        "facts": facts,
    }


def _verdict(verdict: str, language: Language) -> str:
    pgettext = language.pgettext
    told = {
        "holds": pgettext("report", "Everything holds."),
        "not-yet-cosigned": pgettext(
            "report", "Signed; too few of the other parties have cosigned it yet."
        ),
        "incomplete": pgettext(
            "report", "Nothing contradicts it, but a file of it is not here."
        ),
        "does-not-hold": pgettext("report", "IT DOES NOT HOLD: do not rely on it."),
    }
    return told.get(verdict, verdict)
