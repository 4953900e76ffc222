"""A group of three parties with some of all that a working group does, in memory.

Words are in the three languages of its charter. Days are those of the acts; what
is reported has the days of its source.
"""

from typing import Any

from acting import Group, body, charter

from waternet.workinggroup.project import project_sha256
from waternet.workinggroup.texts import paragraph_sha256

PARTIES = ("israel", "jordan", "palestine")
NAMES = {
    "israel": {"ar": "إسرائيل", "en": "Israel", "he": "ישראל"},
    "jordan": {"ar": "الأردن", "en": "Jordan", "he": "ירדן"},
    "palestine": {"ar": "فلسطين", "en": "Palestine", "he": "פלסטין"},
    "syria": {"ar": "سوريا", "en": "Syria", "he": "סוריה"},
}
TITLES = {
    "ar": "فريق عمل الحوض",
    "en": "Basin working group",
    "he": "קבוצת העבודה של האגן",
}
BODY = {"ar": "فريق المياه", "en": "Water group", "he": "קבוצת המים"}
DECLARATION = {
    "ar": "إعلان مبادئ بشأن المياه المشتركة",
    "en": "Declaration of principles on shared waters",
    "he": "הצהרת עקרונות בדבר מים משותפים",
}
PARAGRAPHS = (
    {
        "ar": "تتبادل الأطراف بيانات مناسيب المياه الجوفية كل ثلاثة أشهر.",
        "en": "The parties exchange data on groundwater levels every three months.",
        "he": "הצדדים מחליפים נתונים על מפלסי מי התהום מדי שלושה חודשים.",
    },
    {
        "ar": "لا تُنشأ بئر جديدة في الحوض المشترك دون إخطار قبل 60 يومًا.",
        "en": "No new well is made in the shared basin without 60 days of notice.",
        "he": "לא תוקם באר חדשה באגן המשותף בלי הודעה של 60 יום מראש.",
    },
    {
        "ar": "تُعاد معالجة مياه الصرف قبل تصريفها إلى الأودية.",
        "en": "Waste water is treated before it is let into wadis.",
        "he": "שפכים מטוהרים לפני הזרמתם לוואדיות.",
    },
)
AGREED = {
    "ar": "وافق الجميع على الفقرة الأولى.",
    "en": "All consented to the first paragraph.",
    "he": "הכול הסכימו לסעיף הראשון.",
}
LABORATORY = {
    "ar": "مختبر المياه في الزراعة",
    "en": "Laboratory for water in agriculture",
    "he": "מעבדה למים בחקלאות",
}
_ALL = ["core", "regional"]


def made_charter() -> dict[str, Any]:
    """Return the charter: three core parties, one absent, one body."""
    members = [{"id": one, "names": NAMES[one], "role": "core"} for one in PARTIES]
    absent = {
        "id": "syria",
        "names": NAMES["syria"],
        "role": "absent",
        "seat": "regional",
    }
    rights = dict.fromkeys(
        ("propose", "consent", "call", "chair", "pledge", "attend"), _ALL
    )
    return charter(
        titles=TITLES,
        members=[*members, absent],
        bodies=[body(names=BODY, gavel=["jordan"], rights=rights)],
        linkages=[{"track": "bilateral", "stages": ["execution"], "by": ["core"]}],
        keeper="jordan",
    )


def make_business(group: Group) -> None:
    """Let the three parties act: a session, a text, a project, pledges, letters."""
    group.join(*PARTIES)
    group.found(made_charter())
    _meet(group)
    _write(group)
    _build(group)
    _correspond(group)


def _last(group: Group, kind: str, name: str) -> str:
    return group.fold().thing(kind, name).last.act.id


def _meet(group: Group) -> None:
    called = group.act(
        "jordan",
        "session.call",
        "first",
        {
            "body": "water",
            "titles": {
                "ar": "الجلسة الأولى",
                "en": "First session",
                "he": "הישיבה הראשונה",
            },
            "sort": "session",
            "from": "2026-03-02T08:00:00Z",
            "to": "2026-03-03T15:00:00Z",
            "zone": "Asia/Amman",
            "host": "jordan",
            "place": {"ar": "عمّان", "en": "Amman", "he": "עמאן"},
            "agenda": [{"id": "declaration", "titles": DECLARATION}],
        },
    )
    opened = group.act("jordan", "session.open", "first", {}, [called])
    for party in ("jordan", "palestine"):
        delegates = [{"names": {"en": "Head of delegation"}, "office": "Ministry"}]
        told = {"delegates": delegates}
        group.act(party, "session.attend", "first", told, [opened])
    decisions = [{"id": "one", "words": AGREED}]
    minutes = {code: [told] for code, told in AGREED.items()}
    told = {"minutes": minutes, "decisions": decisions, "seen": group.seen()}
    group.act("jordan", "session.close", "first", told, [opened])
    wells = {"ar": "خريطة الآبار", "en": "Map the wells", "he": "מיפוי הבארות"}
    set_ = {
        "body": "water",
        "titles": wells,
        "owner": "israel",
        "due": "2026-03-20",
        "session": called,
    }
    group.act("palestine", "task.set", "map", set_, [called])
    seminar = {
        "body": "water",
        "titles": {"ar": "ندوة", "en": "Seminar on data", "he": "סמינר נתונים"},
        "sort": "seminar",
        "from": "2026-12-14",
        "to": "2026-12-15",
        "agenda": [],
    }
    group.act("palestine", "session.call", "seminar", seminar)


def _write(group: Group) -> None:
    paragraphs = [
        {"id": f"p{number}", "words": words}
        for number, words in enumerate(PARAGRAPHS, 1)
    ]
    told = {"body": "water", "titles": DECLARATION, "paragraphs": paragraphs}
    last = group.act("jordan", "text.draft", "declaration", told)
    for party, names in {"israel": ["p1"], "jordan": ["p1", "p2", "p3"]}.items():
        for name in names:
            _consent(group, party, name, last)
    words = {**PARAGRAPHS[2], "en": "Waste water is treated before it enters wadis."}
    told = {"paragraphs": [{"id": "p3", "words": words}], "reason": "shorter"}
    last = group.act("israel", "text.amend", "declaration", told, [last])
    _consent(group, "palestine", "p1", last)
    objection = {
        "paragraph": "p2",
        "words": {
            "ar": "لا بد أولًا من معرفة أثر الإخطار.",
            "en": "First it must be known what the notice would change.",
            "he": "יש לדעת תחילה מה תשנה ההודעה.",
        },
        "condition": {
            "kind": "feasibility",
            "name": "notice",
            "words": {"ar": "دراسة جدوى", "en": "A study", "he": "בדיקה"},
        },
    }
    group.act("palestine", "text.object", "declaration", objection, [last])
    root = group.fold().thing("text", "declaration").root
    check = {
        "about": {"kind": "text", "root": root, "paragraph": "p2"},
        "question": {
            "ar": "هل تتوفر مناسيب الآبار؟",
            "en": "Are the levels of the wells there?",
            "he": "האם מפלסי הבארות זמינים?",
        },
        "needs": [
            {
                "id": "levels",
                "observed_property": "groundwater-level",
                "from": "2020-01-01",
                "to": "2020-12-31",
                "parties": ["jordan"],
            }
        ],
        "found": [
            {
                "need": "levels",
                "party": "jordan",
                "entries": [0],
                "share": "0.5",
                "grade": "good",
                "access": "open",
            }
        ],
        "verdict": "partly",
        "inputs": [{"party": "jordan", "entry": 0, "sha256": "ab" * 32}],
        "balance": "not examined",
    }
    group.act("jordan", "feasibility.record", "notice", check, [root])
    reserve = {
        "paragraph": "p1",
        "words": {
            "ar": "على ألا يشمل ذلك الآبار الخاصة.",
            "en": "Private wells are left out.",
            "he": "למעט בארות פרטיות.",
        },
    }
    group.act("israel", "text.reserve", "declaration", reserve, [last])


def _consent(group: Group, party: str, name: str, last: str) -> str:
    text = group.fold().thing("text", "declaration").value
    told = {"paragraph": name, **group.consent(paragraph_sha256(text, name))}
    told["expires"] = "2099-12-31"
    return group.act(party, "text.consent", "declaration", told, [last])


def _build(group: Group) -> None:
    told = {
        "body": "water",
        "titles": LABORATORY,
        "lead": "jordan",
        "participants": ["israel", "palestine"],
        "beneficiaries": ["palestine"],
        "experts": ["guide"],
        "others": {"guide": {"ar": "مرشدون", "en": "Guides", "he": "מנחים"}},
        "sites": [
            {
                "names": {"ar": "الغور", "en": "The valley", "he": "העמק"},
                "longitude": "35.55",
                "latitude": "32.1",
            }
        ],
        "milestones": [
            {
                "id": "open",
                "titles": {"ar": "الافتتاح", "en": "Opening", "he": "פתיחה"},
                "due": "2027-01-01",
            }
        ],
        "cost": {"amount": "2500000", "currency": "USD"},
    }
    idea = group.act("jordan", "project.idea", "laboratory", told)
    for stage in ("defined", "feasibility"):
        on = [_last(group, "project", "laboratory")]
        move = {"stage": stage, "evidence": ["minutes"], "seen": group.seen()}
        group.act("jordan", "project.move", "laboratory", move, on)
    last = _last(group, "project", "laboratory")
    project = group.fold().thing("project", "laboratory").value
    consent = group.consent(project_sha256(project)) | {"expires": "2099-12-31"}
    group.act("jordan", "project.consent", "laboratory", consent, [last])
    block = {"track": "bilateral", "stage": "execution", "reason": "talks are off"}
    group.act("israel", "project.block", "laboratory", block, [last])
    pledge = {
        "titles": {"ar": "معدات", "en": "Equipment", "he": "ציוד"},
        "amount": "1000000",
        "currency": "USD",
        "project": idea,
        "due": "2026-03-04",
    }
    made = group.act("israel", "pledge.make", "equipment", pledge, [idea])
    receipt = {"amount": "250000", "on": "2026-03-03", "evidence": ["bank advice"]}
    group.act("jordan", "pledge.receive", "equipment", receipt, [made, idea])
    kind = {
        "titles": {"ar": "خبيران", "en": "Two experts", "he": "שני מומחים"},
        "kind": "experts",
    }
    group.act("palestine", "pledge.make", "experts", kind)


def _correspond(group: Group) -> None:
    words = {
        "ar": ["ندعوكم إلى المحادثات."],
        "en": ["You are invited to talks."],
        "he": ["אתם מוזמנים לשיחות."],
    }
    sent = group.act(
        "jordan",
        "letter.send",
        "talks",
        {
            "to": ["israel", "palestine", "syria"],
            "titles": {"ar": "دعوة", "en": "Invitation", "he": "הזמנה"},
            "words": words,
            "sort": "invitation",
        },
    )
    reply = {
        "answer": "accepts",
        "words": {"ar": ["نقبل."], "en": ["We accept."], "he": ["אנו מקבלים."]},
        "understandings": [
            {
                "ar": "المقعد محفوظ للغائب.",
                "en": "The seat of the absent is kept.",
                "he": "מושב הנעדר נשמר.",
            }
        ],
    }
    group.act("palestine", "letter.reply", "talks", reply, [sent])
    declined = {"answer": "declines", "words": {"en": ["Not now."]}}
    group.act(
        *("jordan", "letter.reply", "talks", declined, [sent]),
        of="syria",
        source="Archive of letters, folder 3",
    )
