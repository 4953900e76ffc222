"""What a joint total would tell is what linear algebra by another program finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waternet.exchange.disclosure import reveals

PARTIES = ("a", "b", "c", "d", "e")
TOTALS = st.lists(
    st.dictionaries(st.sampled_from(PARTIES), st.integers(1, 3), min_size=1),
    min_size=1,
    max_size=4,
)
PUBLIC = st.sets(st.sampled_from(PARTIES))


def told(totals: list[dict[str, int]], public: set[str]) -> bool:
    """Whether a unit vector lies in the span, by ranks (NumPy's)."""
    parties = sorted({party for total in totals for party in total})
    unit = np.eye(len(parties))
    rows = [[total.get(party, 0) for party in parties] for total in totals]
    rows += [list(unit[i]) for i, party in enumerate(parties) if party in public]
    for own in range(len(parties)):
        known = np.array([*rows, list(unit[own])], float)
        rank = np.linalg.matrix_rank(known)
        for i, party in enumerate(parties):
            if i != own and party not in public:
                more = np.vstack([known, unit[i]])
                if np.linalg.matrix_rank(more) == rank:
                    return True
    return False


@given(TOTALS, PUBLIC)
def test_whoever_would_learn_a_figure_is_found(
    totals: list[dict[str, int]], public: set[str]
) -> None:
    assert (reveals(totals, public) is not None) == told(totals, public)


@given(TOTALS, PUBLIC)
def test_more_totals_never_tell_less(
    totals: list[dict[str, int]], public: set[str]
) -> None:
    if reveals(totals[:1], public):
        assert reveals(totals, public)
