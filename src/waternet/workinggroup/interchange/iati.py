"""Projects, pledges and receipts as activities of IATI 2.03.

The group reports, as the one that receives: a pledge is an incoming pledge, a receipt
incoming funds. What IATI has no word for (the exact stage, gifts in kind, days known by
the year alone, who reported it from where) stands in elements of Waternet's own, which
other readers pass over. Two nodes that hold the same entries write the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as Tree

from waternet.workinggroup.citing import cite
from waternet.workinggroup.interchange.iati_codes import (
    ANY_REGION,
    DATE_TYPES,
    GROUP_TYPE,
    OWN,
    ROLES,
    SECTOR,
    STATUS,
    TRANSACTIONS,
    XML_LANGUAGE,
)
from waternet.workinggroup.pledge_standing import (
    PledgeStanding,
    Receipt,
    list_pledges,
)
from waternet.workinggroup.project import Project
from waternet.workinggroup.project_standing import (
    ProjectStanding,
    Stay,
    project_standing,
)
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = ["write_activities"]

_WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"


def write_activities(
    state: State,
    day: str,
    reporter: str = "",
    region: str = ANY_REGION,
    project: str = "",
) -> bytes:
    """Return the projects of a group as a file of IATI.

    Parameters
    ----------
    state : State
        As it stood on that day.
    day : str
        As 2026-11-28.
    reporter : str
        Identifier under which the group reports, where it has registered one; '' makes
        one of the group's id.
    region : str
        Code of IATI's list RecipientRegion.
    project : str
        Id of the only project that is wanted; '' for all.

    Returns
    -------
    bytes
        XML. A project that was begun twice at once is left out, as it stands nowhere.
    """
    Tree.register_namespace("waternet", OWN[1:-1])
    root = Tree.Element("iati-activities", {"version": "2.03"})
    reporting = reporter or f"WATERNET-{state.group[:16]}"
    written = _Writing(state, reporting, region)
    pledges = list_pledges(state)
    for thing in state.of("project"):
        standing = project_standing(state, thing, day)
        if standing is not None and project in ("", thing.id):
            own = [one for one in pledges if one.pledge.project == thing.root]
            issued = max(one.act.issued for one in (*thing.changes, *thing.beside))
            root.append(written.activity(standing, own, issued))
    Tree.indent(root)
    whole: bytes = Tree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return whole + b"\n"


@dataclass(frozen=True, slots=True)
class _Writing:
    """What all activities of a file have in common."""

    state: State
    reporting: str
    region: str

    def activity(
        self,
        standing: ProjectStanding,
        pledges: Iterable[PledgeStanding],
        issued: str,
    ) -> Tree.Element:
        project = standing.project
        made = Tree.Element("iati-activity", {"last-updated-datetime": issued})
        name = f"{self.reporting}-{standing.id}-{standing.root[:8]}"
        Tree.SubElement(made, "iati-identifier").text = name
        self._reporting_org(made)
        _narrate(Tree.SubElement(made, "title"), project.titles)
        general = Tree.SubElement(made, "description", {"type": "1"})
        _narrate(general, _general(project))
        gifts = list(pledges)
        for one in gifts:
            if one.pledge.worth is None:
                other = Tree.SubElement(made, "description", {"type": "4"})
                _narrate(other, one.pledge.titles)
        self._participating(made, project)
        Tree.SubElement(made, "activity-status", {"code": STATUS[project.stage]})
        _dates(made, standing)
        Tree.SubElement(made, "recipient-region", {"code": self.region})
        for site in project.sites:
            place = Tree.SubElement(made, "location")
            _narrate(Tree.SubElement(place, "name"), site.names)
            if site.latitude:
                point = Tree.SubElement(place, "point", {"srsName": _WGS84})
                pair = f"{site.latitude} {site.longitude}"
                Tree.SubElement(point, "pos").text = pair
        Tree.SubElement(made, "sector", {"code": SECTOR})
        for one in gifts:
            self._transactions(made, one)
        _conditions(made, standing)
        _own(made, standing)
        for one in gifts:
            _own_pledge(made, one)
        return made

    def _reporting_org(self, made: Tree.Element) -> None:
        attributes = {"ref": self.reporting, "type": GROUP_TYPE}
        titles = self.state.charter.titles if self.state.charter else {}
        _narrate(Tree.SubElement(made, "reporting-org", attributes), titles)

    def _participating(self, made: Tree.Element, project: Project) -> None:
        """Name who takes part; the group itself where nobody does yet."""
        named = [
            (role, party)
            for name, role in ROLES.items()
            for party in _several(getattr(project, name))
        ]
        for role, party in named:
            attributes = {"role": role, f"{OWN}party": party}
            one = Tree.SubElement(made, "participating-org", attributes)
            _narrate(one, self._names(party, project.others))
        if not named:
            attributes = {"ref": self.reporting, "role": ROLES["lead"]}
            Tree.SubElement(made, "participating-org", attributes)

    def _names(
        self, party: str, others: Mapping[str, Mapping[str, str]]
    ) -> Mapping[str, str]:
        member = self.state.charter.member(party) if self.state.charter else None
        return member.names if member else others.get(party, {"en": party})

    def _transactions(self, made: Tree.Element, one: PledgeStanding) -> None:
        pledge = one.pledge
        if pledge.worth is not None and not pledge.cancelled:
            transaction = _transaction(
                made,
                ("pledge", one.root[:16]),
                one.made.act.day,
                (pledge.worth.amount, pledge.worth.currency),
                pledge.titles,
            )
            self._provider(transaction, one)
        for receipt in one.receipts:
            if receipt.came is None or receipt.aside:
                continue
            transaction = _transaction(
                made,
                ("receipt", receipt.taken.act.id[:16]),
                receipt.taken.act.body["on"],
                (receipt.came.amount, receipt.came.currency),
                receipt.taken.act.body.get("words", pledge.titles),
            )
            self._provider(transaction, one)

    def _provider(self, transaction: Tree.Element, one: PledgeStanding) -> None:
        """Name who gives; several that a source tells of together, by their names."""
        donors = one.pledge.donors
        attributes = {f"{OWN}party": " ".join(donors)}
        provider = Tree.SubElement(transaction, "provider-org", attributes)
        named = [self._names(donor, {}) for donor in donors]
        languages = sorted({language for names in named for language in names})
        _narrate(
            provider,
            {
                language: ", ".join(
                    names.get(language) or names[min(names)] for names in named
                )
                for language in languages
            },
        )
        Tree.SubElement(transaction, "receiver-org", {"ref": self.reporting})


def _several(named: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(named, str):
        return (named,) if named else ()
    return named


def _narrate(element: Tree.Element, texts: Mapping[str, str]) -> None:
    for language in sorted(texts):
        narrative = Tree.SubElement(element, "narrative", {XML_LANGUAGE: language})
        narrative.text = texts[language]


def _general(project: Project) -> dict[str, str]:
    if project.words:
        return {one: "\n\n".join(told) for one, told in project.words.items()}
    return dict(project.titles)


def _first_day(told: str) -> str:
    return day_span(told)[0].isoformat()


def _dates(made: Tree.Element, standing: ProjectStanding) -> None:
    begun = standing.history[0]
    _date(made, "begun", begun.since)
    began = [one for one in standing.history if one.stage == "execution"]
    if began:
        _date(made, "execution", began[0].since)
    due = [one.due for one in standing.project.milestones]
    if due and max(due) >= _first_day(begun.since):
        _date(made, "due", max(due))
    if standing.project.stage == "done":
        _date(made, "done", standing.history[-1].since)


def _date(made: Tree.Element, name: str, told: str) -> None:
    attributes = {"type": DATE_TYPES[name], "iso-date": _first_day(told)}
    Tree.SubElement(made, "activity-date", {**attributes, **_vague(told)})


def _vague(told: str) -> dict[str, str]:
    """Return how a day is known, where that is by its month or year alone."""
    return {} if len(told) == len(date.min.isoformat()) else {f"{OWN}known": told}


def _transaction(
    made: Tree.Element,
    named: tuple[str, str],
    told: str,
    value: tuple[str, str],
    words: Mapping[str, str],
) -> Tree.Element:
    kind, reference = named
    one = Tree.SubElement(made, "transaction", {"ref": reference})
    Tree.SubElement(one, "transaction-type", {"code": TRANSACTIONS[kind]})
    day = _first_day(told)
    Tree.SubElement(one, "transaction-date", {"iso-date": day, **_vague(told)})
    amount, currency = value
    attributes = {"value-date": day, "currency": currency}
    Tree.SubElement(one, "value", attributes).text = amount
    _narrate(Tree.SubElement(one, "description"), words)
    return one


def _conditions(made: Tree.Element, standing: ProjectStanding) -> None:
    """Tell the blocks that stand, as conditions of policy."""
    if not standing.blocks:
        return
    conditions = Tree.SubElement(made, "conditions", {"attached": "1"})
    for one in standing.blocks:
        body = one.act.body
        condition = Tree.SubElement(conditions, "condition", {"type": "1"})
        said = f"{one.act.member}, {body['track']}, {body['stage']}: {body['reason']}"
        _narrate(condition, {"und": said})


def _own(made: Tree.Element, standing: ProjectStanding) -> None:
    """Write what IATI has no word for."""
    project = standing.project
    attributes = {
        "id": standing.id,
        "body": project.body,
        "root": standing.root,
        "sha256": standing.sha256,
        "stage": project.stage,
        "rests-at": project.rests_at,
    }
    own = Tree.SubElement(made, f"{OWN}project", _told(attributes))
    for name in ("experts", "beneficiaries"):
        for party in getattr(project, name):
            Tree.SubElement(own, f"{OWN}{name}", {"party": party})
    for party, names in sorted(project.others.items()):
        _narrate(Tree.SubElement(own, f"{OWN}other", {"party": party}), names)
    for one in project.milestones:
        due = {"id": one.id, "due": one.due}
        _narrate(Tree.SubElement(own, f"{OWN}milestone", due), one.titles)
    for risk in project.risks:
        _narrate(Tree.SubElement(own, f"{OWN}risk"), risk)
    if project.cost:
        cost = Tree.SubElement(own, f"{OWN}cost", {"currency": project.cost.currency})
        cost.text = project.cost.amount
    for stay in standing.history:
        _own_stay(own, stay)
    for block in standing.blocks:
        _own_block(own, block)


def _own_block(own: Tree.Element, one: Taken) -> None:
    body = one.act.body
    attributes = {"track": body["track"], "stage": body["stage"], **_cited(one)}
    Tree.SubElement(own, f"{OWN}block", attributes).text = body["reason"]


def _own_stay(own: Tree.Element, stay: Stay) -> None:
    attributes = {"stage": stay.stage, "since": stay.since, **_cited(stay.moved)}
    made = Tree.SubElement(own, f"{OWN}stage", attributes)
    for evidence in stay.moved.act.body.get("evidence", ()):
        Tree.SubElement(made, f"{OWN}evidence").text = evidence


def _own_pledge(made: Tree.Element, one: PledgeStanding) -> None:
    pledge = one.pledge
    attributes = {
        "id": one.id,
        "root": one.root,
        "kind": pledge.kind,
        "donors": " ".join(pledge.donors),
        "due": pledge.due,
        "cancelled": "true" if pledge.cancelled else "",
        "made": one.made.act.day,
        **_cited(one.made),
    }
    own = Tree.SubElement(made, f"{OWN}pledge", _told(attributes))
    _narrate(own, pledge.titles)
    if pledge.worth:
        worth = Tree.SubElement(own, f"{OWN}worth", {"currency": pledge.worth.currency})
        worth.text = pledge.worth.amount
    if pledge.rate:
        rate = pledge.rate
        told = {"currency": rate.currency, "on": rate.on, "source": rate.source}
        Tree.SubElement(own, f"{OWN}rate", told).text = rate.per
    for receipt in one.receipts:
        _own_receipt(own, receipt)


def _own_receipt(own: Tree.Element, receipt: Receipt) -> None:
    body = receipt.taken.act.body
    attributes = {"on": body["on"], **_cited(receipt.taken)}
    made = Tree.SubElement(own, f"{OWN}receipt", attributes)
    _narrate(made, body.get("words", {}))
    for evidence in body["evidence"]:
        Tree.SubElement(made, f"{OWN}evidence").text = evidence


def _cited(one: Taken) -> dict[str, str]:
    told = cite(one)
    names = {"reported_by": "reported-by", "source": "source", "member": "member"}
    return {names[name]: told[name] for name in names if name in told}


def _told(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: held for name, held in attributes.items() if held}
