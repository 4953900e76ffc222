"""Projects and pledges as IATI 2.03: valid by its schema and rules, and read back."""

from xml.etree import ElementTree

import pytest
from acting import Group, charter
from okfn_iati import enums
from published_schemas import iati_faults

from waternet.errors import NotAcceptable
from waternet.workinggroup.interchange import iati_codes
from waternet.workinggroup.interchange.iati import write_activities
from waternet.workinggroup.interchange.iati_reading import read_activities
from waternet.workinggroup.stages import STAGES

DAY = "2026-04-01"
LINKAGE = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}
RATE = {"currency": "EUR", "per": "0.9", "on": "2026-03", "source": "the bank"}
IDEA = {
    "titles": {"ar": "مختبر", "en": "A laboratory", "he": "מעבדה"},
    "words": {"en": ["Levels & salts.", "Wells < 100 m."], "he": ["מפלסים."]},
    "lead": "jordan",
    "sponsors": ["atlas"],
    "participants": ["israel", "palestine"],
    "experts": ["luxembourg"],
    "beneficiaries": ["palestine"],
    "others": {"luxembourg": {"en": "Luxembourg"}},
    "sites": [{"names": {"en": "Gaza"}, "latitude": "31.5", "longitude": "34.45"}],
    "milestones": [{"id": "site", "titles": {"en": "Site"}, "due": "2026-12-31"}],
    "risks": [{"en": "No power"}],
    "cost": {"amount": "1500000.50", "currency": "USD"},
}


def _group() -> Group:
    made = Group()
    made.found(charter(linkages=[LINKAGE], keeper="atlas"))
    return made


@pytest.fixture
def group() -> Group:
    """Make a group with one project, what was pledged for it, and a block."""
    made = _group()
    idea = made.act("jordan", "project.idea", "laboratory", {"body": "water", **IDEA})
    told = {"track": "bilateral", "stage": "execution", "reason": "talks are off"}
    made.act("israel", "project.block", "laboratory", told, [idea])
    money = {
        "titles": {"en": "Pumps"},
        "amount": "1000000",
        "currency": "USD",
        "due": "2026-09-30",
        "rate": RATE,
        "project": idea,
    }
    pledge = made.act("israel", "pledge.make", "pumps", money, [idea])
    told = {"amount": "250000.25", "on": "2026-03-02", "evidence": ["advice"]}
    made.act("jordan", "pledge.receive", "pumps", told, [pledge])
    kind = {"titles": {"en": "Experts"}, "kind": "experts", "project": idea}
    pledge = made.act("palestine", "pledge.make", "experts", kind, [idea])
    told = {"words": {"en": "one came"}, "on": "2026-03", "evidence": ["a letter"]}
    made.act("jordan", "pledge.receive", "experts", told, [pledge])
    assert made.refused() == []
    return made


def _written(group: Group, **given) -> bytes:
    return write_activities(group.fold(), DAY, **given)


def test_what_is_written_is_valid_by_schema_and_rules(group):
    assert iati_faults(_written(group)) == []


def test_each_stage_is_a_status_of_the_code_list():
    statuses = {str(one.value) for one in enums.ActivityStatus}
    assert set(iati_codes.STATUS) == set(STAGES)
    assert set(iati_codes.STATUS.values()) <= statuses
    assert set(iati_codes.STAGE_OF_STATUS) == statuses
    assert set(iati_codes.STAGE_OF_STATUS.values()) <= set(STAGES)


def test_the_other_codes_are_those_of_the_code_lists():
    def codes(list_):
        return {str(one.value) for one in list_}

    assert set(iati_codes.ROLES.values()) <= codes(enums.OrganisationRole)
    assert set(iati_codes.DATE_TYPES.values()) <= codes(enums.ActivityDateType)
    assert iati_codes.FOR_US.keys() <= codes(enums.TransactionType)
    assert iati_codes.GROUP_TYPE in codes(enums.OrganisationType)
    assert iati_codes.ANY_REGION in codes(enums.RecipientRegion)


def test_what_was_proposed_is_read_back_as_it_was(group):
    (found,) = read_activities(_written(group))
    assert (found.id, found.stage, found.day) == ("laboratory", "idea", "2026-03-02")
    assert found.body == IDEA


def test_pledges_and_receipts_are_read_back_in_money_and_in_kind(group):
    (found,) = read_activities(_written(group))
    pumps, receipt, experts = found.given
    assert (pumps.sort, pumps.donors) == ("pledge", ("israel",))
    assert pumps.body == {
        "titles": {"en": "Pumps"},
        "kind": "money",
        "amount": "1000000",
        "currency": "USD",
        "due": "2026-09-30",
        "rate": RATE,
    }
    assert (receipt.sort, receipt.body["amount"]) == ("receipt", "250000.25")
    assert (experts.donors, experts.body["kind"]) == (("palestine",), "experts")


def test_what_is_in_kind_is_no_transaction_of_nothing(group):
    root = ElementTree.fromstring(_written(group))
    codes = [one.get("code") for one in root.iter("transaction-type")]
    assert codes == ["13", "1"]
    other = root.find("iati-activity/description[@type='4']/narrative")
    assert other.text == "Experts"


def test_a_block_is_a_condition_of_policy(group):
    root = ElementTree.fromstring(_written(group))
    conditions = root.find("iati-activity/conditions")
    assert conditions.get("attached") == "1"
    assert conditions.findtext("condition/narrative").endswith("talks are off")


def test_a_project_without_anybody_is_valid_too():
    group = _group()
    told = {"body": "water", "titles": {"en": "An idea"}}
    group.act("jordan", "project.idea", "idea", told)
    assert iati_faults(_written(group)) == []
    (found,) = read_activities(_written(group))
    assert found.body == {"titles": {"en": "An idea"}}


def test_days_known_by_the_year_alone_stay_so_and_reports_are_labelled():
    group = _group()
    report = {"of": "palestine", "source": "an archive"}
    told = {"body": "water", "titles": {"en": "Waternet"}}
    idea = group.act("atlas", "project.idea", "waternet", told, date="1996", **report)
    told = {
        "titles": {"en": "A sum"},
        "amount": "16000000",
        "currency": "USD",
        "project": idea,
        "with": ["israel"],
    }
    group.act("atlas", "pledge.make", "sum", told, [idea], date="1998-05", **report)
    written = _written(group)
    assert iati_faults(written) == []
    root = ElementTree.fromstring(written)
    stage = root.find(f".//{iati_codes.OWN}stage")
    assert (stage.get("reported-by"), stage.get("source")) == ("atlas", "an archive")
    (found,) = read_activities(written)
    assert (found.day, found.given[0].day) == ("1996", "1998-05")
    assert found.given[0].donors == ("israel", "palestine")


def test_two_nodes_write_the_same_bytes(group):
    assert _written(group) == _written(group)
    assert b"XI-IATI-X-laboratory-" in _written(group, reporter="XI-IATI-X")


def test_one_project_alone_is_written(group):
    told = {"body": "water", "titles": {"en": "Another"}}
    group.act("jordan", "project.idea", "another", told)
    assert len(read_activities(_written(group))) == 2
    (found,) = read_activities(_written(group, project="another"))
    assert found.id == "another"


FOREIGN = """<iati-activities version="2.03">
 <iati-activity default-currency="USD" xml:lang="fr">
  <iati-identifier>XM-DAC-1-77/2</iati-identifier>
  <reporting-org ref="XM-DAC-1" type="10"><narrative>B</narrative></reporting-org>
  <title><narrative>Puits</narrative></title>
  <description><narrative>Des puits.</narrative></description>
  <participating-org ref="XM-DAC-9" role="1">
   <narrative>Fonds</narrative>
  </participating-org>
  <participating-org role="4"><narrative>Office de l'eau</narrative></participating-org>
  <activity-status code="2"/>
  <activity-date type="1" iso-date="1998-01-01"/>
  <activity-date type="2" iso-date="1998-06-01"/>
  <transaction>
   <transaction-type code="11"/><transaction-date iso-date="1998-05-01"/>
   <value value-date="1998-05-01">5000</value>
   <provider-org ref="XM-DAC-9"/>
  </transaction>
  <transaction>
   <transaction-type code="4"/><transaction-date iso-date="1998-05-01"/>
   <value value-date="1998-05-01">5000</value>
  </transaction>
 </iati-activity>
</iati-activities>"""


def test_a_file_of_another_program_becomes_a_draft():
    (found,) = read_activities(FOREIGN.encode())
    assert (found.id, found.stage, found.day) == (
        "XM-DAC-1-77-2",
        "execution",
        "1998-06-01",
    )
    assert found.body["titles"] == {"fr": "Puits"}
    assert found.body["sponsors"] == ["XM-DAC-9"]
    assert found.body["participants"] == ["Office-de-l-eau"]
    assert found.body["others"]["Office-de-l-eau"] == {"fr": "Office de l'eau"}
    (pledge,) = found.given
    assert (pledge.donors, pledge.body["amount"], pledge.body["currency"]) == (
        ("XM-DAC-9",),
        "5000",
        "USD",
    )


@pytest.mark.parametrize(
    "document",
    [
        "no xml",
        "<iati-activities version='2.02'/>",
        "<iati-activities version='2.03'/>",
        "<html/>",
        FOREIGN.replace('<activity-status code="2"/>', ""),
        FOREIGN.replace("<title><narrative>Puits</narrative></title>", ""),
        FOREIGN.replace('<activity-status code="2"/>', '<activity-status code="9"/>'),
        '<!DOCTYPE x [<!ENTITY a "b">]><iati-activities version="2.03">&a;'
        "</iati-activities>",
    ],
)
def test_what_is_no_such_file_is_refused(document):
    with pytest.raises(NotAcceptable):
        read_activities(document.encode())


def test_an_id_of_a_file_names_no_other_folder(group):
    written = _written(group).replace(b'id="laboratory"', b'id="../../laboratory"')
    (found,) = read_activities(written)
    assert found.id == "laboratory"


def test_two_activities_of_one_id_are_refused():
    body = FOREIGN.partition(">")[2].rpartition("</iati-activities>")[0]
    twice = f'<iati-activities version="2.03">{body}{body}</iati-activities>'
    with pytest.raises(NotAcceptable, match="two activities"):
        read_activities(twice.encode())
