"""From what a report says to a PDF: everything is handed over as data.

No text of the record is ever read as the typesetter's language: the template is a file
of this package, and takes words from a file of JSON, where a string is a string
whatever it holds.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from waternet.errors import NotAcceptable
from waternet.portal.report.fonts import FAMILIES, unpack_fonts

__all__ = ["set_report"]

_MOST_DATA: Final = 32 << 20  # bytes of words


def set_report(
    told: Mapping[str, Any],
    files_beside: Mapping[str, str],
    when: datetime,
    template: str = "yearbook.typ",
) -> bytes:
    """Return the PDF: tagged, with its fonts in it (PDF/UA-1).

    Parameters
    ----------
    told : mapping
        Plain values, as the template takes them.
    files_beside : mapping of file name to text
        That the template reads: drawings as SVG, and what the PDF carries along.
    when : datetime
        Told as its date: the same words give the same bytes.
    template : str
        A file of this package.

    Raises
    ------
    NotAcceptable
        It is too long; or a letter is in none of the fonts.
    """
    import typst

    words = json.dumps({**told, "fonts": list(FAMILIES)}, ensure_ascii=False)
    if len(words) > _MOST_DATA:
        raise NotAcceptable(
            f"this is too long to be set: {len(words):,} letters",
            hint="take a smaller part of it: see the options",
        )
    with tempfile.TemporaryDirectory(prefix="waternet-report-") as scratch:
        folder = Path(scratch)
        fonts = folder / "fonts"
        fonts.mkdir()
        unpack_fonts(fonts)
        (folder / "told.json").write_text(words, encoding="utf-8")
        for file_name, text in files_beside.items():
            (folder / file_name).write_text(text, encoding="utf-8")
        for one in files("waternet.portal.report").iterdir():
            if one.name.endswith(".typ"):
                (folder / one.name).write_bytes(one.read_bytes())
        found = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=True,
            font_paths=[str(fonts)],
        )
        compiler = typst.Compiler(
            folder / template, root=folder, font_paths=found, ignore_system_fonts=True
        )
        try:
            made = compiler.compile(
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=when.astimezone(UTC),
            )
        except typst.TypstError as error:
            raise NotAcceptable(
                f"this report cannot be set: {error.message}",
                hint="a name may hold a letter that is in none of the report's fonts",
            ) from error
    assert isinstance(made, bytes)
    return made
