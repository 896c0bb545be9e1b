"""FedRAMP Rev. 5: the monthly POA&M of a cloud service provider."""

from dataclasses import dataclass
from datetime import date

from milepost.authorities.authority import Document
from milepost.authorities.fedramp import deadlines
from milepost.authorities.fedramp.severity import rate
from milepost.domain.finding import WeaknessKind
from milepost.domain.rating import Rated, Rating
from milepost.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class _FedRamp:
    name: str = "fedramp-rev5"
    title: str = "FedRAMP Rev. 5"
    documents: tuple[Document, ...] = (
        Document("poam-3.0", "POA&M workbook 3.0", ".xlsx", "FedRAMP SSP Appendix O, 2025-11-17"),
        Document("poam-2.1", "POA&M workbook 2.1", ".xlsx", "FedRAMP POA&M template, 2024-03-29"),
    )
    impacts: tuple[str, ...] = ("li-saas", "low", "moderate", "high")
    consolidated_control: str = "CM-6"

    def rate(self, severity: Severity) -> Rated:
        return rate(severity)

    def scan_control(self, kind: WeaknessKind) -> str:
        return "CM-6" if kind is WeaknessKind.CONFIGURATION else "RA-5"

    def scheduled(self, detected_on: date, rating: Rating) -> date | None:
        return deadlines.scheduled(detected_on, rating)


AUTHORITY = _FedRamp()
