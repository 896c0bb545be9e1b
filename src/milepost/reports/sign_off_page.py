"""The last page of every report: who answers for it, in which role, on which day."""

from collections.abc import Sequence
from typing import Final

from milepost.reports.report import Block, Column, Heading, PageBreak, Paragraph, Table

_COLUMNS: Final = (
    Column("Role", 1.5),
    Column("Name and title", 1.6),
    Column("Organisation", 1.4),
    Column("Signature", 1.8),
    Column("Date and time (UTC)", 1.3),
)
_RECORD: Final = (
    "A signature stands for these exact bytes. The sign-off record (JSON and Markdown) names the attestor, "
    "the role held at that moment, the time in UTC, the SHA-256 of this file and where it is kept; any later "
    "change of the file voids it."
)


def sign_off_page(statement: str, roles: Sequence[str]) -> tuple[Block, ...]:
    """Return the page with what is attested, and a row to fill in for each role."""
    blanks = ("",) * (len(_COLUMNS) - 1)
    return (
        PageBreak(),
        Heading("Sign-off"),
        Paragraph(statement),
        Table("Attestations", _COLUMNS, tuple((role, *blanks) for role in roles), to_fill=True),
        Paragraph(_RECORD),
    )
