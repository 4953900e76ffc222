"""The query options of a request, and those in the brackets of an expansion.

References
----------
OGC 18-088, section 9.3 (query options); OData 4.0 part 2, section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote_plus

from waternet.api.sensorthings.expression import Expression, Path
from waternet.api.sensorthings.filter_text import LONGEST, Reader, read_expression
from waternet.api.sensorthings.model import KINDS, EntityKind
from waternet.errors import NotAcceptable

__all__ = [
    "DEFAULT_TOP",
    "FORMATS",
    "ID_NAMES",
    "MOST",
    "OWN",
    "Expansion",
    "Options",
    "OrderKey",
    "read_options",
    "split_outside",
    "told_of",
]

DEFAULT_TOP: Final = 100
MOST: Final = 100_000  # entities in one answer
_DEEPEST: Final = 6  # expansions within one another
_WIDEST: Final = 32  # expansions in a request
_LONGEST_QUERY: Final = 16_384
ID_NAMES: Final = ("@iot.id", "id")
_SELF: Final = ("@iot.selfLink", "selfLink")
FORMATS: Final = ("dataArray", "CSV", "GeoJSON")
# Decision 0057: the same words in every interface that returns figures.
OWN: Final = (
    "as_of",
    "aggregate",
    "statistic",
    "zone",
    "first_month",
    "unit",
    "grades",
)
_ELSEWHERE: Final = ("lang",)  # what every route takes


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an ordering."""

    expression: Expression
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a set of entities, or of one.

    Attributes
    ----------
    select : tuple of Path
        Empty: all of it.
    top : int or None
        None where the request does not say.
    token : str
        Where the page before ended ('$skiptoken'); '' for the first.
    own : mapping
        Waternet's own options: `as_of`, `unit`...
    texts : mapping
        What each option said, for the links that lead on.
    """

    filter: Expression | None = None
    order: tuple[OrderKey, ...] = ()
    select: tuple[Path, ...] = ()
    expand: tuple[Expansion, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    result_format: str = ""
    token: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expansion:
    """A navigation whose entities stand in the answer, with options of their own."""

    name: str
    options: Options


def read_options(query: str, kind: EntityKind, *, is_single: bool = False) -> Options:
    """Read the query of a request.

    Parameters
    ----------
    query : str
        As it came, encoded.
    kind : EntityKind
        Of the entities that the path leads to.
    is_single : bool
        It leads to one: `$top`, `$skip`, `$count` and `$orderby` change nothing.

    Raises
    ------
    NotAcceptable
        The message names the option, the place in it and what was expected.

    Examples
    --------
    >>> read_options("$top=5&$orderby=name%20desc", KINDS["Thing"]).top
    5
    """
    if len(query) > _LONGEST_QUERY:
        raise NotAcceptable(
            f"a query of {len(query)} characters; at most {_LONGEST_QUERY} are read"
        )
    texts = dict[str, str]()
    for part in filter(None, query.split("&")):
        _put(texts, *_decoded(part))
    if is_single and "$filter" in texts:
        raise NotAcceptable(
            "$filter is for a set, and the path leads to one entity",
            hint="$select and $expand are for one",
        )
    options = _read(texts, kind, 1)
    _verify_width(options)
    return options


@contextmanager
def told_of(name: str) -> Iterator[None]:
    """Let what is refused name the option in which it stands, not only the place."""
    try:
        yield
    except NotAcceptable as error:
        if not str(error).startswith(("at character", "$")):
            raise
        raise NotAcceptable(f"{name}, {error}", hint=error.hint) from error


def _decoded(part: str) -> tuple[str, str]:
    name, is_told, value = part.partition("=")
    if is_told:
        return unquote_plus(name), unquote_plus(value)
    # Some encode an option as a whole, its '=' too.
    name, _, value = unquote_plus(name).partition("=")
    return name, value


def split_outside(text: str, mark: str) -> list[tuple[int, str]]:
    """Split at a mark that stands outside of brackets and quotes; with each place.

    Examples
    --------
    >>> split_outside("a(b,c),d eq ','", ",")
    [(1, 'a(b,c)'), (8, "d eq ','")]
    """
    found, start, depth, quoted = list[tuple[int, str]](), 0, 0, False
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == mark and not depth:
            found.append((start + 1, text[start:place]))
            start = place + 1
    return [*found, (start + 1, text[start:])]


def _put(texts: dict[str, str], name: str, value: str) -> None:
    if name in texts:
        raise NotAcceptable(f"{name} is given twice", hint="give it once")
    texts[name] = value


def _read(texts: Mapping[str, str], kind: EntityKind, depth: int) -> Options:
    found = Options(texts=texts)
    own = dict[str, str]()
    for name, text in texts.items():
        if name in OWN and depth == 1:
            own[name] = text
        elif not (name in _ELSEWHERE and depth == 1):
            with told_of(name):
                found = _with(found, name, text, kind, depth)
    return replace(found, own=own)


def _with(
    options: Options, name: str, text: str, kind: EntityKind, depth: int
) -> Options:
    """Return the options with one more that was read."""
    match name.removeprefix("$") if name.startswith("$") else "":
        case "filter":
            return replace(options, filter=read_expression(text))
        case "orderby":
            return replace(options, order=_order(text))
        case "select":
            return replace(options, select=_select(text, kind))
        case "expand":
            return replace(options, expand=_expand(text, kind, depth))
        case "top":
            return replace(options, top=_whole(text))
        case "skip":
            return replace(options, skip=_whole(text))
        case "count":
            return replace(options, count=_is_true(text))
        case "resultFormat" if depth == 1:
            return replace(options, result_format=_format(text))
        case "skiptoken" if depth == 1:
            return replace(options, token=text)
    raise NotAcceptable(
        f"no option {name!r:.40} is known here",
        hint="there are $filter, $orderby, $select, $expand, $top, $skip, $count, "
        f"$resultFormat, and {', '.join(OWN)}",
    )


def _order(text: str) -> tuple[OrderKey, ...]:
    if len(text) > LONGEST:
        raise NotAcceptable(f"at character {LONGEST}: it is longer than is read")
    keys = list[OrderKey]()
    for at, part in split_outside(text, ","):
        reader = Reader(" " * (at - 1) + part)
        expression = reader.expression()
        # FROST's own client writes DESC.
        descends = reader.takes("desc") or reader.takes("DESC")
        if not descends:
            reader.takes("asc") or reader.takes("ASC")
        reader.verify_end()
        keys.append(OrderKey(expression, descends))
    return tuple(keys)


def _select(text: str, kind: EntityKind) -> tuple[Path, ...]:
    found = list[Path]()
    for at, part in split_outside(text, ","):
        name, *inner = part.strip().split("/")
        _verify_selected(name, kind, at, bool(inner))
        found.append(Path((name, *inner), at))
    return tuple(found)


def _verify_selected(name: str, kind: EntityKind, at: int, goes_on: bool) -> None:
    property_ = kind.properties.get(name)
    if property_ is not None and (property_.is_json or not goes_on):
        return
    if not goes_on and (name in (*ID_NAMES, *_SELF) or name in kind.navigations):
        return
    raise NotAcceptable(
        f"at character {at}: a {kind.name} has no property {name!r:.40}",
        hint=f"it has @iot.id, {', '.join((*kind.properties, *kind.navigations))}",
    )


def _expand(text: str, kind: EntityKind, depth: int) -> tuple[Expansion, ...]:
    if depth > _DEEPEST:
        raise NotAcceptable(
            f"more than {_DEEPEST} expansions within one another",
            hint="ask for the inner ones by themselves",
        )
    found = dict[str, Options]()
    for at, part in split_outside(text, ","):
        path, options = _expansion(part, at)
        one = _expansion_of(path, options, kind, at, depth)
        found[one.name] = _merged(found.get(one.name), one.options)
    return tuple(Expansion(name, options) for name, options in found.items())


def _expansion(part: str, at: int) -> tuple[list[str], str]:
    """Return the names of ``A/B(…)``, and what its brackets hold."""
    path, bracket, rest = part.strip().partition("(")
    if bracket and not rest.endswith(")"):
        raise NotAcceptable(
            f"at character {at}: expected ')' at the end of {part!r:.40}"
        )
    return [name.strip() for name in path.split("/")], rest[:-1]


def _expansion_of(
    path: list[str], text: str, kind: EntityKind, at: int, depth: int
) -> Expansion:
    """Return an expansion, whose slashes are expansions within it."""
    name, *inner = path
    navigation = kind.navigations.get(name)
    if navigation is None:
        raise NotAcceptable(
            f"at character {at}: a {kind.name} leads to no {name!r:.40}",
            hint=f"it leads to {', '.join(kind.navigations)}",
        )
    there = KINDS[navigation.to]
    if not inner:
        return Expansion(name, _read(_nested(text), there, depth + 1))
    if depth >= _DEEPEST:
        raise NotAcceptable(
            f"at character {at}: more than {_DEEPEST} expansions within one another"
        )
    within = _expansion_of(inner, text, there, at, depth + 1)
    return Expansion(name, Options(expand=(within,)))


def _nested(text: str) -> dict[str, str]:
    texts = dict[str, str]()
    for _, part in split_outside(text, ";"):
        name, _, value = part.partition("=")
        if name.strip():
            _put(texts, name.strip(), value.strip())
    return texts


def _merged(first: Options | None, second: Options) -> Options:
    """Return what two expansions of one name ask together, as pygeoapi writes them."""
    if first is None:
        return second
    inner = {one.name: one.options for one in first.expand}
    for one in second.expand:
        inner[one.name] = _merged(inner.get(one.name), one.options)
    told = second if second.texts.keys() - {"$expand"} else first
    expand = tuple(Expansion(name, options) for name, options in inner.items())
    return replace(told, expand=expand)


def _verify_width(options: Options) -> None:
    waiting, count = list(options.expand), 0
    while waiting:
        count += 1
        waiting += waiting.pop().options.expand
    if count > _WIDEST:
        raise NotAcceptable(
            f"$expand names {count} expansions; at most {_WIDEST} are answered"
        )


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise NotAcceptable(
            f"at character 1: expected a whole number, got {text!r:.40}"
        )
    return int(text)


def _is_true(text: str) -> bool:
    if text not in ("true", "false"):
        raise NotAcceptable(f"at character 1: expected true or false, got {text!r:.40}")
    return text == "true"


def _format(text: str) -> str:
    by_name: Iterable[str] = (one for one in FORMATS if one.lower() == text.lower())
    found = next(iter(by_name), "")
    if not found and text.lower() not in ("", "default", "json"):
        raise NotAcceptable(
            f"at character 1: expected one of {', '.join(FORMATS)}, got {text!r:.40}"
        )
    return found
