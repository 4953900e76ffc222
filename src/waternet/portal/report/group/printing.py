"""Printing from a node: a group's text or session, with the proofs that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from waternet.errors import NotAcceptable, NotFound
from waternet.node.folder import Node
from waternet.node.proving import prove_entry
from waternet.portal.language.catalogue import languages
from waternet.portal.language.language import Language, get_language
from waternet.portal.report.group.ground import Carried
from waternet.portal.report.group.roster import Roster
from waternet.portal.report.installed import verify_installed
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = [
    "MOST_PROOFS",
    "carry_proofs",
    "chosen_languages",
    "make_session",
    "make_text",
]

MOST_PROOFS: Final = 300  # that a file carries: the newest acts have one
_MOST_LANGUAGES: Final = 3


def make_text(node: Node, state: State, thing: Thing) -> bytes:
    """Return a text as PDF, in all its languages.

    Parameters
    ----------
    node : Node
        Whose records prove the acts.
    state : State
    thing : Thing
        Of kind 'text'.

    Raises
    ------
    NotFound
        What sets it is not installed.
    Conflict, NotAcceptable
        See `print_text`.
    """
    verify_installed()
    from waternet.portal.report.group.text import acts_of_text, print_text

    carried = None
    if thing.value is not None:
        carried = carry_proofs(node, state, acts_of_text(state, thing))
    return print_text(state, thing, carried)


def make_session(node: Node, state: State, thing: Thing, codes: Sequence[str]) -> bytes:
    """Return the record of a session as PDF.

    Parameters
    ----------
    node : Node
    state : State
    thing : Thing
        Of kind 'session'.
    codes : sequence of str
        Of one to three languages; () for those of the charter.

    Raises
    ------
    NotFound
        There is no such language, or what sets it is not installed.
    Conflict, NotAcceptable
        See `print_session`.
    """
    verify_installed()
    from waternet.portal.report.group.session import acts_of_session, print_session

    chosen = chosen_languages(state, codes)
    carried = None
    if thing.value is not None:
        carried = carry_proofs(node, state, acts_of_session(state, thing))
    return print_session(state, thing, chosen, carried)


def chosen_languages(state: State, codes: Sequence[str]) -> tuple[Language, ...]:
    """Return the languages of a record: those named, else the charter's, by code."""
    known = languages()
    if unknown := [one for one in codes if one not in known]:
        raise NotFound(f"no language {unknown[0]!r}", hint=", ".join(known))
    if len(set(codes)) < len(codes) or len(codes) > _MOST_LANGUAGES:
        raise NotAcceptable(f"{','.join(codes)}: up to three languages, each once")
    held = state.charter.languages if state.charter else ()
    ours = codes or [one for one in held if one in known][:_MOST_LANGUAGES] or known
    return tuple(get_language(one) for one in ours)


def carry_proofs(node: Node, state: State, acts: Iterable[Taken]) -> Carried:
    """Return proofs of acts and of the credentials under which they were signed.

    The acts that were signed last come first, up to `MOST_PROOFS` entries.
    """
    roster = Roster(state)
    newest = sorted(acts, key=lambda one: (one.act.issued, one.act.id), reverse=True)
    entries = dict.fromkeys((one.act.party, one.index) for one in newest)
    given = [roster.credential(one) for one in newest]
    needed = dict.fromkeys((one.party, one.index) for one in given)
    chosen = [*needed, *entries][:MOST_PROOFS]
    files: dict[str, str] = {}
    for party, index in chosen:
        try:
            proof = prove_entry(node, party, index)
        except NotFound:
            continue  # the record is not here whole: it is told as left out
        files[f"{party}-{index}.tlog-proof"] = proof.to_bytes().decode()
    proved = sum(f"{party}-{index}.tlog-proof" in files for party, index in entries)
    return Carried(files, len(entries) - proved)
