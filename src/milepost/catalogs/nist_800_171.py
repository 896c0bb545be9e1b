"""The 110 requirements of NIST SP 800-171 Rev. 2 and the 320 determination statements of SP 800-171A."""

from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent


class Requirement(msgspec.Struct, frozen=True):
    """A requirement: `number` as in `3.1.1`, `kind` basic or derived, `controls` those of SP 800-53 Rev. 4.

    `objectives` is how many determination statements SP 800-171A has for it; they are lettered from a, and
    the 23 requirements with one statement call it a, as the CMMC Assessment Guide does.
    """

    number: str
    family: str
    kind: str
    title: str
    objectives: int
    controls: tuple[str, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """Return the letters of its determination statements."""
        return tuple("abcdefghijklmnopqrstuvwxyz"[: self.objectives])


class _Catalog(msgspec.Struct):
    source: str
    families: dict[str, str]
    requirements: tuple[Requirement, ...]


class _FirstEdition(msgspec.Struct):
    source: str
    practices: dict[str, str]


_READ = msgspec.json.decode((_FOLDER / "nist_800_171.json").read_bytes(), type=_Catalog)
_PRACTICES = msgspec.json.decode((_FOLDER / "nist_800_171_cmmc_1.json").read_bytes(), type=_FirstEdition)

FAMILIES: dict[str, str] = _READ.families
"""The 14 families by their two letters, in the publication's order."""
REQUIREMENTS: dict[str, Requirement] = {each.number: each for each in _READ.requirements}
"""The 110 requirements by number, in the publication's order."""


def family_of(number: str) -> str:
    """Return the letters of the family that a number such as `3.5.3` or `3.5.3e` falls into; empty if none.

    The order of the families in the publication is that of their second number, from 3.1 to 3.14.
    """
    position = int(number.split(".")[1])
    return tuple(FAMILIES)[position - 1] if 1 <= position <= len(FAMILIES) else ""


def naming_control(control: str) -> tuple[str, ...]:
    """Return the requirements whose line in Appendix D names an SP 800-53 control: `AC-2`, `SC-8(1)`.

    Every control that the appendix names with an enhancement stands on another line without it as well.
    """
    return tuple(each.number for each in REQUIREMENTS.values() if control in each.controls)


def of_first_edition(family: str, practice: str) -> str:
    """Return the requirement that a practice of CMMC 1.0 took over, `AC` `016` being 3.1.3; empty if none."""
    return _PRACTICES.practices.get(f"{family} {practice}", "")
