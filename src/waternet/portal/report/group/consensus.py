"""What adoption takes, in words."""

from __future__ import annotations

from waternet.portal.language.language import Language
from waternet.portal.report.direction import left_to_right
from waternet.workinggroup.charter import Consensus

__all__ = ["consensus_words", "role_words"]


def role_words(role: str, language: Language) -> str:
    """Return what members of a role are called."""
    pgettext = language.pgettext
    return {
        "core": pgettext("report", "core parties"),
        "regional": pgettext("report", "regional parties"),
        "co-sponsor": pgettext("report", "co-sponsors"),
        "organiser": pgettext("report", "organisers"),
        "donor": pgettext("report", "donors"),
        "observer": pgettext("report", "observers"),
        "absent": pgettext("report", "with a standing invitation"),
    }[role]


def consensus_words(consensus: Consensus, language: Language) -> str:
    """Return whose consent is needed."""
    pgettext = language.pgettext
    roles = pgettext("report", ", ").join(
        role_words(one, language) for one in consensus.of
    )
    told = {
        "all": pgettext("report", "consent of all: %(roles)s"),
        "present": pgettext("report", "consent of all who are present: %(roles)s"),
        "silence": pgettext(
            "report", "no objection within %(days)s days, of: %(roles)s"
        ),
    }[consensus.how]
    days = left_to_right(language.number(consensus.days, 0))
    words = told % {"roles": roles, "days": days}
    if consensus.may_disagree:
        more = pgettext("report", "paragraphs may be set aside in disagreement")
        words = f"{words}; {more}"
    return words
