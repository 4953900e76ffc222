"""What a charter and acts say, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from waternet.portal.language.language import Language

__all__ = [
    "answer_words",
    "conflict_words",
    "consensus_words",
    "kind_words",
    "level_words",
    "pledge_words",
    "right_words",
    "role_words",
    "session_words",
    "stage_words",
    "text_words",
    "verb_words",
    "verdict_words",
]


def role_words(language: Language) -> Mapping[str, str]:
    """Return what each role of a member is called."""
    gettext = language.gettext
    return {
        "core": gettext("core party"),
        "regional": gettext("regional party"),
        "co-sponsor": gettext("co-sponsor"),
        "organiser": gettext("organiser"),
        "donor": gettext("donor"),
        "observer": gettext("observer"),
        "absent": gettext("absent, with a standing invitation"),
    }


def right_words(language: Language) -> Mapping[str, str]:
    """Return what each right lets a member do."""
    gettext = language.gettext
    return {
        "propose": gettext("May propose"),
        "consent": gettext("May consent or object"),
        "call": gettext("May call sessions"),
        "chair": gettext("May chair"),
        "pledge": gettext("May pledge"),
        "attend": gettext("May attend, and sees everything"),
    }


def level_words(language: Language) -> Mapping[str, str]:
    """Return the ranks of delegates."""
    gettext = language.gettext
    return {
        "experts": gettext("experts"),
        "senior officials": gettext("senior officials"),
        "ministers": gettext("ministers"),
    }


def consensus_words(language: Language) -> Mapping[str, str]:
    """Return what each way to consensus asks for."""
    gettext = language.gettext
    return {
        "all": gettext("all whose consent is counted"),
        "present": gettext("all of them who are present"),
        "silence": gettext("no objection until the deadline"),
    }


def kind_words(language: Language) -> Mapping[str, str]:
    """Return what each kind of thing is called."""
    pgettext = language.pgettext
    return {
        "charter": pgettext("of a group", "Charter"),
        "feasibility": pgettext("of a group", "Feasibility check"),
        "letter": pgettext("of a group", "Letter"),
        "member": pgettext("of a group", "Member"),
        "pledge": pgettext("of a group", "Pledge"),
        "project": pgettext("of a group", "Project"),
        "session": pgettext("of a group", "Session"),
        "task": pgettext("of a group", "Task"),
        "text": pgettext("of a group", "Text"),
    }


def conflict_words(language: Language) -> Mapping[str, str]:
    """Return what each conflict means."""
    gettext = language.gettext
    return {
        "acted-at-once": gettext(
            "Delegates changed it at once, without having seen each other's act. It "
            "stands as it was before, until an act goes on from both."
        ),
        "two-chairs": gettext(
            "Two opened the session at once. Those who may chair agree which of them "
            "does."
        ),
        "two-charters": gettext(
            "Two charters were adopted at once. The one before them stands until a "
            "third one goes on from both."
        ),
        "two-of-one-name": gettext(
            "Delegates began two things under one name. Both stand; each is told by "
            "the act that began it."
        ),
    }


def session_words(language: Language) -> Mapping[str, str]:
    """Return sorts of sessions, and how one stands."""
    pgettext = language.pgettext
    return {
        "session": pgettext("sort of a session", "session"),
        "seminar": pgettext("sort of a session", "seminar"),
        "training": pgettext("sort of a session", "training"),
        "consultation": pgettext("sort of a session", "consultation"),
        "called": pgettext("session", "called"),
        "open": pgettext("session", "open"),
        "closed": pgettext("session", "held"),
        "cancelled": pgettext("session", "cancelled"),
    }


def stage_words(language: Language) -> Mapping[str, str]:
    """Return the stages of a project."""
    pgettext = language.pgettext
    return {
        "idea": pgettext("stage of a project", "idea"),
        "defined": pgettext("stage of a project", "defined"),
        "feasibility": pgettext("stage of a project", "feasibility"),
        "agreed": pgettext("stage of a project", "agreed"),
        "funded": pgettext("stage of a project", "funded"),
        "execution": pgettext("stage of a project", "in execution"),
        "done": pgettext("stage of a project", "done"),
        "suspended": pgettext("stage of a project", "suspended"),
    }


def text_words(language: Language) -> Mapping[str, str]:
    """Return where a text is on its way."""
    pgettext = language.pgettext
    return {
        "draft": pgettext("stage of a text", "draft"),
        "submitted": pgettext("stage of a text", "submitted for objections"),
        "shelved": pgettext("stage of a text", "off the agenda"),
        "withdrawn": pgettext("stage of a text", "withdrawn"),
        "adopted": pgettext("stage of a text", "adopted"),
    }


def verdict_words(language: Language) -> Mapping[str, str]:
    """Return what a feasibility check came to, and how data may be had."""
    pgettext = language.pgettext
    return {
        "there": pgettext("feasibility", "all the data are there"),
        "partly": pgettext("feasibility", "a part of the data is there"),
        "missing": pgettext("feasibility", "none of the data is there"),
        "open": pgettext("feasibility", "open"),
        "restricted": pgettext("feasibility", "restricted"),
        "embargoed": pgettext("feasibility", "under embargo"),
        "not released": pgettext("feasibility", "not released"),
    }


def pledge_words(language: Language) -> Mapping[str, str]:
    """Return what is pledged."""
    pgettext = language.pgettext
    return {
        "money": pgettext("pledged", "money"),
        "experts": pgettext("pledged", "experts"),
        "technology": pgettext("pledged", "technology"),
        "venue": pgettext("pledged", "venue"),
        "other": pgettext("pledged", "in kind"),
    }


def answer_words(language: Language) -> Mapping[str, str]:
    """Return sorts of letters, and of replies."""
    pgettext = language.pgettext
    return {
        "letter": pgettext("sort of a letter", "letter"),
        "proposal": pgettext("sort of a letter", "proposal"),
        "invitation": pgettext("sort of a letter", "invitation"),
        "accepts": pgettext("reply", "accepts"),
        "declines": pgettext("reply", "declines"),
        "answers": pgettext("reply", "answers"),
    }


def verb_words(language: Language) -> Mapping[str, str]:
    """Return what each act does."""
    return {
        **_about_members(language),
        **_about_texts(language),
        **_about_sessions(language),
        **_about_projects(language),
    }


def _about_members(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "charter.found": gettext("Founds the group"),
        "charter.propose": gettext("Proposes a charter"),
        "charter.consent": gettext("Consents to a charter"),
        "charter.dissent": gettext("Takes back the consent to a charter"),
        "charter.adopt": gettext("Adopts a charter"),
        "member.join": gettext("Takes its seat"),
        "member.leave": gettext("Leaves its seat; the invitation stands"),
        "letter.send": gettext("Sends a letter"),
        "letter.reply": gettext("Replies to a letter"),
    }


def _about_texts(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "text.draft": gettext("Drafts a text"),
        "text.amend": gettext("Amends a text"),
        "text.consent": gettext("Consents to a paragraph"),
        "text.dissent": gettext("Takes back the consent to a paragraph"),
        "text.reserve": gettext("Enters a reservation"),
        "text.object": gettext("Objects to a paragraph"),
        "text.lift": gettext("Lifts its objection"),
        "text.meet": gettext("Names the release that an objection waited for"),
        "text.submit": gettext("Submits a text, for objections until a deadline"),
        "text.adopt": gettext("Adopts a text"),
        "text.shelve": gettext("Takes a text off the agenda"),
        "text.resume": gettext("Puts a text on the agenda again"),
        "text.withdraw": gettext("Withdraws a text"),
        "feasibility.record": gettext("Records a feasibility check"),
    }


def _about_sessions(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "session.call": gettext("Calls a session"),
        "session.change": gettext("Changes what a session was called for"),
        "session.cancel": gettext("Cancels a session"),
        "session.open": gettext("Opens a session, and chairs it"),
        "session.attend": gettext("Attends a session"),
        "session.paper": gettext("Hands in a document"),
        "session.close": gettext("Closes a session with its minutes"),
        "task.set": gettext("Sets a task"),
        "task.done": gettext("Reports a task done"),
        "task.drop": gettext("Drops a task"),
    }


def _about_projects(language: Language) -> Mapping[str, str]:
    gettext = language.gettext
    return {
        "project.idea": gettext("Proposes a project"),
        "project.change": gettext("Changes a project"),
        "project.move": gettext("Moves a project to another stage"),
        "project.reach": gettext("Reports a milestone reached"),
        "project.consent": gettext("Consents to a project"),
        "project.dissent": gettext("Takes back the consent to a project"),
        "project.block": gettext("Blocks a stage of a project"),
        "project.unblock": gettext("Lifts its block"),
        "pledge.make": gettext("Pledges"),
        "pledge.change": gettext("Changes a pledge"),
        "pledge.cancel": gettext("Cancels a pledge"),
        "pledge.correct": gettext("Corrects what was acknowledged"),
        "pledge.receive": gettext("Acknowledges what was received"),
    }
