"""Elements of Akoma Ntoso: made, set out on lines, written as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as Tree
from xml.etree.ElementTree import Element

from waternet.workinggroup.interchange.akn_names import AKN
from waternet.workinggroup.interchange.iati_codes import OWN, XML_LANGUAGE

__all__ = ["add", "add_own", "add_words", "write_document"]

# Blanks in these are words of the text.
_INLINE = {f"{AKN}{name}" for name in ("p", "num", "heading")}


def add(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    """Add an element of Akoma Ntoso; attributes that are '' are left out."""
    return _add(parent, f"{AKN}{name}", text, attributes)


def add_own(
    parent: Element, name: str, text: str = "", /, **attributes: str
) -> Element:
    """Add an element of our own namespace, where the schema lets others in."""
    return _add(parent, f"{OWN}{name}", text, attributes)


def add_words(parent: Element, words: Mapping[str, str]) -> None:
    """Add what was said in each language that it was said in."""
    for language in sorted(words):
        add_own(parent, "words", words[language]).set(XML_LANGUAGE, language)


def _add(parent: Element, name: str, text: str, attributes: dict[str, str]) -> Element:
    given = {key: value for key, value in attributes.items() if value}
    made = Tree.SubElement(parent, name, given)
    made.text = text or None
    return made


def write_document(document: Element) -> bytes:
    """Return a file that holds one document, the same bytes for the same document."""
    Tree.register_namespace("", AKN[1:-1])
    Tree.register_namespace("waternet", OWN[1:-1])
    root = Element(f"{AKN}akomaNtoso")
    root.append(document)
    _set_out(root, 0)
    whole: bytes = Tree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return whole + b"\n"


def _set_out(element: Element, depth: int) -> None:
    """Put each element on a line of its own, but within words."""
    if element.tag in _INLINE or not len(element):
        return
    element.text = "\n" + "  " * (depth + 1)
    for one in element:
        _set_out(one, depth + 1)
        one.tail = element.text
    element[-1].tail = "\n" + "  " * depth
