"""eMASS's import workbook as a document among others: read by its headings, written into the user's own."""

from pathlib import Path

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.emass.workbook import write_workbook
from milepost.authorities.intake.reading import read_plan
from milepost.domain.plan_document import PlanDocument


class ImportWorkbook:
    """The POA&M import workbook.

    Without a base the option `layout` is navy (default), usmc or army; with one, its headings decide.
    The option `check` is warn (default: broken rules are told) or refuse (nothing is written then).
    """

    name = "emass"
    title = "eMASS POA&M workbook"
    suffix = ".xlsx"
    carries = frozenset(
        {
            *(
                "id",
                "description",
                "controls",
                "source_ref",
                "status",
                "scheduled_date",
                "acceptance_expires",
            ),
            *("actual_completion_date", "closed_date", "milestones", "milestone_changes", "source_text"),
            *("source_details", "responsible_org", "owner", "owner_contact", "resources_text", "comments"),
            *("raw_severity", "assets", "mitigations", "predisposing_conditions", "adjusted_severity"),
            *("relevance", "threat_description", "likelihood", "impact", "impact_description", "risk_level"),
            *("recommendations", "resulting_risk"),
        }
    )

    def recognises(self, path: Path) -> bool:
        """Leave it to the reader of any table, which knows the layout by its headings."""
        del path
        return False

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read the items with their milestones; see `PlanFormat.read`."""
        return read_plan(path, name)

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the items, into the base where there is one; see `PlanFormat.write`."""
        return write_workbook(plan, out, writing)


FORMAT = ImportWorkbook()
