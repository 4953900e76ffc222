"""What a notice by mail says of acts that are new, in its reader's language."""

from __future__ import annotations

from typing import Any

from waternet.node.notices import Notice
from waternet.portal.group.words import kind_words, verb_words
from waternet.portal.language.language import Language, get_language

__all__ = ["compose_notice"]


def compose_notice(notice: Notice) -> tuple[str, str]:
    """Return the subject and the text of a notice.

    Raises
    ------
    NotFound
        There is no catalogue of that language.
    """
    language = get_language(notice.language)
    gettext = language.gettext
    subject = gettext("New acts in the group %(group)s: %(count)s") % {
        "group": notice.name,
        "count": language.number(len(notice.acts)),
    }
    ending = gettext(
        "You are told because this node was asked to tell you. "
        "Who asked it can end that."
    )
    lines = [_line(language, one) for one in notice.acts]
    return subject, "\n".join([f"{subject}", "", *lines, "", ending, ""])


def _line(language: Language, act: dict[str, Any]) -> str:
    """Return one act in one line: the day, who, what, of which thing, by which act."""
    kind, verb = act["verb"].split(".")[0], act["verb"]
    done = verb_words(language).get(verb, verb)
    thing = kind_words(language).get(kind, kind)
    told = f"{act['day']} · {act['member']}: {done} ({thing}: {act['subject']})"
    if act["reported_by"]:
        told += " · " + language.gettext("Reported by %(party)s from: %(source)s") % {
            "party": act["reported_by"],
            "source": act["source"],
        }
    return f"{told} · {act['act'][:16]}"
