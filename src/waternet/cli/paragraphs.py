"""Words of several languages, as commands take and show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from waternet.errors import NotAcceptable, NotFound

__all__ = ["in_all", "paragraph_lines", "read_paragraphs"]

_MOST = 1 << 20  # bytes of a file of words


def read_paragraphs(given: list[str]) -> dict[str, list[str]]:
    """Read files given as LANGUAGE=FILE; an empty line ends a paragraph.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        One does not say its language, is too long, or no text in UTF-8.
    """
    return {
        language: _paragraphs(Path(name))
        for language, name in (_parted(one) for one in given)
    }


def in_all(texts: Mapping[str, str]) -> str:
    """Return a text in all its languages, in the order of their codes.

    Examples
    --------
    >>> in_all({"en": "A well", "ar": "بئر"})
    'بئر / A well'
    """
    return " / ".join(texts[one] for one in sorted(texts))


def paragraph_lines(words: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines by which people read paragraphs, one language after the other."""
    for language in sorted(words):
        yield ""
        yield f"[{language}]"
        yield from words[language]


def _parted(given: str) -> tuple[str, str]:
    language, equals, name = given.partition("=")
    if not (language and equals and name):
        raise NotAcceptable(
            f"{given!r} does not say which language it is", hint="write en=words.txt"
        )
    return language, name


def _paragraphs(path: Path) -> list[str]:
    if not path.is_file():
        raise NotFound(f"no file {path}")
    if path.stat().st_size > _MOST:
        raise NotAcceptable(f"{path.name} is longer than {_MOST:,} bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"{path.name} is no text in UTF-8: {error}") from error
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        words = " ".join(line.split())
        if words:
            found[-1].append(words)
        elif found[-1]:
            found.append([])
    return [" ".join(one) for one in found if one]
