"""Logger files in sections: '[Channel 1]', 'Key =value', then '[Data]' and its lines.

Van Essen's .MON and Solinst's .LEV have the same ancestor and the same frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from waternet.formats.channels import Record, point_decimal
from waternet.formats.reading import Reject

__all__ = ["SectionFile", "read_sections"]

_SECTION = re.compile(r"\[([^\]]{1,80})\]")
_ENTRY = re.compile(r"([^=:\[\]]{1,60})[=:](.*)")
_CHANNEL = re.compile(r"channel (\d{1,3})(?: from data header)?", re.ASCII)
_MAX_ENTRIES = 10_000
_END = "END OF DATA"


@dataclass(slots=True)
class SectionFile:
    """What stands before the data, and the data.

    Attributes
    ----------
    sections : dict of section to entries
        Both in lower case; '' for what stands before any section. Of two sections of
        one name the later counts.
    records : list of Record
        Of [Data]: the line, date and time, and figures with decimal points.
    announced : int or None
        How many records the file says it has.
    heading : (line, text) or None
        The line of headings, in a file whose data are a delimited table.
    is_ended : bool
        Whether the last line says that it is the last.
    """

    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    announced: int | None = None
    heading: tuple[int, str] | None = None
    is_ended: bool = False

    @property
    def channels(self) -> dict[int, Mapping[str, str]]:
        """The channels' entries by number; the data's own header goes first."""
        found: dict[int, Mapping[str, str]] = {}
        for name in sorted(self.sections, key=len):
            if match := _CHANNEL.fullmatch(name):
                found[int(match[1])] = self.sections[name]
        return dict(sorted(found.items()))

    def entry(self, key: str) -> str:
        """Return the last entry of this key in any section that is not a channel's."""
        texts = [
            entries[key]
            for name, entries in self.sections.items()
            if not _CHANNEL.fullmatch(name) and entries.get(key)
        ]
        return texts[-1] if texts else ""

    def count_notices(self, file: str) -> Iterator[Reject]:
        """Point at a file that has not as many records as it says."""
        if self.announced is not None and self.announced != len(self.records):
            row = self.records[-1][0] if self.records else 0
            found, wanted = len(self.records), self.announced
            reason = f"{found} records follow, {wanted} were announced"
            yield Reject(file, "", row, "[Data]", str(wanted), reason, lost=0)


def read_sections(
    lines: Iterable[tuple[int, str]], heading: str = ""
) -> tuple[SectionFile, Iterator[tuple[int, str]]]:
    """Read a file's sections up to its data, and [Data] where it has that.

    Parameters
    ----------
    lines : iterable of (number, text)
    heading : str
        A line that begins so, in lower case, is a line of headings: reading stops.

    Returns
    -------
    file : SectionFile
    rest : iterator of (number, text)
        The lines below the headings.
    """
    file, section, count = SectionFile(), "", 0
    rest = iter(lines)
    for number, raw in rest:
        line = raw.strip()
        if match := _SECTION.fullmatch(line):
            section = match[1].strip().casefold()
            if section == "data":
                _read_data(file, rest, heading)
                break
            file.sections[section] = {}
        elif heading and line.lstrip('"').casefold().startswith(heading):
            file.heading = (number, line)
            break
        elif (match := _ENTRY.fullmatch(line)) and count < _MAX_ENTRIES:
            entries = file.sections.setdefault(section, {})
            entries[match[1].strip().casefold()] = match[2].strip()
            count += 1
    return file, rest


def _read_data(
    file: SectionFile, rest: Iterator[tuple[int, str]], heading: str
) -> None:
    for number, line in rest:
        text = line.strip()
        if text.upper().startswith(_END):
            file.is_ended = True
            return
        if heading and text.lstrip('"').casefold().startswith(heading):
            file.heading = (number, line)
            return
        parts = text.split()
        if len(parts) == 1 and parts[0].isdigit() and not file.records:
            file.announced = int(parts[0][:12])
        elif parts:
            time = " ".join(parts[:2]) if len(parts) > 1 else ""
            cells = [point_decimal(part) for part in parts[2:]]
            file.records.append((number, time, cells or parts))
