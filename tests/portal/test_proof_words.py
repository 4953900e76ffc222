"""Every kind, field, check and finding of the record has words in every language."""

import pytest

from waternet.exchange.finding import NEXT_STEP
from waternet.node.attested import CHECKS, AttestedEntry
from waternet.portal.language.language import get_language
from waternet.portal.proof.fields import HIDDEN, fields_of
from waternet.portal.proof.words import (
    check_words,
    field_words,
    finding_words,
    kind_words,
)
from waternet.record.entry import Entry
from waternet.record.kinds import KINDS, OPTIONAL

LANGUAGES = [get_language(code) for code in ("ar", "en", "he")]
HASH = "ab" * 32
BLOB = {"bytes": 10, "count": 2, "sha256": HASH}
NAMED = {"entry": 3, "party": "birch", "sha256": HASH}
by_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)


@by_language
def test_every_kind_check_and_finding_is_said(language):
    assert set(KINDS) <= set(kind_words(language))
    assert set(check_words(language)) == set(CHECKS)
    assert set(finding_words(language)) == set(NEXT_STEP)
    assert all(one.means and one.step for one in finding_words(language).values())


@by_language
def test_every_field_of_every_kind_is_named_or_left_to_the_signed_text(language):
    fields = {name for kind in KINDS for name in KINDS[kind]}
    fields |= {name for kind in OPTIONAL for name in OPTIONAL[kind]}
    assert fields - set(field_words(language)) - set(HIDDEN) == set()


def _told(kind, **body):
    entry = Entry(kind, "waternet/amber", "amber", "2026-01-01T00:00:00Z", body)
    one = AttestedEntry("amber", 5, entry=entry)
    shown = fields_of(one, LANGUAGES[1], "birch")
    return {field.name: (field.kind, field.value) for field in shown}


def test_fields_are_shown_as_what_they_are():
    told = _told(
        "revise",
        dataset="levels",
        title="Levels",
        observations={"bytes": 10, "rows": 7, "sha256": HASH},
        rejected=3,
        sealed={"keys": BLOB, "to": ["amber", "birch"]},
        checks=[],
        input={"name": "x.csv", "sha256": HASH},
        **{"from": "2015-01-01T00:00:00Z"},
    )
    assert told["dataset"] == ("ident", "levels")
    assert told["title"] == ("text", "Levels")
    kind, blob = told["observations"]
    assert (kind, blob["count"]) == ("blob", 7)
    assert blob["path"] == f"/mirror/amber/blob/ab/{HASH}"
    assert told["rejected"] == ("number", 3)
    assert told["sealed"] == ("parties", ["amber", "birch"])
    assert told["checks"] == ("list", [])
    assert told["input"] == ("hash", {"name": "x.csv", "sha256": HASH})
    assert told["from"][0] == "moment"


def test_what_refers_to_another_entry_leads_there():
    there = {"party": "birch", "entry": 3}
    own = {"party": "amber", "entry": 2}
    assert _told("answer", request=NAMED)["request"] == ("entry", there)
    assert _told("withdraw", release=2)["release"] == ("entry", own)
    told = _told("grant", to="birch", release=2, until="2026-02-01T00:00:00Z")
    assert told["to"] == ("party", "birch")
    assert told["until"][0] == "moment"
    assert _told("joint-total", commitments=[NAMED])["commitments"][0] == "entries"
    opened = _told("open", releases=[{"key": "AGE", "release": 2}])
    assert opened["releases"] == ("entries", [own])
