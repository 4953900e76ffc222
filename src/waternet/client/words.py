"""What the client says around figures, in Arabic, Hebrew and English."""

from __future__ import annotations

from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import LANGUAGES

__all__ = ["COMMAS", "RIGHT_TO_LEFT", "say", "verify_language"]

RIGHT_TO_LEFT = ("ar", "he")
COMMAS = {"ar": "،", "en": ",", "he": ","}
_SAID = {
    "release": {"en": "Release", "ar": "الإصدار", "he": "פרסום"},
    "released": {"en": "issued", "ar": "صدر في", "he": "פורסם"},
    "source": {"en": "Source", "ar": "المصدر", "he": "מקור"},
    "licence": {"en": "Licence", "ar": "الرخصة", "he": "רישיון"},
    "no licence": {
        "en": "no licence stated",
        "ar": "لم تُذكر رخصة",
        "he": "לא צוין רישיון",
    },
    "reason": {"en": "Corrected because", "ar": "سبب التصحيح", "he": "תוקן משום ש"},
    "restricted": {
        "en": "restricted to {}",
        "ar": "مقيَّد على {}",
        "he": "מוגבל אל {}",
    },
    "rows": {"en": "{} rows", "ar": "عدد الأسطر {}", "he": "{} שורות"},
    "digest": {
        "en": "SHA-256 of the signed file",
        "ar": "بصمة SHA-256 للملف الموقَّع",
        "he": "גיבוב SHA-256 של הקובץ החתום",
    },
    "retrieved": {"en": "Retrieved", "ar": "جرى الاسترجاع في", "he": "אוחזר"},
    "from": {"en": "from", "ar": "من", "he": "מתוך"},
    "as of": {"en": "as of", "ar": "كما كان في", "he": "נכון ליום"},
    "figures": {"en": "{} figures", "ar": "عدد القيم {}", "he": "{} ערכים"},
    "entries": {
        "en": "entry {} of {} in the log of {}",
        "ar": "القيد {} من {} في سجل {}",
        "he": "רישום {} מתוך {} ביומן של {}",
    },
    "signed by": {"en": "Signed by", "ar": "وقّعها", "he": "חתם"},
    "not verified": {
        "en": "not verified here; wn.verify(metadata, frame) does it",
        "ar": "لم يجرِ التحقق منها هنا؛ يقوم بذلك wn.verify(metadata, frame)",
        "he": "לא אומת כאן; ‏wn.verify(metadata, frame) מאמת",
    },
    "gathered": {
        "en": "statistics that the node made of signed figures",
        "ar": "إحصاءات حسبتها العقدة من قيم موقَّعة",
        "he": "סטטיסטיקות שהצומת חישב מערכים חתומים",
    },
    "nothing": {
        "en": "No figures.",
        "ar": "لا توجد قيم.",
        "he": "אין ערכים.",
    },
    "limits": {
        "en": "Limits (< or >), not values: {}",
        "ar": "حدود (< أو >) لا قيم: {}",
        "he": "גבולות (< או >) ולא ערכים: {}",
    },
    "suspect": {
        "en": "suspect or bad: {}",
        "ar": "مشكوك فيها أو غير صالحة: {}",
        "he": "חשודים או פסולים: {}",
    },
    "not drawn": {
        "en": "({} more series not drawn)",
        "ar": "(سلاسل لم تُرسم: {})",
        "he": "(סדרות שלא צוירו: {})",
    },
    "more": {
        "en": "{} more rows",
        "ar": "أسطر أخرى: {}",
        "he": "עוד {} שורות",
    },
    "verified": {"en": "Verified", "ar": "جرى التحقق", "he": "אומת"},
    "left open": {"en": "Not verified", "ar": "لم يجرِ التحقق", "he": "לא אומת"},
}


def say(what: str, language: str, *told: object) -> str:
    """Return a phrase in a language.

    Examples
    --------
    >>> say("rows", "en", 12), say("release", "he")
    ('12 rows', 'פרסום')
    """
    return _SAID[what][language].format(*told)


def verify_language(language: str) -> None:
    """Raise `NotAcceptable` unless the client speaks the language."""
    if language not in LANGUAGES:
        raise NotAcceptable(
            f"no language {language!r}", hint=f"one of {', '.join(LANGUAGES)}"
        )
