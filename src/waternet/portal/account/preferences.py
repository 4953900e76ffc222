"""The page on which a reader chooses digits and colours: for this browser alone."""

from __future__ import annotations

from typing import Final

from waternet.api.answer import Answer
from waternet.api.operation import Operation
from waternet.errors import NotAcceptable
from waternet.portal.account.entering import lead_on
from waternet.portal.account.onward import onward_of
from waternet.portal.account.sign_in import NEXT
from waternet.portal.language.preference import (
    DIGITS,
    PREFERENCES,
    THEMES,
    Preferences,
    preferences_of,
)
from waternet.portal.page import View, Visit, order, page

__all__ = ["operations"]

_PATH = "/preferences"
_A_YEAR: Final = 31_536_000  # s


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    about = "Which digits and colours a reader prefers."
    return (
        page(
            _PATH,
            "page-preferences",
            about,
            _show,
            parameters=(NEXT,),
            reads_bank=False,
        ),
        order(
            _PATH, "preferences", "Prefer digits and colours.", _keep, reads_bank=False
        ),
    )


def _show(visit: Visit) -> View:
    held = preferences_of(visit.asked.headers)
    data = {
        "digits": held.digits,
        "theme": held.theme,
        "onward": _onward(visit, str(visit.values.get("next", ""))),
    }
    more = {"all_digits": DIGITS, "themes": THEMES}
    title = visit.language.gettext("Preferences")
    alone = {"cache-control": "no-store"}
    return View("account/preferences.html", title, data, more, headers=alone)


def _keep(visit: Visit) -> Answer:
    """Keep what was chosen in a cookie, and lead back to where the reader was."""
    held = preferences_of(visit.asked.headers)
    chosen = Preferences(
        visit.form.text("digits", held.digits), visit.form.text("theme", held.theme)
    )
    if chosen.digits not in DIGITS or chosen.theme not in THEMES:
        raise NotAcceptable(
            f"digits are {' or '.join(DIGITS)}, colours {', '.join(THEMES)}"
        )
    told = f"{PREFERENCES}={chosen.to_cookie()}; Path=/; SameSite=Lax; HttpOnly"
    told += f"; Max-Age={_A_YEAR}"
    told += "; Secure" if visit.asked.url.startswith("https://") else ""
    onward = _onward(visit, visit.form.text("next"))
    return lead_on(onward, {"set-cookie": told})


def _onward(visit: Visit, written: str) -> str:
    return onward_of(written, visit.link.base, visit.link.to(_PATH))
