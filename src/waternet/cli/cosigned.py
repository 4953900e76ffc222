"""Marking what is signed but not yet cosigned, wherever figures are shown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from waternet.node.folder import Node

__all__ = ["NOT_YET", "cosigned_now", "with_cosigned"]

NOT_YET = "not yet cosigned"


def cosigned_now(node: Node) -> dict[str, int] | None:
    """Return how many entries of each log a quorum has cosigned; None where none need.

    `waternet.node.quorum.cosigned_sizes` says more.
    """
    if not (node.folder / "policy").exists():
        return None  # without loading what checks signatures
    from waternet.node.quorum import cosigned_sizes

    return cosigned_sizes(node, int(time.time()))


def with_cosigned(node: Node, table: pa.Table) -> pa.Table:
    """Add to each row with a release whether a quorum has cosigned that release.

    Nothing is added where the parties agreed on no policy.
    """
    sizes = cosigned_now(node)
    if sizes is None or not {"party", "release"} <= set(table.column_names):
        return table
    import pyarrow as pa
    import pyarrow.compute as pc

    parties = table["party"].cast(pa.string())
    names = pa.array(list(sizes), pa.string())
    counts = pa.array(list(sizes.values()), pa.int64())
    reached: Any = pc.take(counts, pc.index_in(parties, value_set=names))
    marks = pc.less(table["release"].cast(pa.int64()), reached)
    return table.append_column("cosigned", pc.fill_null(marks, False))
