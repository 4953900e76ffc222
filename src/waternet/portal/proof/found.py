"""The findings page: what this node found wrong with records, for everybody."""

from __future__ import annotations

from typing import Any

from waternet.bank.standing import list_findings
from waternet.exchange.finding import NEXT_STEP
from waternet.node.evidence import KeptEvidence, list_evidence
from waternet.portal.language.language import Language
from waternet.portal.page import View, Visit
from waternet.portal.parties import party_names
from waternet.portal.proof.told import at_second
from waternet.portal.proof.words import finding_words
from waternet.record.fields import write_seconds

__all__ = ["show_findings"]

_MOST = 500  # entries that are listed


def show_findings(visit: Visit) -> View:
    """Show evidence against parties, and entries whose files are amiss here."""
    visit.asked.now()  # evidence is kept beside the bank
    kept = list_evidence(visit.node)
    amiss = list_findings(visit.bank)
    words = finding_words(visit.language)
    entries = []
    for one in amiss[:_MOST]:
        name = one.text.partition(":")[0]
        advice = words.get(name)
        entries.append(
            {
                "party": one.party,
                "entry": one.index,
                "finding": name if name in NEXT_STEP else "",
                "text": one.text,
                "means": advice.means if advice else "",
                "advice": advice.step if advice else "",
            }
        )
    data: dict[str, Any] = {
        "evidence": [_told(one, visit.language) for one in kept],
        "entries": entries,
        "total": len(amiss),
    }
    more = {
        "names": party_names(visit.node),
        "when": {one.digest: at_second(one.seconds) for one in kept},
    }
    return View("proof/findings.html", visit.language.gettext("Findings"), data, more)


def _told(kept: KeptEvidence, language: Language) -> dict[str, Any]:
    advice = finding_words(language)[kept.verdict.finding]
    return {
        "digest": kept.digest,
        "kept": write_seconds(kept.seconds),
        **kept.verdict.to_json(),
        "means": advice.means,
        "advice": advice.step,
    }
