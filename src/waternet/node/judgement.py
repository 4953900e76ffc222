"""What the checks said of an import: kept beside its figures, published with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from waternet.node.durable import make_durable
from waternet.record.blob import verify_blob
from waternet.record.fields import Reference
from waternet.record.findings import FINDINGS, read_findings, write_findings
from waternet.record.listing import write_lines

__all__ = ["UNJUDGED", "Judged", "Judgement", "keep_judgement"]

_FINDINGS = "findings.parquet"
_RULES = "rules.jsonl"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks said of figures.

    Attributes
    ----------
    rule_set : str
        Its name and version: 'default/1'; '' where nothing was checked.
    checks : tuple of str
        Those that were applied, each with the version of Waternet: 'range/0.1.0'.
    rules : tuple of mapping
        The rule set, a rule each, as its blob holds them; () where nothing was checked.
    findings : pyarrow.Table in `record.findings.FINDINGS`
    stated : bool
        Whether the file gave grades of its own.
    """

    rule_set: str
    checks: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]
    findings: pa.Table
    stated: bool = False


UNJUDGED = Judgement("", (), (), FINDINGS.empty_table())


@dataclass(frozen=True, slots=True)
class Judged:
    """Where a judgement lies, with what its files must be.

    Attributes
    ----------
    folder : Path
    rule_set : str
    checks : tuple of str
    rules, findings : Reference or None
    stated : bool
    """

    folder: Path
    rule_set: str
    checks: tuple[str, ...]
    rules: Reference | None
    findings: Reference | None
    stated: bool

    @property
    def rules_path(self) -> Path:
        """The file that becomes the release's blob of rules."""
        return self.folder / _RULES

    @property
    def findings_path(self) -> Path:
        """The file that becomes the release's blob of findings."""
        return self.folder / _FINDINGS

    def read_findings(self) -> pa.Table:
        """Read the findings; checked anew each time."""
        if self.findings is None:
            return FINDINGS.empty_table()
        verify_blob(self.findings_path, self.findings)
        return read_findings(self.findings_path, self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, without the folder."""
        return {
            "rule_set": self.rule_set,
            "checks": list(self.checks),
            "rules": asdict(self.rules) if self.rules else None,
            "findings": asdict(self.findings) if self.findings else None,
            "stated": self.stated,
        }

    @classmethod
    def from_json(cls, folder: Path, written: Mapping[str, Any]) -> Judged:
        """Read what `to_json` returned."""
        rules, findings = written["rules"], written["findings"]
        return cls(
            folder,
            written["rule_set"],
            tuple(written["checks"]),
            Reference(**rules) if rules else None,
            Reference(**findings) if findings else None,
            written["stated"],
        )

    def verify(self) -> None:
        """Raise unless its files are those that were kept."""
        if self.rules:
            verify_blob(self.rules_path, self.rules)
        if self.findings:
            verify_blob(self.findings_path, self.findings)


def keep_judgement(folder: Path, judgement: Judgement) -> Judged:
    """Write what the checks said into a pending import's folder, durably."""
    rules = findings = None
    if judgement.rules:
        rules = _kept(folder / _RULES, lambda sink: write_lines(judgement.rules, sink))
    if judgement.findings.num_rows:
        findings = _kept(
            folder / _FINDINGS, lambda sink: write_findings(judgement.findings, sink)
        )
    return Judged(
        folder=folder,
        rule_set=judgement.rule_set,
        checks=judgement.checks,
        rules=rules,
        findings=findings,
        stated=judgement.stated,
    )


def _kept(path: Path, write: Callable[[BinaryIO], Reference]) -> Reference:
    with path.open("wb") as sink:
        reference = write(sink)
    make_durable(path)
    return reference
