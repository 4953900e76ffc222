"""From a view to HTML: one environment of templates, filled with the reader's language.

Templates call functions for everything that a language writes in its own way; what
comes from data is escaped, and what is no text isolated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from waternet.api.session_cookie import form_token
from waternet.portal.assets import asset_address, has_asset
from waternet.portal.form import TOKEN
from waternet.portal.language.catalogue import languages
from waternet.portal.language.isolation import Isolating
from waternet.portal.language.language import Language, get_language
from waternet.portal.language.preference import preferences_of

if TYPE_CHECKING:
    from waternet.portal.page import View, Visit

__all__ = ["render", "to_script_data", "writers"]

_SCRIPTS = {"ar": ("noto-sans-arabic",), "he": ("noto-sans-hebrew",)}
_FORM = re.compile(r"""<form\b[^>]*\bmethod=["']?post\b[^>]*>""", re.IGNORECASE)
_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def render(visit: Visit, view: View) -> str:
    """Return a view as HTML, in the reader's language."""
    template = _environment().get_template(view.template)
    text = template.render(
        {
            **writers(visit.language),
            **_of_visit(visit),
            "title": view.title,
            **view.data,
            **view.more,
        }
    )
    return _with_tokens(text, form_token(visit.viewer))


def _with_tokens(text: str, token: str) -> str:
    """Return a page each of whose forms shows for which session it was made.

    No text of the page can look like a form: what is no markup is escaped.
    """
    if not token:
        return text
    hidden = f'<input type="hidden" name="{TOKEN}" value="{token}">'
    return _FORM.sub(lambda found: f"{found[0]}{hidden}", text)


def writers(language: Language) -> dict[str, Any]:
    """Return what a template calls to write in a language.

    Returns
    -------
    dict
        'gettext' (and '_'), 'ngettext', 'pgettext', 'npgettext'; 'value', 'unit',
        'count', 'ident', 'day', 'month', 'moment', 'span', 'year', 'listed', 'name';
        'language'; 'comma', with its space.
    """
    write = Isolating(language)
    named = ("value", "unit", "count", "ident", "day", "month", "moment", "span")
    clauses = language.pgettext("clauses", "%(before)s, %(after)s")
    return {
        "language": language,
        "comma": clauses % {"before": "", "after": ""},
        "_": _sentence(language.gettext),
        "gettext": _sentence(language.gettext),
        "pgettext": _sentence(language.pgettext),
        "ngettext": _counted(language.ngettext, write),
        "npgettext": _counted_in_context(language.npgettext, write),
        **{name: getattr(write, name) for name in (*named, "year", "listed", "name")},
    }


def to_script_data(value: Any) -> Markup:
    """Return a value as JSON for a script element, which no text in it can end."""
    return Markup(orjson.dumps(value).decode().translate(_SCRIPT))


def _of_visit(visit: Visit) -> dict[str, Any]:
    preferences = preferences_of(visit.asked.headers)
    return {
        "visit": visit,
        "viewer": visit.viewer,
        "node_names": dict(visit.node.profile.names) or {"": visit.node.party},
        "url": visit.link.to,
        "here": visit.link.here,
        # Where to come back to from a page that leads aside; such a page has its own.
        "aside": visit.values.get("next") or visit.link.here(),
        "asset": lambda name: f"{visit.link.base}{asset_address(name)}",
        "has_asset": has_asset,
        "theme": preferences.theme,
        "all_languages": [get_language(code) for code in languages()],
        "language_fonts": _fonts(visit.language),
        "navigation": _navigation(visit),
        "page_path": visit.link.path,
        "script_data": to_script_data,
    }


def _navigation(visit: Visit) -> list[tuple[str, str]]:
    """Return the pages of the heading: path and name."""
    gettext = visit.language.gettext
    found = [
        ("/now", gettext("Now")),
        ("/find", gettext("Find data")),
        ("/entries", gettext("Record")),
        ("/group", gettext("Working group")),
    ]
    if visit.viewer.may("steward") or visit.viewer.may("reviewer"):
        found.append(("/desk", gettext("Desk")))
    elif visit.viewer.may("delegate") or visit.viewer.may("secretary"):
        found.append(("/desk/groups", gettext("Desk")))
    return found


def _fonts(language: Language) -> list[str]:
    """Return the fonts that a page is written in, to be loaded before it is drawn."""
    scripts = ["noto-sans-latin", *_SCRIPTS.get(language.code, ())]
    names = [f"vendor/fonts/{one}-400.woff2" for one in scripts]
    return [name for name in names if has_asset(name)]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("waternet.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # {% trans %} calls 'gettext' and 'ngettext' of what a template is rendered with.
    translating: Any = made  # the extension gives it this attribute
    translating.newstyle_gettext = True
    made.policies["ext.i18n.trimmed"] = True
    return made


def _sentence(translate: Callable[..., str]) -> Callable[..., Markup]:
    """Return what translates a sentence and puts what is given into it, escaped."""

    def write(*text: str, **given: Any) -> Markup:
        return Markup(translate(*text)) % given

    return write


def _counted(translate: Callable[..., str], write: Isolating) -> Callable[..., Markup]:
    def say(one: str, many: str, count: int, **given: Any) -> Markup:
        text = Markup(translate(one, many, count))
        return text % _with_count(write, count, given)

    return say


def _counted_in_context(
    translate: Callable[..., str], write: Isolating
) -> Callable[..., Markup]:
    def say(context: str, one: str, many: str, count: int, **given: Any) -> Markup:
        text = Markup(translate(context, one, many, count))
        return text % _with_count(write, count, given)

    return say


def _with_count(
    write: Isolating, count: int, given: Mapping[str, Any]
) -> Mapping[str, Any]:
    return {"count": write.count(count), "num": write.count(count), **given}
