"""A place is found by a name in another script or spelling.

Names are those of atlases and gazetteers, not made by the code: English conventional
names and romanisations as the GEOnet Names Server (NGA) and GeoNames list them beside
the Arabic and Hebrew ones; romanisation by the systems that the United Nations approved
(UNGEGN: Arabic, resolution II/8 amended 1972 and 2017; Hebrew, III/43 amended 2006).
"""

import pytest

from waternet.bank.finding.name_index import (
    EXACT,
    PREFIX,
    SOUND,
    TYPO,
    NameIndex,
)
from waternet.bank.finding.skeleton import skeletons

NAMES = [
    ("Bisan", "بيسان"),
    ("Baysan", "بيسان"),
    ("Nablus", "نابلس"),
    ("Nābulus", "نابلس"),
    ("Kinneret", "כנרת"),
    ("Kineret", "כינרת"),
    ("Amman", "عمان"),
    ("‘Ammān", "عمّان"),
    ("Zarqa", "الزرقاء"),
    ("Az Zarqā’", "الزرقاء"),
    ("Yarmouk", "اليرموك"),
    ("Yarmuk", "ירמוך"),
    ("Jordan", "ירדן"),
    ("Jaffa", "يافا"),
    ("Jaffa", "יפו"),
    ("Petra", "البتراء"),
    ("Al Batrā’", "البتراء"),
    ("Hebron", "חברון"),
    ("Chevron", "חברון"),
    ("Gaza", "غزة"),
    ("Ghazzah", "غزة"),
    ("Hula", "חולה"),
    ("Al Ḩūlah", "الحولة"),
    ("Azraq", "الأزرق"),
    ("Irbid", "إربد"),
    ("Haifa", "חיפה"),
    ("Ḥefa", "חיפה"),
    ("Haifa", "حيفا"),
    ("Eilat", "אילת"),
    ("Jenin", "جنين"),
    ("Janīn", "جنين"),
    ("Jenin", "ג'נין"),
    ("Tulkarm", "طولكرم"),
    ("Qalqilya", "قلقيلية"),
    ("Aqaba", "العقبة"),
    ("Al ‘Aqabah", "العقبة"),
    ("Karak", "الكرك"),
    ("Mafraq", "المفرق"),
    ("Ajloun", "عجلون"),
    ("Jerash", "جرش"),
    ("Madaba", "مأدبا"),
    ("Salt", "السلط"),
    ("Ţabarīyā", "طبريا"),
    ("Akko", "עכו"),
    ("‘Akkā", "عكا"),
    ("Nazareth", "נצרת"),
    ("An Nāşirah", "الناصرة"),
    ("Netanya", "נתניה"),
    ("Lod", "לוד"),
    ("Ashdod", "אשדוד"),
    ("Banias", "بانياس"),
    ("Banias", "בניאס"),
    ("Litani", "الليطاني"),
    ("Hasbani", "الحاصباني"),
    ("Dhiban", "ذيبان"),
    ("Auja", "العوجا"),
    ("Ramallah", "رام الله"),
    ("Beersheba", "באר שבע"),
    ("Ein Gedi", "עין גדי"),
    ("Wadi al-Mujib", "وادي الموجب"),
    ("Tel Aviv", "תל אביב"),
    ("Buḩayrat Ţabarīyā", "بحيرة طبريا"),
]
OTHERS = [
    *("Damascus", "Cairo", "Petah Tikva", "Rahat", "دمشق", "القاهرة", "פתח תקווה"),
    *("Tyre", "صور", "Sidon", "صيدا", "רהט", "Hermon", "חרמון", "Golan", "الجولان"),
]


def index(*names):
    return NameIndex(enumerate(names), len(names))


def hits(names, text):
    from waternet.bank.finding.letters import split_words, without_articles

    built = index(*names)
    words = split_words(text)
    scores = [built.scores(word) for word in without_articles(words)]
    scores.append(built.scores("".join(words)))
    every = [all(one[owner] for one in scores[:-1]) for owner in range(len(names))]
    return {
        name
        for owner, name in enumerate(names)
        if every[owner] or (len(words) > 1 and scores[-1][owner])
    }


@pytest.mark.parametrize(("latin", "local"), NAMES)
def test_a_name_in_latin_letters_finds_the_arabic_or_hebrew_one_alone(latin, local):
    assert hits([local, *OTHERS], latin) == {local}


@pytest.mark.parametrize(("latin", "local"), NAMES)
def test_an_arabic_or_hebrew_name_finds_the_one_in_latin_letters_alone(latin, local):
    assert hits([latin, *OTHERS], local) == {latin}


@pytest.mark.parametrize(
    ("arabic", "hebrew"),
    [
        ("طبريا", "טבריה"),
        ("حيفا", "חיפה"),
        ("عكا", "עכו"),
        ("اليرموك", "ירמוך"),
        ("جنين", "ג'נין"),
        ("الناصرة", "נצרת"),
        ("العقبة", "עקבה"),
        ("بانياس", "בניאס"),
        ("اللد", "לוד"),
    ],
)
def test_arabic_and_hebrew_names_find_each_other(arabic, hebrew):
    assert hits([hebrew, *OTHERS], arabic) == {hebrew}
    assert hits([arabic, *OTHERS], hebrew) == {arabic}


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("الاردن", "الأردنّ"),  # alef with hamza, shadda
        ("اردن", "الأردن"),  # without the article
        ("الأردن", "أردن"),  # with it
        ("بحيره طبريه", "بحيرة طبرية"),  # ta marbuta
        ("مستشفي", "مستشفى"),  # alef maqsura
        ("نهر", "نـــهر"),  # kashida
        ("الزرقا", "الزرقاء"),  # hamza at the end
        ("بئر ٣", "بئر 3"),  # Arabic-Indic digits
        ("بئر ۳", "بئر 3"),  # Persian digits
        ("نهر الکرک", "نهر الكرك"),  # Persian kaf
        ("ים כנרת", "יָם כִּנֶּרֶת"),  # niqqud
        ("ירדן", "נהר הירדן"),  # the article
        ("הירדן", "נהר ירדן"),
        ("באר שבע", "באר־שבע"),  # maqaf
        ("צהל", "צה״ל"),  # gershayim
        ("גנין", "ג׳נין"),  # geresh
        ("beit shean", "Beit She'an"),  # apostrophe
        ("beit shean", "Beit She’an"),
        ("zarqa", "Az-Zarqa"),
        ("al zarqa", "Zarqa"),
        ("zarqa", "Zarqā’"),
        ("almujib", "Al-Mujib"),
        ("shofet", "Ein HaShofet"),
        ("al1005", "AL-1005"),
        ("AL 1005", "AL1005"),
    ],
)
def test_usual_spellings_within_a_script_find_each_other_exactly(sought, name):
    from waternet.bank.finding.letters import split_words, without_articles

    built = index(name, *OTHERS)
    words = split_words(sought)
    by_word = [built.scores(word)[0] for word in without_articles(words)]
    assert min(by_word) == EXACT or built.scores("".join(words))[0] == EXACT


def test_what_is_exact_comes_before_what_begins_so_and_that_before_what_sounds_so():
    built = index("Bisan", "Bisanta", "بيسان", "Tiberias")
    assert built.scores("bisan").tolist() == [EXACT, PREFIX, SOUND, 0]


@pytest.mark.parametrize("typed", ["tiberas", "tiberrias", "tyberias", "tibreias"])
def test_one_slip_in_a_word_is_forgiven_where_nothing_else_is_found(typed):
    built = index("Tiberias", "Amman")
    assert max(built.scores(typed)[0], built.slips(typed)[0]) in (TYPO, SOUND)
    assert built.slips("tib").tolist() == [0, 0]


def test_a_slip_in_arabic_or_hebrew_is_forgiven():
    assert index("البقعاء").slips("البقغا").tolist() == [TYPO]
    assert index("כפר חרוב").slips("חרוף").tolist() == [0]  # four letters: too short
    assert index("חצרים").slips("חצריס").tolist() == [TYPO]


def test_numbers_are_never_read_as_sounds_or_slips():
    built = index("AL1005", "AL1006")
    assert built.scores("al1005").tolist() == [EXACT, 0]
    assert built.scores("al1007").tolist() == built.slips("al1007").tolist() == [0, 0]
    assert skeletons("al1005") == ()


def test_an_index_without_names_finds_nothing():
    assert NameIndex([], 2).scores("amman").tolist() == [0, 0]
    assert NameIndex([(0, "---")], 1).scores("amman").tolist() == [0]
