"""Letters: sent, replied to, with what was understood."""

import pytest
from acting import Group

from waternet.workinggroup.letters import list_replies

SENT = {
    "to": ["jordan", "yonder"],
    "titles": {"en": "Talks"},
    "words": {"en": ["We propose talks.", "Under two sponsors."]},
    "sort": "proposal",
}
ACCEPTED = {
    "answer": "accepts",
    "words": {"en": ["We accept."]},
    "understandings": [{"en": "Both sponsors are there."}, {"en": "It is public."}],
}


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found()
    return made


def test_understandings_are_kept_with_the_acceptance(group):
    sent = group.act("atlas", "letter.send", "talks", SENT)
    group.act("jordan", "letter.reply", "talks", ACCEPTED, [sent])
    thing = group.fold().thing("letter", "talks")
    (reply,) = list_replies(thing)
    assert (reply.member, reply.answer) == ("jordan", "accepts")
    assert reply.understandings == (
        {"en": "Both sponsors are there."},
        {"en": "It is public."},
    )
    assert thing.value.words == {"en": ("We propose talks.", "Under two sponsors.")}


def test_an_absent_member_may_reply(group):
    sent = group.act("atlas", "letter.send", "talks", SENT)
    group.act("yonder", "letter.reply", "talks", ACCEPTED, [sent])
    assert group.refused() == []


def test_whom_it_was_not_sent_to_does_not_reply(group):
    sent = group.act("atlas", "letter.send", "talks", SENT)
    group.act("israel", "letter.reply", "talks", ACCEPTED, [sent])
    assert group.refused() == ["not-entitled"]


@pytest.mark.parametrize("answer", ["declines", "answers"])
def test_there_are_no_understandings_without_an_acceptance(group, answer):
    sent = group.act("atlas", "letter.send", "talks", SENT)
    told = {**ACCEPTED, "answer": answer}
    group.act("jordan", "letter.reply", "talks", told, [sent])
    assert group.refused() == ["unreadable-act"]


@pytest.mark.parametrize(
    ("to", "name"),
    [
        (["nowhere"], "not-a-member"),
        ([], "unreadable-act"),
        (["jordan", "jordan"], "unreadable-act"),
    ],
)
def test_a_letter_is_to_members(group, to, name):
    group.act("atlas", "letter.send", "talks", {**SENT, "to": to})
    assert group.refused() == [name]


def test_replies_are_in_the_order_of_their_days(group):
    sent = group.act("atlas", "letter.send", "talks", SENT)
    for party in ("yonder", "jordan"):
        group.act(party, "letter.reply", "talks", ACCEPTED, [sent])
    replies = list_replies(group.fold().thing("letter", "talks"))
    assert [one.member for one in replies] == ["yonder", "jordan"]
