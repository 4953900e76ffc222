"""Sessions and tasks as iCalendar, and sessions read from such files."""

import pytest
from acting import Group, charter
from icalendar import Calendar

from waternet.errors import NotAcceptable, NotFound
from waternet.workinggroup.fold import fold
from waternet.workinggroup.interchange.calendar import write_calendar
from waternet.workinggroup.interchange.invitation import (
    MOST_CALENDAR,
    read_invitation,
    read_invitations,
)

CALL = {
    "body": "water",
    "titles": {"ar": "الدورة الثالثة", "en": "Third session", "he": "המושב השלישי"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "place": {"en": "Muscat; hall 2, upper floor"},
    "agenda": [{"id": "wells", "titles": {"en": "Wells"}}],
}
TASK = {
    "body": "water",
    "titles": {"en": "Map the wells"},
    "owner": "jordan",
    "due": "2026-05-01",
}


def founded(**changed) -> Group:
    group = Group()
    group.found(charter(**changed))
    return group


def call(group: Group, **changed) -> str:
    return group.act("israel", "session.call", "third", {**CALL, **changed})


def events(group: Group, language: str = "en"):
    written = write_calendar(group.fold(), language)
    return Calendar.from_ical(written).walk("VEVENT")


def lines(group: Group, language: str = "en") -> list[str]:
    """Return the unfolded lines (RFC 5545, 3.1)."""
    written = write_calendar(group.fold(), language)
    return written.decode().replace("\r\n ", "").split("\r\n")


def test_days_end_with_the_day_after_the_last_one():
    group = founded()
    call(group)
    # RFC 5545, 3.6.1: DTEND is the non-inclusive end.
    assert "DTSTART;VALUE=DATE:20260310" in lines(group)
    assert "DTEND;VALUE=DATE:20260313" in lines(group)


def test_moments_are_told_in_utc():
    group = founded()
    times = {"from": "2026-03-10T06:00:00Z", "to": "2026-03-10T10:30:00Z"}
    call(group, zone="Asia/Amman", **times)
    assert "DTSTART:20260310T060000Z" in lines(group)
    assert "DTEND:20260310T103000Z" in lines(group)
    assert "X-WATERNET-ZONE:Asia/Amman" in lines(group)


def test_the_uid_stays_and_the_sequence_grows_with_each_change():
    group = founded()
    called = call(group)
    first = events(group)[0]
    group.act(
        "israel",
        "session.change",
        "third",
        {"reason": "-", "to": "2026-03-11"},
        [called],
    )
    second = events(group)[0]
    assert first["UID"] == second["UID"] == f"{called}@waternet"
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second["DTSTAMP"].dt > first["DTSTAMP"].dt


def test_a_session_that_was_cancelled_stays_in_the_feed_as_cancelled():
    group = founded()
    group.act("israel", "session.cancel", "third", {"reason": "storm"}, [call(group)])
    assert "STATUS:CANCELLED" in lines(group)
    assert events(group)[0]["SEQUENCE"] == 1


def test_every_member_is_invited_the_absent_one_too():
    group = founded()
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    here = {"delegates": [{"names": {"en": "R. Haddad"}}]}
    group.act("jordan", "session.attend", "third", here, [opened])
    told = {
        str(one): str(one.params["PARTSTAT"]) for one in events(group)[0]["ATTENDEE"]
    }
    assert told == {
        "urn:waternet:atlas": "NEEDS-ACTION",
        "urn:waternet:israel": "NEEDS-ACTION",
        "urn:waternet:jordan": "ACCEPTED",
        "urn:waternet:palestine": "NEEDS-ACTION",
        "urn:waternet:yonder": "NEEDS-ACTION",
    }


def test_two_chairs_are_tentative():
    told = charter()
    told["bodies"][0]["gavel"] = ["atlas", "jordan"]
    group = Group()
    group.found(told)
    called = call(group)
    for party in ("atlas", "jordan"):
        group.act(party, "session.open", "third", {}, [called])
    assert "STATUS:TENTATIVE" in lines(group)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ar", "الدورة الثالثة"),
        ("en", "Third session"),
        ("he", "המושב השלישי"),
        ("fr", "الدورة الثالثة"),
    ],
)
def test_titles_are_in_the_language_asked_for_else_in_the_first_there_is(
    language, title
):
    group = founded()
    call(group)
    assert f"SUMMARY:{title}" in lines(group, language)


def test_a_task_is_to_do_until_its_owner_did_it():
    group = founded()
    called = call(group)
    told = {**TASK, "session": called}
    given = group.act("israel", "task.set", "map", told, [called])
    assert "STATUS:NEEDS-ACTION" in lines(group)
    assert "DUE;VALUE=DATE:20260501" in lines(group)
    assert f"RELATED-TO:{called}@waternet" in lines(group)
    group.act("jordan", "task.done", "map", {"evidence": ["a map"]}, [given])
    assert "STATUS:COMPLETED" in lines(group)


def test_what_was_reported_says_so():
    group = founded(keeper="atlas")
    report = {"of": "israel", "source": "a book", "date": "1992-01"}
    told = {**CALL, "from": "1992-01", "to": "1992-01"}
    group.act("atlas", "session.call", "third", told, **report)
    assert "reported by Atlas from a book" in events(group)[0]["DESCRIPTION"]


def test_lines_are_as_the_standard_wants_them():
    group = founded()
    call(group, titles={"he": "מושב " * 60})
    written = write_calendar(group.fold(), "he")
    assert written.count(b"\n") == written.count(b"\r\n")
    assert max(len(one) for one in written.split(b"\r\n")) <= 75
    assert "LOCATION:Muscat\\; hall 2\\, upper floor" in lines(group)


def test_two_nodes_write_the_same_bytes():
    group = founded()
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    here = {"delegates": [{"names": {"en": "R. Haddad"}}]}
    group.act("jordan", "session.attend", "third", here, [opened])
    group.act("israel", "task.set", "map", TASK)
    backward = fold(reversed(group.said()), group.id)
    assert write_calendar(backward, "en") == write_calendar(group.fold(), "en")


def test_a_feed_of_one_body_has_its_sessions_alone():
    group = founded()
    call(group)
    state = group.fold()
    assert b"VEVENT" in write_calendar(state, "en", "water")
    with pytest.raises(NotFound):
        write_calendar(state, "en", "fire")


@pytest.mark.parametrize(
    "times",
    [
        {"from": "2026-03-10", "to": "2026-03-12"},
        {"from": "2026-03-10T06:00:00Z", "to": "2026-03-10T10:30:00Z"},
    ],
)
def test_what_was_written_is_read_back(times):
    group = founded()
    called = call(group, zone="Asia/Amman", **times)
    read = read_invitation(write_calendar(group.fold(), "he"), "en")
    assert read.to_call() == {
        **times,
        "titles": {"en": "המושב השלישי"},
        "place": {"en": "Muscat; hall 2, upper floor"},
        "zone": "Asia/Amman",
        "agenda": [],
    }
    assert read.uid == f"{called}@waternet"


def test_what_was_read_can_be_called():
    group = founded()
    call(group)
    read = read_invitation(write_calendar(group.fold(), "en"), "en")
    told = {"body": "water", "sort": "session", **read.to_call()}
    group.act("israel", "session.call", "fourth", told)
    assert group.refused() == []


def calendar(*told: str, times: str = "DTSTART:20260310T060000Z") -> bytes:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//elsewhere//EN",
            "BEGIN:VEVENT",
            "UID:one",
            "DTSTAMP:20260301T000000Z",
            times,
            *told,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    ).encode()


def test_a_clock_with_its_zone_is_told_in_utc_and_the_zone_kept():
    # Amman keeps UTC+3 all year since October 2022.
    written = calendar(
        "DTEND;TZID=Asia/Amman:20260310T120000",
        "SUMMARY;LANGUAGE=ar:دورة",
        times="DTSTART;TZID=Asia/Amman:20260310T090000",
    )
    read = read_invitation(written, "en")
    assert (read.begins, read.ends) == ("2026-03-10T06:00:00Z", "2026-03-10T09:00:00Z")
    assert (read.zone, read.titles) == ("Asia/Amman", {"ar": "دورة"})


@pytest.mark.parametrize(
    ("times", "more", "begins", "ends"),
    [
        ("DTSTART;VALUE=DATE:20260310", (), "2026-03-10", "2026-03-10"),
        (
            "DTSTART;VALUE=DATE:20260310",
            ("DURATION:P3D",),
            "2026-03-10",
            "2026-03-12",
        ),
        (
            "DTSTART:20260310T060000Z",
            ("DURATION:PT90M",),
            "2026-03-10T06:00:00Z",
            "2026-03-10T07:30:00Z",
        ),
    ],
)
def test_an_end_that_is_not_told_follows_from_the_standard(times, more, begins, ends):
    # RFC 5545, 3.6.1: a DATE without an end lasts one day.
    read = read_invitation(calendar("SUMMARY:x", *more, times=times), "en")
    assert (read.begins, read.ends) == (begins, ends)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"junk", "no iCalendar file"),
        (b"", "no iCalendar file"),
        (b"BEGIN:VEVENT\r\n" * 15_000, "no iCalendar file"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "found 0"),
        (b" " * (MOST_CALENDAR + 1), "at most"),
        (calendar("SUMMARY:x", "RRULE:FREQ=DAILY"), "repeats"),
        (calendar("SUMMARY:x", "DTEND:soon"), "DTEND"),
        (calendar("SUMMARY:x", "DTEND:20260309T060000Z"), "ends before"),
        (calendar("SUMMARY:x", "DTEND;VALUE=DATE:20260311"), "one is a day"),
        (calendar("SUMMARY:x", "DTSTART:20260311T060000Z"), "2 times"),
        (calendar("LOCATION:x"), "SUMMARY"),
        (calendar("SUMMARY:" + "x" * 2_001), "at most"),
        (calendar("SUMMARY:a\u202eb"), "U+202E"),
        (calendar("SUMMARY:x", times="DTSTART:20260310T060000"), "without a zone"),
        (
            calendar("SUMMARY:x", times="DTSTART;TZID=Nowhere:20260310T060000"),
            "no zone 'Nowhere'",
        ),
        (calendar("SUMMARY:x", times="COMMENT:none"), "DTSTART"),
        (
            calendar("SUMMARY:x", "DURATION:P999999999D"),
            "too long",
        ),
    ],
)
def test_a_file_that_is_not_a_session_is_refused_by_name(written, told):
    with pytest.raises(NotAcceptable) as refusal:
        read_invitation(written, "en")
    assert told in str(refusal.value)


def test_of_several_events_one_is_said_by_its_uid():
    one = calendar("SUMMARY:one")
    two = one.replace(b"one", b"two")
    both = one.replace(b"END:VCALENDAR", two.split(b"EN\r\n")[1])
    assert [event.uid for event in read_invitations(both, "en")] == ["one", "two"]
    assert read_invitation(both, "en", "two").titles == {"en": "two"}
    with pytest.raises(NotAcceptable):
        read_invitation(both, "en")
    with pytest.raises(NotFound):
        read_invitation(both, "en", "three")
