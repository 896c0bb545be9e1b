"""What the rows of a Nessus table say of a plugin, wherever it was seen: the facts of a `.nessus` file.

A severity that somebody recast in the tool holds; the tool's own word stays the native one, and the reason
says so. A risk that somebody accepted in the tool is still a finding, but one that asks for nothing.
"""

from functools import lru_cache

from milepost.domain.finding import Facts
from milepost.domain.severity import Severity
from milepost.scanners.hosts.nessus_csv_columns import Detail
from milepost.scanners.hosts.nessus_item import SOURCE
from milepost.scanners.hosts.nessus_references import cross_references, listed_references
from milepost.scanners.times import iso_day, spelled_instant

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "info": Severity.INFO,
    "informational": Severity.INFO,
    "none": Severity.INFO,
    "": Severity.UNRATED,
}
_DIGITS = {"0": "Info", "1": "Low", "2": "Medium", "3": "High", "4": "Critical"}
_NOTHING = {"", "n/a", "null", "none", "-"}
_YES = {"true", "yes"}
_COMPLIANCE = "compliance"

Variant = tuple[str, ...]


class Plugin:
    """A plugin as some of its rows rate it; `cves` grow with the rows of the plugin, however rated.

    It is `plain` where its rows cannot be results of compliance checks.
    """

    def __init__(self, variant: Variant, detail: Detail, cves: dict[str, None], line: int) -> None:
        """Keep the first row's cells; `variant` are those of `nessus_csv_columns.VARIANT`."""
        self.number = variant[0].strip()
        self.word = _DIGITS.get(variant[1].strip(), variant[1].strip())
        self.cves = cves
        self.line = line
        self.detail = detail
        self._severity, self._original = (_DIGITS.get(digit.strip(), digit.strip()) for digit in variant[2:4])
        self._modification, self._recast, self._accepted = (_said(cell) for cell in variant[4:7])
        named = f"{detail.family} {detail.title}".lower()
        self.plain = self.severity is not None and _COMPLIANCE not in named

    @property
    def severity(self) -> Severity | None:
        """Return the severity that holds; None for an unknown word."""
        return SEVERITIES.get(self.word.lower())

    @property
    def accepted(self) -> bool:
        """Tell whether somebody accepted the risk in the tool."""
        return bool(self._accepted) or self._modification.lower().startswith("accept")

    def facts(self) -> Facts:
        """Put together what is known."""
        detail = self.detail
        references = cross_references(
            detail.addresses.split("\n") if detail.addresses else (),
            listed_references(f"{detail.references}\n{_notices(detail.notices)}"),
        )
        native, reason = self._native()
        return Facts(
            source=SOURCE,
            source_id=self.number,
            title=detail.title.strip() or f"Plugin {self.number}",
            severity=self.severity or Severity.UNRATED,
            native_severity=native,
            severity_reason=reason,
            description=(detail.description or detail.synopsis).strip(),
            solution=detail.solution.strip(),
            cves=tuple(self.cves),
            cwes=references.cwes,
            cvss=tuple(filter(None, _scores(detail))),
            references=tuple(each.strip() for each in references.kept if each.strip()),
            family=detail.family.strip(),
            published=_day(detail.published),
            patched=_day(detail.patched),
            vendor_status=self._vendor_status(),
            exploit_known=references.exploited or _yes(detail.exploit) or _yes(detail.malware),
            kev_due=references.kev_due,
            actionable=not self.accepted,
        )

    def _native(self) -> tuple[str, str]:
        """Return the tool's own word, and why another one holds."""
        because = f": {self._recast}" if self._recast else ""
        if self._original and self._severity and self._original != self._severity:
            return self._original, f"recast in the tool from {self._original} to {self._severity}{because}"
        if self._recast or self._modification.lower().startswith("recast"):
            return self.word, f"recast in the tool{because}"
        return self.word, ""

    def _vendor_status(self) -> str:
        if self.accepted:
            return f"suppressed: accepted{f' ({self._accepted})' if self._accepted else ''}"
        return "unsupported" if _yes(self.detail.unsupported) else ""


def _scores(detail: Detail) -> tuple[str, str, str]:
    """Return vectors as a `.nessus` file writes them, or else base scores, newest first."""
    return (
        _prefixed("", detail.cvss4_vector),
        _prefixed("CVSS:3.0/", detail.cvss3_vector) or _said(detail.cvss3_score),
        _prefixed("CVSS2#", detail.cvss2_vector) or _said(detail.cvss2_score),
    )


def _prefixed(prefix: str, vector: str) -> str:
    said = _said(vector).strip("()")
    return said if not said or said.startswith("CVSS") else f"{prefix}{said}"


def _notices(cell: str) -> str:
    """Name the kind of an IAVM notice that stands alone: `2020-A-0510` is an IAVA."""
    kinds = {"A": "IAVA", "B": "IAVB", "T": "IAVT"}
    found = []
    for notice in listed_references(cell):
        kind = kinds.get(notice[5:6], "")
        found.append(f"{kind}:{notice}" if kind and notice[4:5] == "-" else notice)
    return "\n".join(found)


@lru_cache(maxsize=1 << 12)
def _day(text: str) -> str:
    instant = spelled_instant(text)
    return iso_day(text) if instant is None else instant.date().isoformat()


def _yes(cell: str) -> bool:
    return cell.strip().lower() in _YES


def _said(cell: str) -> str:
    text = cell.strip()
    return "" if text.lower() in _NOTHING else text
