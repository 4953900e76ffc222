"""Members, bodies, delegates and posts as Popolo, and charters read from such files."""

import json

import pytest
from acting import Group, body, charter
from popolo_rules import popolo_faults

from waternet.errors import NotAcceptable
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.fold import fold
from waternet.workinggroup.interchange.popolo import write_popolo
from waternet.workinggroup.interchange.popolo_reading import MOST_POPOLO, read_popolo
from waternet.workinggroup.preset import list_presets, preset

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "place": {"en": "Muscat"},
    "agenda": [],
}


def founded(told=None) -> Group:
    group = Group()
    group.found(told or charter())
    return group


def written(group: Group) -> dict:
    return json.loads(write_popolo(group.fold(), "en"))


def test_popolo_objects_to_nothing_in_it():
    group = founded(charter(bodies=[body(), body("wells", under="water")]))
    group.accredit("jordan", "rana", office="hydrologist", bodies=["wells"])
    called = group.act("israel", "session.call", "third", CALL)
    group.act("atlas", "session.open", "third", {}, [called])
    graph = written(group)
    assert popolo_faults(graph) == []
    assert [one["name"] for one in graph["events"]] == ["Third session"]


@pytest.mark.parametrize("name", list_presets())
def test_a_preset_is_read_back_as_the_same_charter(name):
    group = founded(preset(name).to_json())
    content = write_popolo(group.fold(), "en")
    assert popolo_faults(json.loads(content)) == []
    draft = read_popolo(content)
    assert draft.charter.to_json() == preset(name).to_json()
    assert draft.assumed == ()


def test_a_member_with_a_standing_invitation_has_its_role_now():
    group = founded()
    group.act("yonder", "member.join", "yonder")
    (told,) = [
        one
        for one in written(group)["memberships"]
        if one["id"] == "member:yonder in group"
    ]
    assert (told["role"], told["+seat"], told["+role_now"]) == (
        "absent",
        "regional",
        "regional",
    )


def test_a_delegate_speaks_for_a_party_in_the_bodies_of_the_credential():
    group = founded(charter(bodies=[body(), body("wells")]))
    group.accredit("jordan", "rana", bodies=["wells"], until="2026-12-31")
    (told,) = [
        one
        for one in written(group)["memberships"]
        if one.get("person_id") == "delegate:jordan:rana"
    ]
    assert told["organization_id"] == "body:wells"
    assert told["on_behalf_of_id"] == "member:jordan"
    assert told["end_date"] == "2026-12-31"


def test_a_delegate_whose_credential_was_taken_back_is_not_there():
    group = founded()
    group.dismiss("jordan", "envoy")
    assert "delegate:jordan:envoy" not in {
        one["id"] for one in written(group)["persons"]
    }


def test_two_nodes_write_the_same_bytes():
    group = founded()
    group.act("israel", "session.call", "third", CALL)
    backward = fold(reversed(group.said()), group.id)
    assert write_popolo(backward, "ar") == write_popolo(group.fold(), "ar")


def foreign(**changed) -> dict:
    """Return a file as another program writes it: no term of ours is in it."""
    told = {
        "organizations": [
            {"id": "ocd/basin", "name": "Basin commission"},
            {"id": "ocd/experts", "name": "Experts", "parent_id": "ocd/basin"},
            {"id": "ocd/lower", "name": "Lower"},
            {"id": "ocd/upper", "name": "Upper"},
        ],
        "persons": [{"id": "p1", "name": "R. Haddad"}],
        "memberships": [
            {
                "id": "1",
                "member": {"id": "ocd/lower"},
                "organization_id": "ocd/basin",
                "role": "core",
            },
            {
                "id": "2",
                "person_id": "p1",
                "organization_id": "ocd/basin",
                "on_behalf_of_id": "ocd/upper",
            },
            {
                "id": "3",
                "member": {"id": "ocd/lower"},
                "organization_id": "ocd/experts",
                "role": "gavel-holder",
            },
        ],
    }
    return {**told, **changed}


def test_what_a_file_does_not_tell_is_assumed_and_said():
    graph = foreign()
    assert popolo_faults(graph) == []
    draft = read_popolo(json.dumps(graph).encode(), "en")
    assert [(one.id, one.role) for one in draft.charter.members] == [
        ("lower", "core"),
        ("upper", "core"),
    ]
    assert [(one.id, one.gavel) for one in draft.charter.bodies] == [
        ("experts", ("lower",))
    ]
    assert draft.charter.languages == ("en",)
    assert any("ocd/upper is a core member" in one for one in draft.assumed)
    assert any("every role has every right" in one for one in draft.assumed)
    assert any(
        "the charter changes by consent of all: core" in one for one in draft.assumed
    )


def test_a_draft_can_found_a_group():
    draft = read_popolo(json.dumps(foreign()).encode(), "en")
    group = founded(draft.charter.to_json())
    assert group.refused() == []
    assert group.fold().charter == read_charter(draft.charter.to_json())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"junk", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "lists"),
        (b" " * (MOST_POPOLO + 1), "at most"),
        (b"{}", "found: none"),
        ({"organizations": {}}, "expected a list"),
        ({"organizations": [1]}, "each with an 'id'"),
        ({"organizations": [{"id": "a", "parent_id": []}]}, "expected an id"),
        ({"organizations": [{"id": "a"}, {"id": "a"}]}, "two have one id"),
        (foreign(memberships=[]), "found: none"),
        (foreign(memberships=foreign()["memberships"][:2]), "nobody holds the gavel"),
        (
            foreign(
                memberships=[
                    *foreign()["memberships"],
                    {"id": "4", "member": {"id": "x"}, "organization_id": "ocd/basin"},
                ]
            ),
            "no organization 'x'",
        ),
        (
            foreign(
                organizations=[
                    {**one, "parent_id": None} for one in foreign()["organizations"]
                ]
            ),
            "expected one organization",
        ),
    ],
)
def test_a_file_that_makes_no_charter_is_refused_by_name(content, told):
    given = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(NotAcceptable) as refusal:
        read_popolo(given, "en")
    assert told in str(refusal.value)


def test_names_without_a_language_are_refused_unless_it_is_said():
    with pytest.raises(NotAcceptable) as refusal:
        read_popolo(json.dumps(foreign()).encode())
    assert "does not tell its language" in str(refusal.value)
