"""From what a yearbook says to a PDF: everything is handed over as data.

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

_TEMPLATE: Final = "yearbook.typ"
_MOST_DATA: Final = 32 << 20  # bytes of words


def set_report(
    told: Mapping[str, Any], drawings: Mapping[str, str], when: datetime
) -> bytes:
    """Return the PDF: tagged, with its fonts in it (PDF/UA-1).

    Parameters
    ----------
    told : mapping
        Plain values, as the template ``yearbook.typ`` takes them.
    drawings : mapping of file name to SVG
    when : datetime
        Told as its date: the same words give the same bytes.

    Raises
    ------
    NotAcceptable
        It is too long; or a letter is in none of the fonts.
    """
    import typst

    words = json.dumps({**told, "fonts": list(FAMILIES)}, ensure_ascii=False)
    if len(words) > _MOST_DATA:
        raise NotAcceptable(
            "this yearbook is too long", hint="give --from and --to, or a smaller area"
        )
    with tempfile.TemporaryDirectory(prefix="waternet-report-") as scratch:
        folder = Path(scratch)
        fonts = folder / "fonts"
        fonts.mkdir()
        unpack_fonts(fonts)
        (folder / "told.json").write_text(words, encoding="utf-8")
        for file_name, drawing in drawings.items():
            (folder / file_name).write_text(drawing, encoding="utf-8")
        template = files("waternet.portal.report") / _TEMPLATE
        (folder / _TEMPLATE).write_bytes(template.read_bytes())
        found = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=True,
            font_paths=[str(fonts)],
        )
        compiler = typst.Compiler(
            folder / _TEMPLATE, root=folder, font_paths=found, ignore_system_fonts=True
        )
        try:
            made = compiler.compile(
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=when.astimezone(UTC),
            )
        except typst.TypstError as error:
            raise NotAcceptable(
                f"the yearbook cannot be set: {error.message}",
                hint="a name may hold a letter that is in none of the report's fonts",
            ) from error
    assert isinstance(made, bytes)
    return made
