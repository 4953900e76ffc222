"""What a reader sends by a form: its fields and files.

References
----------
HTML, 4.10.21 (form submission); RFC 7578 (multipart/form-data).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from waternet.api.asked import Asked
from waternet.api.parameters import query_pairs
from waternet.api.session_cookie import verify_form_token
from waternet.api.uploads.multipart import FormPart, form_parts
from waternet.errors import NotAcceptable

__all__ = ["TOKEN", "Form", "read_form"]

TOKEN = "token"  # the field by which a form shows for which session it was made


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
        It was made for another session, or by a page from elsewhere.
    NotAcceptable
        It is no form.
    """
    with _read(asked) as form:
        verify_form_token(asked.viewer, form.text(TOKEN))
        yield form


@contextmanager
def _read(asked: Asked) -> Iterator[Form]:
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
