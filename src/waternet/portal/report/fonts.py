"""The portal's own fonts as files that the typesetter reads.

The pages' web fonts are packed (WOFF2); here they are unpacked. Nothing of the system
is asked for, so that a report looks the same everywhere.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

__all__ = ["FAMILIES", "unpack_fonts"]

FAMILIES: Final = ("Noto Sans", "Vazirmatn", "Noto Sans Hebrew", "Noto Sans Ext")
"""In the order in which they are asked for a letter."""

_FILES: Final = {
    "noto-sans-latin": "Noto Sans",
    # Else one font would hide the other: both are called Noto Sans.
    "noto-sans-latin-ext": "Noto Sans Ext",
    "noto-sans-hebrew": "Noto Sans Hebrew",
    "vazirmatn-arabic": "Vazirmatn",
}
_WEIGHTS: Final = (400, 700)
_NAMES: Final = (1, 4, 16)  # of the name table: family, full name, typographic family


def unpack_fonts(folder: Path) -> None:
    """Write the fonts of a report into a folder."""
    packed = files("waternet.portal") / "assets" / "vendor" / "fonts"
    for slug, family in _FILES.items():
        for weight in _WEIGHTS:
            with (packed / f"{slug}-{weight}.woff2").open("rb") as source:
                font = TTFont(source, recalcTimestamp=False)
                font.flavor = None
                for record in font["name"].names:
                    if record.nameID in _NAMES:
                        record.string = family
                font.save(folder / f"{slug}-{weight}.ttf")
