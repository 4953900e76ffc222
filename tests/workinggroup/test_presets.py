"""The charters that come with the package, and what a charter may not say."""

import pytest
from acting import body, charter, member

from waternet.errors import NotAcceptable, NotFound
from waternet.workinggroup.charter_form import from_toml, read_charter
from waternet.workinggroup.preset import list_presets, preset, preset_text


@pytest.mark.parametrize("name", list_presets())
def test_a_preset_is_a_charter_in_three_languages(name):
    made = preset(name)
    assert made.languages == ("ar", "en", "he")
    for named in (*made.members, *made.bodies):
        assert set(named.names) == {"ar", "en", "he"}


def test_a_preset_that_is_edited_is_read_as_a_file():
    text = preset_text("bilateral-committee").replace('"bilateral"', '"springs"')
    assert from_toml(text, "springs.toml").name == "springs"


def test_a_preset_that_is_not_there_names_those_that_are():
    with pytest.raises(NotFound, match="atlantis") as caught:
        preset("atlantis")
    assert "river-commission" in caught.value.hint


def test_madrid_and_moscow_had_five_groups_and_two_who_stayed_away():
    """A. Baklanov, in Magen and Rakov (eds.), Thirty Years of Full Diplomatic..."""
    made = preset("madrid-moscow-1992")
    absent = [one.id for one in made.members if one.role == "absent"]
    sponsors = [one.id for one in made.members if one.role == "co-sponsor"]
    under = [one.id for one in made.bodies if one.under == "steering"]
    assert absent == ["lebanon", "syria"]
    assert sponsors == ["russia", "united-states"]
    assert len(under) == 5
    assert made.linkages[0].stages == ("execution",)


def test_four_and_four_and_two_and_one_are_eleven():
    assert len(preset("four-four-two-one-2021").members) == 4 + 4 + 2 + 1


def test_a_charter_reads_as_it_was_written():
    made = preset("madrid-moscow-1992")
    again = read_charter(made.to_json())
    assert again == made
    assert again.sha256 == made.sha256


_WRONG = {
    "is in two joint delegations": {
        "joint": [["israel", "jordan"], ["jordan", "palestine"]]
    },
    "its quorum is more than all": {
        "change": {"how": "all", "of": ["core"], "quorum": 4}
    },
    "nobody's consent": {"change": {"how": "all", "of": ["donor"]}},
    "under itself": {
        "bodies": [body("springs", under="water"), body("water", under="springs")]
    },
    "gives no right to chair": {
        "bodies": [body(rights={**body()["rights"], "chair": ["core"]})]
    },
    "gives no right to consent": {
        "bodies": [body(rights={**body()["rights"], "consent": ["observer"]})]
    },
    "cannot make a quorum": {
        "bodies": [body(consensus={"how": "all", "of": ["core"], "quorum": 9})]
    },
    "there is no body": {"bodies": [body(under="nowhere")]},
    "names one member twice": {"members": [member("israel"), member("israel")]},
    "by consent of 'all'": {"change": {"how": "present", "of": ["core"]}},
    "is no member": {"keeper": "nobody"},
    "'seat' is the role": {"members": [member("israel", "absent")]},
}


@pytest.mark.parametrize("message", _WRONG)
def test_a_charter_that_could_not_work_is_refused(message):
    with pytest.raises(NotAcceptable, match=message):
        read_charter(charter(**_WRONG[message]))
