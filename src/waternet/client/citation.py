"""Citing figures: each release that they come from, its owner, date and licence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from waternet.client.metadata import Metadata
from waternet.client.words import COMMAS, RIGHT_TO_LEFT, say, verify_language
from waternet.errors import NotAcceptable

__all__ = ["FORMS", "cite"]

FORMS = ("text", "bibtex")
# Sets figures and names apart from the letters around them, whichever way these run.
_OPEN, _CLOSE = "\u2068", "\u2069"
_SPECIAL = re.compile(r"([&%$#_{}])")
_TEX = str.maketrans({"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"})


def cite(metadata: Metadata, form: str = "text", language: str = "") -> str:
    """Return how to cite the figures of an answer.

    Parameters
    ----------
    metadata : Metadata
    form : str
        'text', a line for each release, or 'bibtex', an entry for each.
    language : str
        Of the labels: 'ar', 'he', 'en'; '' is that of the answer. Titles stay as their
        owners wrote them.

    Returns
    -------
    str
        '' where there is nothing to cite.

    Raises
    ------
    NotAcceptable
        No such form or language; or the answer holds no figures to cite.
    """
    language = language or metadata.language
    verify_language(language)
    if form not in FORMS:
        raise NotAcceptable(f"no form {form!r}", hint=f"one of {', '.join(FORMS)}")
    if not metadata.has_figures:
        raise NotAcceptable(
            f"an answer of {metadata.what} holds no figures to cite",
            hint="cite what get_observations, get_latest or compare returned",
        )
    if form == "bibtex":
        return "\n\n".join(_bibtex(one, metadata) for one in metadata.citation)
    return "\n".join(_text(one, metadata, language) for one in metadata.citation)


def _text(one: Mapping[str, Any], metadata: Metadata, language: str) -> str:
    """Return one release as a line."""

    def apart(text: object) -> str:
        return f"{_OPEN}{text}{_CLOSE}" if language in RIGHT_TO_LEFT else str(text)

    comma = COMMAS[language]
    owner = one["attribution"] or one["party"]
    told = [
        f"{apart(owner)} ({apart(one['issued'][:4])}): {apart(one['title'])}",
        f"{say('release', language)} {apart(_number(one))}{comma} "
        f"{say('released', language)} {apart(one['issued'][:10])}",
    ]
    if one["source"] and one["source"] != owner:
        told.append(f"{say('source', language)}: {apart(one['source'])}")
    if one["reason"]:
        told.append(f"{say('reason', language)}: {apart(one['reason'])}")
    if one["access"] == "restricted":
        readers = ", ".join(one["readers"])
        told.append(say("restricted", language, apart(readers)))
    licence = apart(one["licence"]) if one["licence"] else say("no licence", language)
    told.append(f"{say('licence', language)}: {licence}")
    told.append(f"{say('digest', language)}: {apart(one['sha256'])}")
    told.append(
        f"{say('retrieved', language)} {apart(metadata.retrieved.date().isoformat())} "
        f"{say('from', language)} {apart(metadata.location)}"
    )
    return ". ".join(told) + "."


def _bibtex(one: Mapping[str, Any], metadata: Metadata) -> str:
    """Return one release as an entry; a name in two braces is never turned round."""
    note = f"Waternet release {_number(one)}, SHA-256 {one['sha256']}"
    licence = one["licence"] or "no licence stated"
    fields = {
        "author": f"{{{_tex(one['attribution'] or one['party'])}}}",
        "title": f"{{{_tex(one['title'])}}}",
        "year": one["issued"][:4],
        "month": str(int(one["issued"][5:7])),
        "version": _tex(_number(one)),
        "publisher": _tex(one["party"]),
        "note": _tex(f"{note}. Dataset {one['dataset']}. Licence: {licence}"),
        "urldate": metadata.retrieved.date().isoformat(),
    }
    if "://" in metadata.location:
        fields["url"] = metadata.location
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items()]
    key = f"waternet-{one['party']}-{one['release']}"
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _number(one: Mapping[str, Any]) -> str:
    return f"{one['party']}:{one['release']}"


def _tex(text: str) -> str:
    plain = " ".join(text.replace("\\", "/").split())
    return _SPECIAL.sub(r"\\\1", plain).translate(_TEX)
