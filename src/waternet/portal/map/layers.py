"""Layers over the map: what parties published, and which of it a viewer chose.

None is the map's own word: each is labelled with whose it is. Waters and basins are
shown unless the viewer says otherwise; boundaries and areas only to who chose them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waternet.bank.finding.letters import fold
from waternet.bank.layers import Layer, list_layers
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.node.folder import Node
from waternet.node.layers import read_layer
from waternet.portal.language.language import Language
from waternet.portal.map.drawing import Shape

__all__ = ["NONE", "Offered", "choose_layers"]

NONE = "none"
_SHOWN = ("basin", "water")  # unless the viewer says otherwise


@dataclass(frozen=True, slots=True)
class Offered:
    """A layer that a viewer may choose.

    Attributes
    ----------
    address : str
        'PARTY:ID'.
    text : str
        Its name, and as published by whom.
    chosen : bool
    toggled : str
        What the parameter 'layer' says once this one is chosen, or is no more.
    """

    address: str
    text: str
    chosen: bool
    toggled: str


def choose_layers(
    node: Node,
    bank: Bank,
    wanted: str | None,
    language: Language,
    parties: Mapping[str, Mapping[str, str]],
) -> tuple[tuple[Shape, ...], tuple[Offered, ...]]:
    """Return what is laid over the map, and what may be.

    Parameters
    ----------
    wanted : str or None
        'PARTY:ID' with commas, or 'none'; None is what is shown to who said nothing.
    parties : mapping of party to its names

    Returns
    -------
    shapes : tuple of Shape
        Areas first, boundaries last: what is drawn later lies on top.
    offered : tuple of Offered
        By name and party.

    Raises
    ------
    NotFound
        A layer is named that does not stand.
    """
    standing = {one.address: one for one in list_layers(bank)}
    chosen = _chosen(standing, wanted)
    labels = {
        address: label_of(one, language, parties) for address, one in standing.items()
    }
    offered = tuple(
        Offered(address, labels[address], address in chosen, _toggled(address, chosen))
        for address in sorted(standing, key=lambda one: (fold(labels[one]), one))
    )
    order = ("area", "basin", "water", "boundary")
    drawn = sorted(
        chosen,
        key=lambda one: (order.index(standing[one].kind), fold(labels[one]), one),
    )
    shapes = tuple(
        Shape(standing[address].kind, outline.form, outline.lines, labels[address])
        for address in drawn
        for outline in read_layer(node, standing[address])
    )
    return shapes, offered


def label_of(
    layer: Layer, language: Language, parties: Mapping[str, Mapping[str, str]]
) -> str:
    """Return a layer's name and whose word it is, as plain text."""
    names = parties.get(layer.party, {})
    party = language.best_of(names)[1] or layer.party
    return language.gettext("%(layer)s, as published by %(party)s") % {
        "layer": language.best_of(layer.names)[1] or layer.id,
        "party": party,
    }


def _chosen(standing: Mapping[str, Layer], wanted: str | None) -> list[str]:
    if wanted is None:
        return [address for address, one in standing.items() if one.kind in _SHOWN]
    named = [one for one in wanted.split(",") if one and one != NONE]
    for address in named:
        if address not in standing:
            raise NotFound(
                f"no layer {address[:140]!r} of the map",
                hint=f"there are {', '.join(standing)}"
                if standing
                else "no party has published one",
            )
    return list(dict.fromkeys(named))


def _toggled(address: str, chosen: Sequence[str]) -> str:
    if address in chosen:
        left = [one for one in chosen if one != address]
        return ",".join(left) or NONE
    return ",".join([*chosen, address])
