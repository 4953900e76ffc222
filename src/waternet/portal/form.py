"""What a reader sends by a form: its fields and files.

References
----------
HTML, 4.10.21 (form submission); RFC 7578 (multipart/form-data); Fetch Metadata
(Sec-Fetch-Site).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from waternet.api.asked import Asked
from waternet.api.parameters import query_pairs
from waternet.api.uploads.multipart import FormPart, form_parts
from waternet.errors import NotAcceptable, NotAllowed

__all__ = ["Form", "read_form"]

_OWN = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent.

    Attributes
    ----------
    fields : mapping of str to tuple of str
        A field can be there more than once: boxes that are ticked.
    files : mapping of str to FormPart
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, FormPart] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a field's text without the blanks around it."""
        return self.fields.get(name, (default,))[-1].strip()

    def needed(self, name: str) -> str:
        """Return a field's text.

        Raises
        ------
        NotAcceptable
            It is not there, or empty.
        """
        text = self.text(name)
        if not text:
            raise NotAcceptable(f"field {name!r} of the form is empty")
        return text

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all texts of a field that can be there more than once."""
        return self.fields.get(name, ())


@contextmanager
def read_form(asked: Asked) -> Iterator[Form]:
    """Open what came; its files are there as long as it is open.

    Raises
    ------
    NotAllowed
        It came from a page of another host.
    NotAcceptable
        It is no form.
    """
    _verify_own_page(asked)
    if asked.body.media_type.lower().startswith("multipart/"):
        with form_parts(asked.body) as parts:
            yield Form(
                {one.name: (one.text,) for one in parts.values() if not one.file_name},
                {one.name: one for one in parts.values() if one.file_name},
            )
        return
    try:
        text = asked.body.read().decode()
    except UnicodeDecodeError as error:
        raise NotAcceptable("the form is not UTF-8") from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, one in query_pairs(text):
        fields[name] = (*fields.get(name, ()), one)
    yield Form(fields)


def _verify_own_page(asked: Asked) -> None:
    """Raise where a page of another host has a browser send a form here.

    Programs that send no such header have no reader whose rights they could borrow.
    """
    site = asked.headers.get("sec-fetch-site", "")
    origin = asked.headers.get("origin", "")
    own = {urlsplit(asked.url).netloc, asked.headers.get("host", "")}
    is_foreign = (site and site not in _OWN) or (
        origin and urlsplit(origin).netloc not in own
    )
    if is_foreign:
        raise NotAllowed(
            "this form was sent by a page from elsewhere",
            hint="open the page here, and send it from there",
        )
