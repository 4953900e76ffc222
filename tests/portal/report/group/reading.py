"""Reading a PDF back by pypdf, which is not ours."""

import io
import re

import pypdf


def pages(made: bytes) -> list[str]:
    """Return the text of each page."""
    book = pypdf.PdfReader(io.BytesIO(made))
    return [page.extract_text() for page in book.pages]


def flat(made: bytes) -> str:
    """Return all text on one line, with single spaces."""
    return " ".join(" ".join(pages(made)).split())


def set_right_to_left(made: bytes, sentence: str) -> bool:
    """Return whether a sentence is set line below line, each from the right.

    A line is read back as it stands, from left to right: it holds words that follow
    one another in the sentence, the last of them first.
    """
    is_hebrew = "\u0590" <= sentence[0] < "\u0600"
    script = "[\u0590-\u05ff]+" if is_hebrew else "[\u0600-\u06ff]+"
    waiting = sentence.split()
    for page in pages(made):
        for line in page.split("\n"):
            turned = re.findall(script, line)[::-1]
            if turned and turned == waiting[: len(turned)]:
                waiting = waiting[len(turned) :]
            if not waiting:
                return True
    return False


def fonts(made: bytes) -> dict[str, bool]:
    """Return the fonts by name, and whether each is in the file."""
    found = {}
    for page in pypdf.PdfReader(io.BytesIO(made)).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            told = inner["/FontDescriptor"].get_object()
            name = str(inner["/BaseFont"]).partition("+")[2]
            found[name] = any(f"/FontFile{end}" in told for end in ("", "2", "3"))
    return found
