"""What a delegate, a gavel-holder or a steward may try in a working group."""

from datetime import timedelta

from acting import Group, body, charter
from drafting import CORE, Drafting, found, silent, words
from faults.threat import TAKEN, named

from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.sight import Sight

STANDS = "it stands"


def _consented(*paragraphs):
    drafting = Drafting(found()).draft(*paragraphs or ("p1",))
    drafting.consent_all()
    return drafting


def _refused(group):
    return named(group.fold().refusals)


def _adopted(drafting):
    """Say what kept a text from being adopted."""
    if drafting.stage() == "adopted":
        return TAKEN
    refused = drafting.group.fold().refusals
    return named(one for one in refused if one.name != "builds-on-refused")


def replayed_act(_folder):
    """A steward enters an act of its delegate a second time."""
    group = found()
    _, note = group.sign("yonder", "member.join", "yonder")
    group.enter("yonder", note)
    group.enter("yonder", note)
    return _refused(group)


def act_of_another_group(_folder):
    """What was signed for one group is entered into the other one of its members."""
    group = found()
    other = Group(logs=group.logs, now=group.now)
    other.found(charter(name="other"))
    _, note = group.sign("yonder", "member.join", "yonder")
    group.enter("yonder", note, group=other.id)
    return _refused(other)


def act_of_another_party(_folder):
    """A steward enters what another party's delegate signed, to speak for it."""
    group = found()
    _, note = group.sign("yonder", "member.join", "yonder")
    group.enter("jordan", note)
    return _refused(group)


def anothers_delegate(_folder):
    """A delegate of one party signs in the name of one of another."""
    group = found()
    group.logs["jordan"].keys["envoy"] = group.logs["israel"].keys["envoy"]
    Drafting(group).draft()
    return _refused(group)


def dismissed_delegate(_folder):
    """A delegate goes on after the party took the credential back."""
    group = found()
    group.dismiss("yonder", "envoy")
    group.act("yonder", "member.join", "yonder")
    return _refused(group)


def back_dated(_folder):
    """A delegate dates an act before what it was to answer."""
    group = found()
    group.act("yonder", "member.join", "yonder", date="2026-02-01")
    return _refused(group)


def moved_consent(_folder):
    """A consent to one paragraph is counted for another one of the same words."""
    drafting = Drafting(found()).draft("p1", "p2")
    drafting.amend("p2", words("p1"))
    drafting.consent_all(but=["p2"])
    for party in CORE:
        given = drafting.group.fold().taken[drafting.given[party, "p1"]].act.body
        told = {**given, "paragraph": "p2"}
        drafting.given[party, "p2"] = drafting.beside(party, "consent", told)
    drafting.adopt()
    return _adopted(drafting)


def changed_language(_folder):
    """One language version is changed after the members consented."""
    drafting = _consented()
    drafting.amend("p1", {**words("p1"), "he": "אחרת"})
    drafting.adopt()
    return _adopted(drafting)


def missing_consent(_folder):
    """A gavel-holder adopts without one of those who count."""
    drafting = Drafting(found()).draft()
    drafting.consent_all("israel", "jordan")
    drafting.adopt()
    return _adopted(drafting)


def reported_consent(_folder):
    """Who keeps the record reports that a member consented."""
    drafting = Drafting(found(charter(keeper="atlas"))).draft()
    drafting.consent_all("israel", "jordan")
    given = drafting.group.fold().taken[drafting.given["israel", "p1"]].act.body
    report = {"of": "palestine", "source": "a conversation"}
    told = drafting.beside("atlas", "consent", given, **report)
    drafting.adopt(on=[told])
    return _adopted(drafting)


def overlooked_objection(_folder):
    """A gavel-holder adopts by silence, and claims to have heard no objection."""
    drafting = Drafting(found(silent())).draft()
    deadline = f"{drafting.group.now + timedelta(days=11):%Y-%m-%d}"
    content = {"deadline": deadline, "seen": drafting.group.seen()}
    drafting.change("atlas", "submit", content)
    seen = drafting.group.seen()
    drafting.object("israel")
    drafting.group.now += timedelta(days=12)
    drafting.adopt(seen=seen)
    return _adopted(drafting)


def foreseen_objection(_folder):
    """A gavel-holder claims to have seen all that is still to come, to undo it then."""
    drafting = _consented()
    base = drafting.last
    drafting.last = drafting.adopt(seen=dict.fromkeys(drafting.group.logs, 1 << 40))
    drafting.last = base
    drafting.group.now += timedelta(days=9)
    drafting.object("israel")
    return STANDS if drafting.stage() == "adopted" else _refused(drafting.group)


def reopened_text(_folder):
    """A member amends what was adopted, from before the adoption."""
    drafting = _consented()
    base = drafting.last
    drafting.last = drafting.adopt()
    drafting.last = base
    drafting.amend("p1", words("another"))
    return _of_two(drafting.group)


def adopted_twice(_folder):
    """Another gavel-holder adopts the text again: two at once would be a conflict."""
    drafting = Drafting(found(charter(bodies=[body(gavel=["atlas", "yonder"])])))
    drafting.group.act("yonder", "member.join", "yonder")
    drafting.draft().consent_all()
    seen = drafting.group.seen()
    drafting.adopt(seen=seen)
    drafting.adopt(party="yonder", seen=seen)
    return STANDS if drafting.stage() == "adopted" else _of_two(drafting.group)


def pushed_back(_folder):
    """A member amends the first draft, long after others went on from it."""
    drafting = Drafting(found()).draft()
    first = drafting.last
    drafting.amend("p1", words("newer"), party="israel")
    drafting.amend("p1", words("newest"), party="jordan")
    drafting.last = first
    drafting.amend("p1", words("older"), party="palestine")
    standing = drafting.thing().value.paragraphs[0].words
    return STANDS if standing != words("p1") else "the first draft stands"


def _of_two(group):
    """Say what comes of changes at once."""
    state = group.fold()
    return named([*state.refusals, *state.conflicts])


def charter_without_consent(_folder):
    """A member adopts a charter that one of those who count did not consent to."""
    group = found()
    told = charter(excluded=["council"])
    _adopt(group, _consent_all(group, told, ("israel", "jordan")))
    return _refused(group)


def charter_come_back(_folder):
    """A member brings a former charter back, by the consents of that time."""
    group = found()
    first = charter(excluded=["council"])
    given = _consent_all(group, first)
    group.charter = _adopt(group, given)
    second = charter(excluded=["cabinet"])
    group.charter = _adopt(group, _consent_all(group, second))
    _adopt(group, given)
    return _refused(group)


def closed_eyes(_folder):
    """Who adopts a charter claims to have seen nothing of what others did before."""
    drafting = Drafting(found()).draft(party="israel")
    group, told = drafting.group, charter(excluded=["council"])
    given = _consent_all(group, told)
    _adopt(group, given, seen={"israel": 0})
    refused = group.fold().refusals
    return STANDS if not refused else named(refused)


def second_chair(_folder):
    """A gavel-holder closes the session that another one opened."""
    gavel = ["atlas", "jordan"]
    group = found(charter(bodies=[body(gavel=gavel)]))
    told = {
        "body": "water",
        "titles": words(),
        "sort": "session",
        "from": "2026-04-01",
        "to": "2026-04-02",
        "place": words(),
        "agenda": [{"id": "one", "titles": words()}],
    }
    called = group.act("atlas", "session.call", "first", told)
    opened = group.act("atlas", "session.open", "first", {}, [called])
    content = {"minutes": {"en": ["All."]}, "decisions": [], "seen": group.seen()}
    group.act("jordan", "session.close", "first", content, [opened])
    return _refused(group)


def _consent_all(group, told, parties=CORE):
    """Let a charter be proposed and consented to; return the ids of these acts."""
    on = [group.charter]
    content = {"charter": told}
    on.append(group.act("jordan", "charter.propose", "charter", content, on))
    for party in parties:
        content = {**group.consent(read_charter(told).sha256), "seen": group.seen()}
        on.append(group.act(party, "charter.consent", "charter", content, on[:2]))
    return on[1:]


def _adopt(group, given, **changed):
    content = {"seen": group.seen(), **changed}
    on = [group.charter, *given]
    return group.act("jordan", "charter.adopt", "charter", content, on)


# ------------------------------------------------------ what defends, taken away


def first_credential(credentials, party, delegate, _index):
    """Find the first credential of a delegate, whatever came after it."""
    return next(
        one
        for one in credentials.all()
        if (one.party, one.delegate) == (party, delegate)
    )


def own_eyes(succession, name):
    """Find the next charter, by what its adoption claims alone."""
    line = [one.act.id for one in succession._line]
    later = succession._line[line.index(name) + 1 :]
    if not later:
        return "", []
    sight = later[0].sight
    return later[0].act.id, [Sight(sight.issued, sight.claimed, {})]


def all_tips(thing):
    """Let every change at once count, whoever has acted on it."""
    return thing.tips


def by_itself(taken):
    """Take every adoption for one of its own."""
    return taken.act.id


def as_claimed(floor, _text, one):
    """Believe the one who adopts."""
    return floor.was_there(one)
