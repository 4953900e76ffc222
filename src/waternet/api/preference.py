"""What a reader prefers: a language, and where this node is found by it.

References
----------
RFC 9110, sections 7.2 (Host) and 12.5.4 (Accept-Language).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from starlette.types import Scope

__all__ = ["LANGUAGES", "base_url", "preferred_language"]

LANGUAGES: Final = ("ar", "en", "he")
_FALLBACK = "en"  # of messages, which are written in it
_ASKED = re.compile(r"(?:^|&)lang=([A-Za-z]{2})")
_HOST = re.compile(
    r"[A-Za-z0-9._-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?"
)


def preferred_language(query: str, headers: Mapping[str, str]) -> str:
    """Return the language asked for by ``lang=``, or by the header.

    Examples
    --------
    >>> preferred_language("", {"accept-language": "fr, he;q=0.8, en;q=0.5"})
    'he'
    >>> preferred_language("lang=ar-JO", {})
    'ar'
    """
    if "lang=" in query and (asked := _ASKED.search(query)):
        language = asked[1].lower()
        if language in LANGUAGES:
            return language
    return _accepted(headers.get("accept-language", ""))


@lru_cache(256)
def _accepted(written: str) -> str:
    best, weight = _FALLBACK, 0.0
    for part in written[:500].split(","):
        name, _, parameter = part.partition(";")
        language = name.strip()[:2].lower()
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def base_url(scope: Scope, headers: Mapping[str, str], given: str) -> str:
    """Return where the reader finds this node, without a slash at the end.

    Parameters
    ----------
    given : str
        The address that the operator gave ('--url'); it goes before what a request
        says of it.
    """
    if given:
        return given
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else str(name)
    return f"{scope['scheme']}://{host}"
