"""Text that was read in the wrong code page and saved so."""

from __future__ import annotations

__all__ = ["repair_mojibake"]

# cp1252 leaves five bytes open; programs wrote them as the control of that number.
_OPEN = {chr(byte): bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def repair_mojibake(text: str, code_page: str) -> str:
    """Return what a text was before its bytes were read as cp1252.

    Parameters
    ----------
    text : str
        As the file has it.
    code_page : str
        In which the bytes should have been read: 'cp1256'; '' leaves texts alone.

    Returns
    -------
    str
        The text itself where it cannot have come about so: some cells of such a file
        were written later, rightly.

    Examples
    --------
    >>> repair_mojibake("ÞÖÇÁ ÞÕÈÉ ÇÑÈÏ", "cp1256")
    'قضاء قصبة اربد'
    >>> repair_mojibake("عمان", "cp1256")
    'عمان'
    """
    if not code_page or text.isascii():
        return text
    try:
        return b"".join(
            _OPEN.get(letter) or letter.encode("cp1252") for letter in text
        ).decode(code_page)
    except UnicodeError:
        return text
