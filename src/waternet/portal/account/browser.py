"""What a browser is called, from how it names itself."""

from __future__ import annotations

from typing import Final

__all__ = ["browser_name"]

# In the order in which they are looked for: many name those that they descend from.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "Linux": "Linux",
}
_LONGEST = 40  # characters of one that is not known


def browser_name(agent: str) -> str:
    """Return a browser and its system; the beginning of an agent that is not known.

    Parameters
    ----------
    agent : str
        The header User-Agent.

    Examples
    --------
    >>> browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0")
    'Firefox, Linux'
    >>> browser_name("curl/8.5.0"), browser_name("")
    ('curl/8.5.0', '')
    """
    named = next((told for mark, told in _BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((told for mark, told in _SYSTEMS.items() if mark in agent), "")
    if not named:
        return agent[:_LONGEST]
    return f"{named}, {system}" if system else named
