"""Laws of canonical JSON: one meaning has one spelling, that of RFC 8785."""

import json

import pytest
import rfc8785
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.record.canonical import read_canonical, write_canonical

# Names that sort apart in UTF-16 and by code point, text that is escaped, numbers at
# the edge of what canonical JSON can say.
_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from('\x00\x1f\x7f"\\/\b\n\u2028\ud7ff\ue000\uffff\U00010000'),
    ),
    max_size=6,
)
_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**54), 2**54), _TEXT, st.just("\ud800")
    ),
    lambda held: st.one_of(
        st.lists(held, max_size=4), st.dictionaries(_TEXT, held, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def _spellings(draw) -> str:
    """Return a line of JSON, in its canonical spelling or in another one."""
    written = draw(st.dictionaries(_TEXT, _JSON, max_size=5))
    spell = json.JSONEncoder(
        ensure_ascii=draw(st.booleans()),
        sort_keys=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (", ", ":")])),
    )
    line = spell.encode(written)
    assume("\ud800" not in line)  # no bytes of UTF-8 decode to it
    return line


def _is_canonical(line: str) -> bool:
    """Return what rfc8785 says."""
    try:
        return rfc8785.dumps(json.loads(line)) == line.encode()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return False


@settings(max_examples=1000)
@given(st.dictionaries(_TEXT, _JSON, max_size=5))
def test_whatever_is_written_canonically_is_read_as_it_was(written):
    try:
        line = rfc8785.dumps(written).decode()
    except rfc8785.CanonicalizationError:
        with pytest.raises(NotAcceptable):
            write_canonical(written)
        return
    assert write_canonical(written).decode() == line
    assert read_canonical(line) == written


@settings(max_examples=1000)
@given(_spellings())
def test_a_line_is_canonical_where_rfc8785_would_write_it(line):
    try:
        read_canonical(line)
        read = True
    except NotAcceptable:
        read = False
    assert read == _is_canonical(line)
