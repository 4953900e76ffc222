"""The smallest files that published schemas take, and what these refuse."""

import json
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from mailboxes import open_mailbox
from popolo_rules import popolo_faults
from published_schemas import akoma_ntoso_faults, iati_faults

MINIMAL = Path(__file__).with_name("minimal")


def spoiled(name: str, old: str, new: str) -> bytes:
    text = (MINIMAL / name).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize("name", ["amendment.xml", "collection.xml", "statement.xml"])
def test_the_smallest_texts_are_akoma_ntoso(name: str) -> None:
    assert akoma_ntoso_faults((MINIMAL / name).read_bytes()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('<FRBRlanguage language="eng"/>', "", "Missing child element"),
        ('eId="para_1__content"', 'eId="para_1"', "Duplicate key-sequence"),
        ("</content>", "</content><num>2</num>", "This element is not expected"),
        ('date="1993-06-08" name="record"', 'name="record"', "'date' is required"),
        ('"deliberation"', '"report"', "3.3"),
        ('language="eng"', 'language="en"', "5.1.5"),
        ('country value="un"', 'country value="xx"', "5.1.1"),
        ('by="#party-a"', 'by="#party-b"', "5.8.1"),
        ("deliberation/group/1993-06-08/text-1/!", "x/!", "5.1.7"),
        ('/text-1"', '/text-2"', "6.1.1"),
        ('eng@1993-06-08"', 'heb@1993-06-08"', "6.1.2"),
        ('/.xml"', '/.pdf"', "6.1.3"),
    ],
)
def test_what_akoma_ntoso_or_its_profile_forbids_is_found(
    old: str, new: str, fault: str
) -> None:
    document = spoiled("statement.xml", old, new)
    assert any(fault in each for each in akoma_ntoso_faults(document))


def test_a_modification_that_no_metadata_explains_is_found() -> None:
    document = spoiled(
        "amendment.xml", '<source href="#mod_1"/>', "<source href='#x'/>"
    )
    assert any(each.startswith("7.1") for each in akoma_ntoso_faults(document))


def test_the_smallest_activities_are_iati() -> None:
    assert iati_faults((MINIMAL / "activities.xml").read_bytes()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('<activity-status code="2"/>', "", "This element is not expected"),
        ("1998-05-01", "1 May 1998", "not a valid value of the atomic type"),
        (' value-date="1998-05-01"', "", "'value-date' is required"),
        ('"2.03"', '"2.02"', "version"),
        ('code="13"', 'code="14"', "transaction-type"),
        ('activity-status code="2"', 'activity-status code="7"', "activity-status"),
        ('sector code="14015"', 'sector code="1"', "no sector"),
        ("group-project-1", "donor-project-1", "rule 1.1.21"),
        ('xml:lang="en" ', "", "rule 4.1.1"),
        ('default-currency="USD" ', "", "rule 7.8.1"),
        ('<sector code="14015"/>', "", "rule 6.2.2"),
        ('<recipient-region code="589"/>', "", "rule 3.7.2"),
        ('iso-date="1998-12-31"', 'iso-date="2008-12-31"', "rule 7.5.3"),
        ('iso-date="1998-12-31"', 'iso-date="1997-12-31"', "rule 8.6.3"),
        ('date iso-date="1998-05-01"', 'date iso-date="2998-05-01"', "rule 11.2.1"),
        ('type="2" iso-date="1998', 'type="2" iso-date="2998', "rule 11.1.4"),
    ],
)
def test_what_iati_forbids_is_found(old: str, new: str, fault: str) -> None:
    faults = iati_faults(spoiled("activities.xml", old, new))
    assert any(fault in each for each in faults)


def test_the_smallest_members_are_popolo() -> None:
    assert popolo_faults(json.loads((MINIMAL / "members.json").read_bytes())) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"person_id": "delegate-1", ', "", "$.memberships[1]"),
        ('"organization_id": "group"}],', '"x": "group"}],', "$.posts[0]"),
        ('"1992-01"', '"January 1992"', "founding_date"),
        ('"start_date": "1992-01-28"', '"start": "1992-01-28"', "'start'"),
        ('"1993-06-08T00:00:00Z"', '"1993-06-08T00:00:00+03:00"', "date"),
        ('"value": 1', '"value": "one"', "value"),
        ('"on_behalf_of_id": "party-a"', '"on_behalf_of_id": "b"', "organizations 'b'"),
        ('"id": "steering"', '"id": "group"', "given twice"),
        ('{"id": "delegate-1", ', "{", "'id' is a required property"),
        ('"+digest"', '"digest"', "'digest'"),
    ],
)
def test_what_popolo_forbids_is_found(old: str, new: str, fault: str) -> None:
    faults = popolo_faults(json.loads(spoiled("members.json", old, new)))
    assert any(fault in each for each in faults)


def test_a_mailbox_keeps_a_letter_in_three_scripts() -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = "node@example.org", "delegate@example.org"
    letter["Subject"] = "جلسة / session / ישיבה"
    letter.set_content("الماء\nwater\nמים\n")
    with (
        open_mailbox() as mailbox,
        smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as server,
    ):
        server.send_message(letter)
    assert mailbox.recipients == [["delegate@example.org"]]
    assert mailbox.letters[0]["Subject"] == letter["Subject"]
    lines = mailbox.letters[0].get_content().splitlines()
    assert lines == ["الماء", "water", "מים"]


def test_a_mailbox_that_is_full_keeps_nothing() -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = "node@example.org", "delegate@example.org"
    with (
        open_mailbox("452 4.2.2 full") as mailbox,
        smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as server,
        pytest.raises(smtplib.SMTPDataError) as refused,
    ):
        server.send_message(letter)
    assert refused.value.smtp_code == 452
    assert mailbox.letters == []
