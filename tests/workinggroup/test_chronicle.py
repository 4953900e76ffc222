"""Chronicles: what an archive tells, as reports."""

import pytest
from acting import Group, charter

from waternet.errors import NotAcceptable, NotFound
from waternet.workinggroup.chronicle import enact, read_chronicle

TOLD = """
source = "Minutes"

[[report]]
as = "seat"
act = "member.join"
subject = "yonder"
of = "yonder"
date = "1994-05"
"""


def _read(text, files=()):
    return read_chronicle(text, "told.toml", dict(files).__getitem__)


def test_a_report_has_the_common_source_unless_it_gives_another():
    assert _read(TOLD)[0].source == "Minutes"
    assert _read(TOLD + 'source = "A letter"\n')[0].source == "A letter"


def test_a_report_without_a_source_is_refused_by_its_number():
    with pytest.raises(NotAcceptable, match=r"told\.toml: report 1: field 'source'"):
        _read(TOLD.replace('source = "Minutes"', ""))


def test_a_field_that_is_not_known_is_refused():
    with pytest.raises(NotAcceptable, match="'day' is not known"):
        _read(TOLD + 'day = "1994"\n')


def test_another_file_is_taken_in_and_what_stands_beside_replaces_it():
    more = '[report.body.charter]\n"@" = "a.toml"\nb = 2\nrows = [{id = "y", n = 9}]\n'
    held = 'a = 1\nb = 1\nrows = [{id = "x", n = 1}, {id = "y", n = 1, m = 2}]\n'
    (report,) = _read(TOLD + more, {"a.toml": held})
    rows = [{"id": "x", "n": 1}, {"id": "y", "n": 9, "m": 2}]
    assert report.body["charter"] == {"a": 1, "b": 2, "rows": rows}


def test_names_become_the_ids_of_the_acts_before():
    more = (
        '[[report]]\nact = "a.b"\nsubject = "c"\nof = "yonder"\ndate = "1995"\n'
        'on = ["seat"]\nbody = {about = ["=seat"]}\n'
    )
    signed = []

    def sign(report):
        signed.append(report)
        return f"id-{len(signed)}"

    assert enact(_read(TOLD + more), sign) == {"seat": "id-1"}
    assert signed[1].on == ("id-1",)
    assert signed[1].body == {"about": ["id-1"]}


def test_a_name_that_comes_later_is_refused():
    with pytest.raises(NotFound, match="no earlier report is named 'later'"):
        enact(_read(TOLD + 'on = ["later"]\n'), lambda _report: "id")


def test_what_the_keeper_reports_counts_and_is_told_as_reported():
    group = Group()
    group.found(charter(keeper="atlas"))

    def sign(report):
        told = {"of": report.of, "source": report.source, "date": report.date}
        return group.act("atlas", report.verb, report.subject, report.body, **told)

    enact(_read(TOLD), sign)
    state = group.fold()
    assert state.refusals == ()
    (act,) = [one.act for one in state.seats.all()]
    assert (act.member, act.party, act.source) == ("yonder", "atlas", "Minutes")
