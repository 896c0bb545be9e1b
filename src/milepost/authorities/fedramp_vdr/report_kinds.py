"""The three machine-readable reports of FedRAMP's rules of 2026: their lists, and the rule behind each."""

from typing import Final

import msgspec

from milepost.authorities.tables import table
from milepost.domain.ruling import Citation


class Kind(msgspec.Struct, frozen=True):
    """A report: the names of its lists (empty for none), and whether it speaks of a period or an instant."""

    title: str
    rule: str
    active: str
    accepted: str
    has_period: bool

    @property
    def citation(self) -> Citation:
        """Return the rule that wants the report."""
        return Citation(_FACTS.document, self.rule)


class _Facts(msgspec.Struct, frozen=True):
    document: str
    package: str
    period: str
    generated: str
    verified: bool
    kinds: dict[str, Kind]


_FACTS: Final[_Facts] = table(__package__, "report_kinds.toml", _Facts)
KINDS: Final = _FACTS.kinds
"""The reports by their short names: vdt, avi, mrh."""
PACKAGE: Final = _FACTS.package
PERIOD: Final = _FACTS.period
GENERATED: Final = _FACTS.generated


def rule(section: str) -> Citation:
    """Return a rule of the Consolidated Rules 2026."""
    return Citation(_FACTS.document, section)
