"""The entities of SensorThings as tables in the engine of a bank that was lent.

What the catalogue tells lies in the schema of a language ('sta_en'); with drafts over
it in 'sta_en_desk'. Tables are made anew when the bank's view changed; of drafts only
those are read that were written since.

Published entities are numbered by the desk: a number is given once, for good, whatever
becomes of the bank. A place is a Thing, its position a Location and a
FeatureOfInterest, a party's procedure a Sensor, a term of the vocabulary an
ObservedProperty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from weakref import WeakKeyDictionary, finalize

from waternet.api.sensorthings.catalogue_tables import load_published
from waternet.api.sensorthings.draft_tables import load_drafts
from waternet.bank.store import Bank, View
from waternet.errors import NotReached
from waternet.node.desk import Desk, Stand
from waternet.node.folder import Node
from waternet.observation.vocabulary import LANGUAGES

__all__ = ["Tables", "forget_tables", "open_desk", "ready_tables"]


@dataclass(frozen=True, slots=True)
class Tables:
    """Which tables a question reads.

    Attributes
    ----------
    language : str
    has_drafts : bool
        What stewards wrote and nobody signed stands over what is published.
    """

    language: str
    has_drafts: bool = False

    @property
    def schema(self) -> str:
        """The schema that they lie in."""
        return (
            f"sta_{self.language}_desk" if self.has_drafts else f"sta_{self.language}"
        )

    def name(self, table: str) -> str:
        """Return a table's full name, of its name in the model: 'things'."""
        return f"{self.schema}.{table}"


@dataclass(slots=True)
class _State:
    """How far the tables in one bank's engine are."""

    desk: Desk
    view: View | None = None
    languages: set[str] = field(default_factory=set)
    drafted: set[str] = field(default_factory=set)
    stand: Stand | None = None


# What it holds lies in each bank's own engine, and ends with it.
_STATES: WeakKeyDictionary[Bank, _State] = WeakKeyDictionary()


def ready_tables(
    bank: Bank,
    node: Node,
    language: str,
    *,
    with_drafts: bool = False,
    desk: Desk | None = None,
) -> Tables:
    """Bring the tables up to date, and say which they are.

    Parameters
    ----------
    bank : Bank
        Lent for this request.
    node : Node
    language : str
        'ar', 'he' or 'en': of names that are given in it.
    with_drafts : bool
        For stewards and reviewers of the node's own party alone.
    desk : Desk or None
        Through which something is being written: what it has not committed shows too.

    Returns
    -------
    Tables
    """
    language = language if language in LANGUAGES else "en"
    state = _STATES.get(bank)
    if state is None:
        state = _STATES[bank] = _State(open_desk(node))
        finalize(bank, state.desk.close)
    view = bank.view()
    if state.view is not view:
        load_published(bank, desk or state.desk)
        state.view, state.languages, state.drafted = view, set(), set()
    if language not in state.languages:
        bank.engine.execute(f"CREATE SCHEMA IF NOT EXISTS sta_{language}")
        _run(bank, "published.sql", language)
        state.languages.add(language)
    if with_drafts:
        state.stand = load_drafts(bank, desk or state.desk, state.stand)
        if language not in state.drafted:
            _run(bank, "drafted.sql", language)
            state.drafted.add(language)
    return Tables(language, with_drafts)


def open_desk(node: Node) -> Desk:
    """Open the node's desk for a request.

    Raises
    ------
    NotReached
        It cannot be written: the disk is full, or not this user's.
    """
    try:
        return Desk.open(node.folder)
    except OSError as error:
        raise NotReached(
            f"{error}",
            hint="SensorThings numbers what it shows: whoever serves must be able to "
            "write desk.sqlite in the node's folder",
        ) from error


def forget_tables(bank: Bank) -> None:
    """Read all drafts anew next time: something that was seen was not committed."""
    if bank in _STATES:
        _STATES[bank].stand = None


def _run(bank: Bank, name: str, language: str) -> None:
    script = (files("waternet.api.sensorthings") / name).read_text(encoding="utf-8")
    bank.engine.execute(script.replace("LANGUAGE", language))
