"""A filter's text cut into tokens, and tokens read into a tree.

Hand-written, by operator precedence: bounded in length and depth, so that no text can
cost more than reading it, and each error names its place.

References
----------
OGC 18-088, tables 21-25; OData 4.0 part 2, sections 5.1.1.9 (precedence) and 5.1.1.10
(any, all).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from waternet.api.sensorthings.expression import (
    Call,
    Expression,
    Lambda,
    Literal,
    Membership,
    Negation,
    Operation,
    Path,
    Sort,
)
from waternet.api.sensorthings.literals import (
    TIME,
    read_duration,
    read_geometry,
    read_time,
)
from waternet.errors import NotAcceptable

__all__ = ["LONGEST", "Reader", "read_expression"]

LONGEST: Final = 4_096  # characters of a filter
_DEEPEST: Final = 40  # brackets, calls and chained sums within one another

_TOKEN: Final = re.compile(
    rf"""\s*(?:
      (?P<typed>(?:duration|geography|geometry|datetime|date)'(?:[^']|'')*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<time>{TIME})
    | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<name>[@$]?[^\W\d][\w.@-]*)
    | (?P<mark>[(),/:\[\]])
    )""",
    re.VERBOSE,
)
_BINDING: Final = {
    "or": 1,
    "and": 2,
    "in": 4,
    **dict.fromkeys(("eq", "ne", "gt", "ge", "lt", "le"), 4),
    **dict.fromkeys(("add", "sub"), 5),
    **dict.fromkeys(("mul", "div", "mod"), 6),
}
_NOT: Final = 3
_WORDS: Final = {
    "null": Literal(Sort.NULL, None),
    "true": Literal(Sort.BOOLEAN, True),
    "false": Literal(Sort.BOOLEAN, False),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a filter: its kind, its text, its place from 1."""

    kind: str
    text: str
    at: int

    def __str__(self) -> str:
        return f"{self.text!r:.40}" if self.kind != "end" else "the end"


def read_expression(text: str) -> Expression:
    """Read a filter, or one key of an ordering.

    Raises
    ------
    NotAcceptable
        The message names the character, what was expected and what came.

    Examples
    --------
    >>> read_expression("result gt 5").operator
    'gt'
    >>> read_expression("result gt")
    Traceback (most recent call last):
    waternet.errors.NotAcceptable: at character 10: expected a value, got the end
    """
    reader = Reader(text)
    found = reader.expression()
    reader.verify_end()
    return found


class Reader:
    """Reads expressions off a text, one after the other."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def verify_end(self) -> None:
        """Raise unless all has been read."""
        if self._next.kind != "end":
            raise _expected("an operator or the end", self._next)

    def takes(self, word: str) -> bool:
        """Whether `word` comes next; then it is read."""
        if self._next.kind in ("name", "mark") and self._next.text == word:
            self._place += 1
            return True
        return False

    def expression(self, binding: int = 0) -> Expression:
        """Read as much as binds more tightly than `binding`."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotAcceptable(
                f"at character {self._next.at}: more than {_DEEPEST} levels",
                hint="write it flatter, or ask in several requests",
            )
        left, chained = self._first(), 0
        while True:
            operator = self._next
            tightness = _BINDING.get(operator.text, 0) if _is_name(operator) else 0
            if tightness <= binding:
                self._depth -= 1 + chained
                return left
            if operator.text not in ("and", "or"):
                chained += 1
                self._depth += 1
            self._place += 1
            left = self._joined(left, operator, tightness)

    def _joined(self, left: Expression, operator: Token, tightness: int) -> Expression:
        if operator.text == "in":
            return Membership(left, self._among(), operator.at)
        right = self.expression(tightness)
        operands: tuple[Expression, ...] = (left, right)
        is_chain = operator.text in ("and", "or")
        if is_chain and isinstance(left, Operation) and left.operator == operator.text:
            operands = (*left.operands, right)
        return Operation(operator.text, operands, operator.at)

    def _first(self) -> Expression:
        token = self._next
        if token.kind == "name" and token.text == "not":
            self._place += 1
            return Negation(self.expression(_NOT), token.at)
        if self.takes("("):
            inner = self.expression()
            self._take(")")
            return inner
        if token.kind in ("text", "time", "number", "typed"):
            self._place += 1
            return _literal(token)
        if token.kind != "name":
            raise _expected("a value", token)
        word = _WORDS.get(token.text)
        if word is not None:
            self._place += 1
            return Literal(word.sort, word.value, token.at)
        return self._named()

    def _named(self) -> Expression:
        """Read a call, a path, or a path with any or all."""
        token = self._next
        steps = list[str | int]()
        while True:
            name = self._name()
            if self.takes("("):
                if not steps:
                    return Call(name.text.lower(), self._arguments(), token.at)
                if name.text in ("any", "all"):
                    return self._lambda(Path(tuple(steps), token.at), name)
                raise _expected("any(…) or all(…) after a path", name)
            steps.append(name.text)
            while self.takes("["):
                steps.append(self._place_in_array())
            if not self.takes("/"):
                return Path(tuple(steps), token.at)

    def _lambda(self, path: Path, word: Token) -> Lambda:
        variable = self._name()
        self._take(":")
        condition = self.expression()
        self._take(")")
        return Lambda(path, word.text, variable.text, condition, word.at)

    def _arguments(self) -> tuple[Expression, ...]:
        if self.takes(")"):
            return ()
        found = [self.expression()]
        while self.takes(","):
            found.append(self.expression())
        self._take(")")
        return tuple(found)

    def _among(self) -> tuple[Literal, ...] | Path:
        token = self._next
        found = self.expression(_BINDING["in"]) if token.text != "(" else None
        if isinstance(found, Path):
            return found
        if found is not None:
            raise _expected("a list in brackets, or a path", token)
        self._take("(")
        among = self._arguments()
        literals = tuple(one for one in among if isinstance(one, Literal))
        if not among or len(literals) < len(among):
            raise _expected("values, with commas between", token)
        return literals

    def _name(self) -> Token:
        token = self._next
        if token.kind != "name":
            raise _expected("a name", token)
        self._place += 1
        return token

    def _place_in_array(self) -> int:
        token = self._next
        if token.kind != "number" or not token.text.isdecimal() or len(token.text) > 6:
            raise _expected("a place in an array, from 0", token)
        self._place += 1
        self._take("]")
        return int(token.text)

    def _take(self, mark: str) -> None:
        if not self.takes(mark):
            raise _expected(f"{mark!r}", self._next)


def _is_name(token: Token) -> bool:
    return token.kind == "name"


def _literal(token: Token) -> Literal:
    if token.kind == "time":
        return read_time(token.text, token.at)
    if token.kind == "number":
        whole = token.text.lstrip("-").isdecimal() and len(token.text) < 19
        number = int(token.text) if whole else float(token.text)
        return Literal(Sort.NUMBER, number, token.at)
    sort, _, rest = token.text.partition("'")
    value = rest[:-1].replace("''", "'")
    if sort == "duration":
        return read_duration(value, token.at)
    if sort in ("geography", "geometry"):
        return read_geometry(value, token.at)
    if sort and not re.fullmatch(TIME, value):
        raise _expected("a time in ISO 8601", token)
    return read_time(value, token.at) if sort else Literal(Sort.TEXT, value, token.at)


def _tokens(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise NotAcceptable(
            f"{len(text)} characters; at most {LONGEST} are read",
            hint="ask in several requests",
        )
    found, place = list[Token](), 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            at = place + len(text[place:]) - len(text[place:].lstrip()) + 1
            raise _expected("a name, a value or a bracket", _rest(text, at))
        at = match.start(match.lastgroup) + 1
        found.append(Token(match.lastgroup, match[match.lastgroup], at))
        place = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _rest(text: str, at: int) -> Token:
    return Token("mark", text[at - 1 : at + 19], at)


def _expected(what: str, got: Token) -> NotAcceptable:
    return NotAcceptable(f"at character {got.at}: expected {what}, got {got}")
