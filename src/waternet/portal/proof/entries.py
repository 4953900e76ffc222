"""The record browser: every entry of every party's record that this node holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from waternet.api.operation import Parameter
from waternet.bank.browsing import EntryChoice, FoundEntries, find_entries
from waternet.bank.when import read_time
from waternet.portal.page import View, Visit
from waternet.portal.parties import party_names
from waternet.portal.proof.words import kind_words

__all__ = ["ENTRY_PARAMETERS", "show_entries", "shown_entries"]

_SHOWN = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = {"type": "string", "maxLength": 100}

ENTRY_PARAMETERS: Final = (
    Parameter("party", _WORD, "Only this party's."),
    Parameter("kind", _WORD, "Only of this kind: release, revise, withdraw..."),
    Parameter("dataset", _WORD, "Only about this dataset."),
    Parameter(
        "text",
        {"type": "string", "maxLength": 200},
        "Words of a title, reason, source or purpose, in any usual spelling.",
    ),
    Parameter("start", _WORD, "Issued from this day on: 2015, 2015-06, 2015-06-30."),
    Parameter("end", _WORD, "Issued before this day."),
    Parameter(
        "skip",
        {"type": "integer", "minimum": 0, "maximum": 10_000_000},
        "So many of the newest are passed over.",
    ),
)
"""What entries can be chosen by."""


def show_entries(visit: Visit) -> View:
    """Show the entries that a reader chose, the newest first.

    Raises
    ------
    NotAcceptable
        A day is none.
    """
    values = visit.values
    choice = EntryChoice(
        **{name: values.get(name, "") for name in ("party", "kind", "dataset", "text")},
        start=_day(values, "start"),
        end=_day(values, "end"),
    )
    skip = values.get("skip", 0)
    found = find_entries(visit.bank, choice, _SHOWN, skip)
    names, kinds = party_names(visit.node), kind_words(visit.language)
    entries = shown_entries(found.entries)
    data: dict[str, Any] = {
        "total": found.count,
        "skip": skip,
        "entries": [{**one, "issued": _text(one["issued"])} for one in entries],
        "counts": {name: dict(counts) for name, counts in found.counts.items()},
    }
    more = {
        "rows": entries,
        "facets": _facets(visit, found, names, kinds),
        "asked": {one.name: values.get(one.name, "") for one in ENTRY_PARAMETERS},
        "names": names,
        "kind_words": kinds,
        "shown": _SHOWN,
    }
    title = visit.language.gettext("The record")
    return View("proof/entries.html", title, data, more)


def shown_entries(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return entries with their time as one, in UTC."""
    return [
        {**one, "issued": _EPOCH + timedelta(microseconds=one["issued"])}
        for one in found
    ]


def _facets(
    visit: Visit,
    found: FoundEntries,
    names: Mapping[str, Mapping[str, str]],
    kinds: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return each filter with its choices: value, count, label, whether it is on.

    In alphabetical order of what the reader sees.
    """
    gettext = visit.language.gettext
    labels = {
        "party": {
            party: visit.language.best_of(said)[1] or party
            for party, said in names.items()
        },
        "kind": kinds,
        "dataset": {},
    }
    titles = {
        "party": gettext("Party"),
        "kind": gettext("Kind"),
        "dataset": gettext("Dataset"),
    }
    facets = []
    for name, counts in found.counts.items():
        chosen = visit.values.get(name, "")
        choices = [
            {
                "value": value,
                "count": count,
                "label": labels[name].get(value, value),
                "is_named": value in labels[name],
                "is_on": value == chosen,
            }
            for value, count in counts.items()
        ]
        choices.sort(key=lambda one: (str(one["label"]).casefold(), one["value"]))
        facets.append({"name": name, "title": titles[name], "choices": choices})
    return facets


def _day(values: Mapping[str, Any], name: str) -> datetime | None:
    written = str(values.get(name, "")).strip()
    return read_time(written) if written else None


def _text(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")
