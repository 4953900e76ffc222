"""Below every figure: who signed it, when, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet.cli.cosigned import NOT_YET, cosigned_now
from waternet.cli.show import isolated, say

if TYPE_CHECKING:
    import pyarrow as pa

    from waternet.bank.store import Bank
    from waternet.node.folder import Node

__all__ = ["say_sources"]

_SAID = 6


def say_sources(node: Node, bank: Bank, figures: pa.Table) -> None:
    """Name the release of each figure shown, its signer, source and licence."""
    import pyarrow.compute as pc

    from waternet.bank.citation import cite

    if not {"party", "release"} <= set(figures.column_names):
        return
    if "kind" in figures.column_names:  # a withdrawal has no figures to cite
        figures = figures.filter(pc.not_equal(figures["kind"], "withdraw"))
    cards, sizes = node.cards(), cosigned_now(node)
    cited = cite(bank, figures)
    for one in cited[:_SAID]:
        signer = cards[one["party"]].steward_verifier.name
        title, source, licence = (
            isolated(one[name]) for name in ("title", "source", "licence")
        )
        line = f"release {one['release']} of {one['party']}: {title}"
        line += f"; signed by {signer}, {one['issued'][:10]}"
        if sizes is not None and one["release"] >= sizes.get(one["party"], 0):
            line += f"; {NOT_YET}"
        say(line)
        say(f"  source: {source}; licence: {licence}")
    if len(cited) > _SAID:
        say(f"and {len(cited) - _SAID} more releases; 'waternet export' lists them all")
