"""What the Popolo specification, version 1.0.1, demands of JSON (decision 0076).

No package brings its schemas, so these rules were compiled from its text: the terms of
each class from "Classes and properties" of the page of that class, what must be there
from "Serialization" there, dates and embedded things from section 6 of the page of the
whole. Speeches are left out: the working group keeps none.

A file holds one list for each class, by the names that readers of Popolo know. Terms of
one's own begin with "+" (appendix "JSON serialization patterns").
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

__all__ = ["popolo_faults"]

LISTS = {
    "persons": "Person",
    "organizations": "Organization",
    "memberships": "Membership",
    "posts": "Post",
    "areas": "Area",
    "events": "Event",
    "motions": "Motion",
    "vote_events": "VoteEvent",
}

DAY = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
CLOCK = r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|\+00:00)"
KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "day": {"type": ["string", "null"], "pattern": f"^{DAY}$"},
    "moment": {"type": ["string", "null"], "pattern": f"^{DAY}({CLOCK})?$"},
    "time": {
        "type": ["string", "null"],
        "pattern": f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{CLOCK}$",
    },
    "address": {"type": ["string", "null"], "pattern": "^[a-z][a-z0-9+.-]*:.+$"},
    "mail": {"type": ["string", "null"], "pattern": "^[^@ ]+@[^@ ]+$"},
    "number": {"type": ["number", "null"]},
    "whole": {"type": ["integer", "null"]},
    "thing": {"type": ["object", "null"]},
    "words": {"type": ["array", "null"], "items": {"type": "string"}},
}

RESOURCE = "id created_at:time updated_at:time sources:Link*"
EMBEDDED = "contact_details:ContactDetail* links:Link*"
NAME_PARTS = (
    "family_name given_name additional_name honorific_prefix honorific_suffix"
    " patronymic_name"
)

# A term without a kind is a text; a class is embedded, a class with * is a list of it.
TERMS = {
    "Person": f"{RESOURCE} {EMBEDDED} {NAME_PARTS} name other_names:OtherName*"
    " identifiers:Identifier* sort_name email:mail gender pronouns:words birth_date:day"
    " death_date:day image:address summary biography national_identity"
    " memberships:Membership* motions:Motion* votes:Vote*",
    "Organization": f"{RESOURCE} {EMBEDDED} name other_names:OtherName*"
    " identifiers:Identifier* classification parent_id parent:Organization area_id"
    " area:Area abstract description founding_date:day dissolution_date:day"
    " image:address memberships:Membership* posts:Post* motions:Motion*"
    " vote_events:VoteEvent* votes:Vote* children:Organization*",
    "Membership": f"{RESOURCE} {EMBEDDED} label role member:thing person_id"
    " person:Person organization_id organization:Organization post_id post:Post"
    " on_behalf_of_id on_behalf_of:Organization area_id area:Area start_date:moment"
    " end_date:moment",
    "Post": f"{RESOURCE} {EMBEDDED} label other_label:words role organization_id"
    " organization:Organization area_id area:Area start_date:day end_date:day"
    " memberships:Membership*",
    "Motion": f"{RESOURCE} organization_id organization:Organization"
    " legislative_session_id legislative_session:Event creator_id creator:Person text"
    " identifier classification date:time requirement result vote_events:VoteEvent*",
    "VoteEvent": f"{RESOURCE} organization_id organization:Organization"
    " legislative_session_id legislative_session:Event identifier motion_id"
    " motion:Motion classification start_date:time end_date:time result"
    " group_results:GroupResult* counts:Count* votes:Vote*",
    "Vote": "id vote_event_id vote_event:VoteEvent voter_id voter:thing option"
    " group_id group:Organization role weight:number pair_id pair:Person",
    "Count": "option value:whole group_id group:thing",
    "GroupResult": "group_id group:thing result",
    "Event": f"{RESOURCE} name description start_date:moment end_date:moment location"
    " status identifiers:Identifier* classification organization_id"
    " organization:Organization attendees:Person* parent_id parent:Event"
    " children:Event*",
    "Area": f"{RESOURCE} name identifier classification parent_id parent:Area"
    " geometry:thing memberships:Membership* organizations:Organization* posts:Post*"
    " children:Area*",
    "ContactDetail": "label type value note valid_from:day valid_until:day"
    " created_at:time updated_at:time sources:Link*",
    "OtherName": f"{NAME_PARTS} name start_date:day end_date:day note",
    "Identifier": "identifier scheme",
    "Link": "url:address note",
}

# What must be there: one term of each choice.
DEMANDED = {
    "Count": ("option", "value"),
    "GroupResult": ("result",),
    "ContactDetail": ("type", "value"),
    "OtherName": ("name",),
    "Identifier": ("identifier",),
    "Link": ("url",),
}

# What must be there unless the thing is embedded in what the term would name (6.3).
DEMANDED_ALONE = {
    "Membership": (
        "member person person_id",
        "organization organization_id post post_id",
    ),
    "Post": ("organization organization_id",),
}

# Which list each reference points into.
REFERENCES = {
    "person_id": "persons",
    "creator_id": "persons",
    "pair_id": "persons",
    "organization_id": "organizations",
    "on_behalf_of_id": "organizations",
    "group_id": "organizations",
    "post_id": "posts",
    "area_id": "areas",
    "legislative_session_id": "events",
    "motion_id": "motions",
    "vote_event_id": "vote_events",
}


def schema_of_class(name: str) -> dict[str, Any]:
    properties = {}
    for entry in TERMS[name].split():
        term, _, named = entry.partition(":")
        kind = named or "text"
        if kind.endswith("*"):
            items = {"$ref": f"#/$defs/{kind[:-1]}"}
            properties[term] = {"type": "array", "items": items}
        else:
            properties[term] = KINDS.get(kind) or {"$ref": f"#/$defs/{kind}"}
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {r"^\+": {}},
        "additionalProperties": False,
        "allOf": demand(DEMANDED.get(name, ())),
    }


def demand(choices: Iterable[str]) -> list[dict[str, Any]]:
    return [{"anyOf": [filled(term) for term in each.split()]} for each in choices]


def filled(term: str) -> dict[str, Any]:
    return {"required": [term], "properties": {term: {"not": {"type": "null"}}}}


SCHEMA = {
    "type": "object",
    "properties": {
        name: {
            "type": "array",
            "items": {
                "$ref": f"#/$defs/{of}",
                "required": ["id"],
                "allOf": demand(DEMANDED_ALONE.get(of, ())),
            },
        }
        for name, of in LISTS.items()
    },
    "patternProperties": {r"^\+": {}},
    "additionalProperties": False,
    "$defs": {name: schema_of_class(name) for name in TERMS},
}


def popolo_faults(graph: Mapping[str, Any]) -> list[str]:
    """Return what Popolo objects to in a parsed file, with the place of each fault."""
    validator = Draft202012Validator(SCHEMA)
    faults = [
        f"{each.json_path}: {each.message}" for each in validator.iter_errors(graph)
    ]
    return faults or list(reference_faults(graph))


def reference_faults(graph: Mapping[str, Any]) -> Iterator[str]:
    ids: dict[str, set[str]] = {name: set() for name in LISTS}
    for name in LISTS:
        for each in graph.get(name, ()):
            number = each.get("id")
            if number in ids[name]:
                yield f"{name}: the id {number!r} is given twice"
            ids[name].add(number)
    for name in LISTS:
        for each in graph.get(name, ()):
            for term, target in {**REFERENCES, "parent_id": name}.items():
                if each.get(term) is not None and each[term] not in ids[target]:
                    yield f"{name} {each['id']!r}: no {target} {each[term]!r}: {term}"
