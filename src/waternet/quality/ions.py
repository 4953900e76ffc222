"""Ions dissolved in water: their charges and molar masses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["IONS", "MASS_AND_CHARGE", "NITRATE", "NITROGEN", "Ion"]


@dataclass(frozen=True, slots=True)
class Ion:
    """One dissolved ion.

    Attributes
    ----------
    charge : int
        In elementary charges; negative for anions.
    mass : float [g/mol]
        Of what the property is reported as.
    """

    charge: int
    mass: float

    @property
    def equivalent(self) -> float:
        """Mass of one equivalent [mg/meq]."""
        return self.mass / abs(self.charge)


# Molar masses: sums of IUPAC's abridged standard atomic weights (2021): H 1.0080,
# C 12.011, N 14.007, O 15.999, F 18.998, Na 22.990, Mg 24.305, S 32.06, Cl 35.45,
# K 39.098, Ca 40.078.
IONS: Mapping[str, Ion] = {
    "calcium": Ion(2, 40.078),
    "magnesium": Ion(2, 24.305),
    "sodium": Ion(1, 22.990),
    "potassium": Ion(1, 39.098),
    "ammonium": Ion(1, 18.039),
    "chloride": Ion(-1, 35.45),
    "sulfate": Ion(-2, 96.056),
    "bicarbonate": Ion(-1, 61.016),
    "nitrate": Ion(-1, 62.004),
    "nitrate-as-nitrogen": Ion(-1, 14.007),
    "fluoride": Ion(-1, 18.998),
}
NITROGEN = 14.007
NITRATE = 62.004
# As `samples.align` takes them.
MASS_AND_CHARGE: Mapping[str, tuple[float, int]] = {
    name: (ion.mass, abs(ion.charge)) for name, ion in IONS.items()
}
