"""Texts and sessions of a group in memory, with names and words in three languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from acting import Group, body, charter, member
from drafting import Drafting, found

from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing

HOSTILE = '#panic("x") ]] \\ $x$ *b* _i_ @y `r` <l> // c "q" ~ #{1} #import "a"'
"""Words that would do something, were they read as the typesetter's language."""

NAMES = {
    "atlas": {"ar": "أطلس", "en": "Atlas", "he": "אטלס"},
    "israel": {"ar": "إسرائيل", "en": "Israel", "he": "ישראל"},
    "jordan": {"ar": "الأردن", "en": "Jordan", "he": "ירדן"},
    "palestine": {"ar": "فلسطين", "en": "Palestine", "he": "פלסטין"},
}
WORDS = {
    "p1": {
        "ar": "المياه في الحوض مورد مشترك ويتبادل الأعضاء بيانات القياس كل موسم",
        "en": "The water of the basin is shared and the members exchange their data",
        "he": "מי האגן הם משאב משותף והחברים מחליפים נתוני מדידה מדי עונה בעונה",
    },
    "p2": {
        "ar": "لا يقدم طلب قبل دراسة الجدوى",
        "en": "No demand is made before a feasibility study",
        "he": "לא תוגש דרישה לפני בדיקת היתכנות",
    },
}
ENVOY = {"en": "Envoy", "he": "שליח"}
TITLES = {"ar": "إعلان مبادئ", "en": "Declaration of rules", "he": "הצהרת עקרונות"}


def named_charter(**changed: Any) -> dict[str, Any]:
    """Return a charter whose members have names in three languages."""
    consensus = {"how": "all", "of": ["core"], "may_disagree": True}
    told = charter(**{"bodies": [body(consensus=consensus)], **changed})
    for one in told["members"]:
        one["names"] = NAMES.get(one["id"], one["names"])
    return told


def wide_charter(count: int) -> dict[str, Any]:
    """Return a charter of so many core parties and one that chairs."""
    parties = [member(f"party{number:02}") for number in range(count)]
    return charter(members=[member("atlas", "co-sponsor"), *parties])


def drafted(
    words: Mapping[str, Mapping[str, str]] = WORDS,
    titles: Mapping[str, str] = TITLES,
    written: Mapping[str, Any] | None = None,
    reported: str = "",
) -> Drafting:
    """Return a text that a member drafted; one member may keep no record itself."""
    charter_told = written or named_charter()
    group = Group()
    parties = [one["id"] for one in charter_told["members"]]
    group.join(*(one for one in parties if one != reported), names=ENVOY)
    group.found(charter_told)
    made = Drafting(group)
    told = [{"id": name, "words": dict(one)} for name, one in words.items()]
    content = {"body": "water", "titles": dict(titles), "paragraphs": told}
    party = next(one for one in group.logs if one != "atlas")
    made.root = made.last = group.act(party, "text.draft", made.name, content)
    return made


def disagreed() -> tuple[State, Thing]:
    """Return a text adopted but for a paragraph, with objections and a reservation."""
    text = drafted()
    condition = {"kind": "feasibility", "name": "balance", "words": {"en": "A study"}}
    standing = text.object("israel", "p2", words={"en": "Later"}, condition=condition)
    lifted = text.object("palestine", "p1", words={"en": "Unclear"})
    lift = text.beside("palestine", "lift", {"reason": "clearer"}, [lifted])
    reserved = {"paragraph": "p1", "words": {"ar": "دون مساس", "en": "Rights stay"}}
    text.beside("jordan", "reserve", reserved)
    text.consent_all("jordan", "palestine")
    text.consent("israel", "p1")
    text.adopt([standing, lift], disagreed=["p2"])
    return text.group.fold(), text.thing()


CALL = {
    "body": "water",
    "titles": {"ar": "الجلسة الثالثة", "en": "Third session", "he": "המושב השלישי"},
    "sort": "session",
    "from": "2026-05-04",
    "to": "2026-05-06",
    "place": {"ar": "مسقط", "en": "Muscat", "he": "מסקט"},
    "host": "jordan",
    "agenda": [{"id": "a", "titles": {"ar": "بيانات", "en": "Data", "he": "נתונים"}}],
}
MINUTES = {
    "ar": ["افتتحت الجلسة وقرئ جدول أعمالها على الحاضرين"],
    "en": ["The session was opened and its agenda was read to those present"],
    "he": ["המושב נפתח וסדר היום שלו הוקרא לכל הנוכחים באולם"],
}


def called(call: Mapping[str, Any] = CALL) -> tuple[Group, str]:
    """Return a group with a session that was called, and the id of that act."""
    group = found(named_charter())
    return group, group.act("jordan", "session.call", "third", dict(call))


def held(
    call: Mapping[str, Any] = CALL,
    minutes: Mapping[str, Sequence[str]] = MINUTES,
    decision: str = "The wells are mapped",
) -> tuple[State, Thing]:
    """Return a session that was held, with a paper, a task and a decision."""
    group, root = called(call)
    paper = {
        "titles": {"en": "Balance of 2025"},
        "name": "balance-2025.pdf",
        "media_type": "application/pdf",
        "sha256": "ab" * 32,
        "bytes": 123456,
    }
    group.act("israel", "session.paper", "third", paper, [root])
    opened = group.act("atlas", "session.open", "third", {}, [root])
    for party, name in (("israel", "דנה"), ("jordan", "رنا")):
        delegate = {"names": {"he": name, "ar": name}, "office": "Authority"}
        there = {"delegates": [delegate]}
        group.act(party, "session.attend", "third", there, [opened])
    task = {"body": "water", "titles": {"en": "Map of the wells"}, "owner": "israel"}
    task |= {"due": "2026-07-01", "session": root}
    done = group.act("jordan", "task.set", "map", task, [root])
    decisions = [{"id": "d1", "words": {"en": decision}, "acts": [done]}]
    closing = {"minutes": dict(minutes), "decisions": decisions, "seen": group.seen()}
    group.act("atlas", "session.close", "third", closing, [opened, done])
    state = group.fold()
    return state, state.thing("session", "third")
