"""The few codes of IATI 2.03 by which projects and pledges are told."""

from __future__ import annotations

__all__ = [
    "ANY_REGION",
    "DATE_TYPES",
    "FOR_US",
    "GROUP_TYPE",
    "OWN",
    "ROLES",
    "SECTOR",
    "STAGE_OF_STATUS",
    "STATUS",
    "TRANSACTIONS",
    "XML_LANGUAGE",
]

OWN = "{urn:waternet:workinggroup}"
"""Of elements and attributes for what IATI has no word for."""

XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

STATUS = {
    "idea": "1",
    "defined": "1",
    "feasibility": "1",
    "agreed": "1",
    "funded": "1",
    "execution": "2",
    "done": "4",
    "suspended": "6",
}
"""ActivityStatus: 1 pipeline, 2 implementation, 4 closed, 6 suspended."""

STAGE_OF_STATUS = {
    "1": "defined",
    "2": "execution",
    "3": "execution",
    "4": "done",
    "5": "suspended",
    "6": "suspended",
}
"""The nearest stage where a file tells none of ours; 3 finalisation, 5 cancelled."""

ROLES = {"sponsors": "1", "lead": "2", "participants": "4"}
"""OrganisationRole: 1 funding, 2 accountable, 4 implementing."""

DATE_TYPES = {"begun": "1", "execution": "2", "due": "3", "done": "4"}
"""ActivityDateType: planned start, actual start, planned end, actual end."""

TRANSACTIONS = {"pledge": "13", "receipt": "1"}
"""TransactionType: 13 incoming pledge, 1 incoming funds."""

FOR_US = {
    "11": "pledge",
    "12": "pledge",
    "13": "pledge",
    "1": "receipt",
    "3": "receipt",
}
"""How a transaction of a file is understood; also 11 incoming commitment, 12 outgoing
pledge, 3 disbursement."""

GROUP_TYPE = "90"
"""OrganisationType: other."""

SECTOR = "14010"
"""Water sector policy and administrative management."""

ANY_REGION = "998"
"""Developing countries, unspecified."""
