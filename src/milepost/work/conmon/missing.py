"""What a monthly package lacks, said openly: files not given, scans not imported, what is not kept here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from milepost.work.conmon.deviation_requests import Requested
from milepost.work.conmon.manifest import MissingPart
from milepost.work.conmon.raw_scans import RawScan


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user gave beside the register."""

    poam: bool
    inventory: bool
    deviation_form: bool
    summary: bool
    previous: bool
    annual_assessment: bool
    month_end: date
    written: date


def missing_parts(
    given: Given, scans: Sequence[RawScan], requests: Sequence[Requested]
) -> Iterator[MissingPart]:
    """Yield what FedRAMP expects of a month (ConMon Strategy Guide) and the package does not have."""
    yield from _files(given, asks=bool(requests))
    if not scans:
        yield MissingPart("scans", "no scan file was imported in the month", "import the scans of the month")
    yield MissingPart(
        "raw scan files", "they are listed with their hashes, not enclosed", "send them with the package"
    )
    yield MissingPart(
        "database scans", "scans do not say that they are of databases", "name them in the summary by hand"
    )
    yield MissingPart("significant change requests", "they are not kept here", "add them to the package")
    if not given.annual_assessment:
        yield MissingPart(
            "status of the annual assessment", "it is not kept here", "give it with --annual-assessment"
        )
    if given.written < given.month_end:
        yield MissingPart(
            "the whole month", "the month has not ended", "write the package after its last day"
        )
    if given.written > given.month_end:
        what = f"POA&M, inventory and requests say what the register said on {given.written}"
        yield MissingPart(
            f"the state on {given.month_end}", what, "write the package on the month's last day"
        )


def _files(given: Given, *, asks: bool) -> Iterator[MissingPart]:
    plain = "no official file was given, so a plain table with its columns was written"
    if not given.poam:
        what = "no workbook was given, so the layout was written anew"
        yield MissingPart("official POA&M workbook", what, "give it with --poam-template")
    if not given.inventory:
        what = "none was given, so it holds only what scans know"
        yield MissingPart("inventory workbook", what, "give yours with --inventory")
    if asks and not given.deviation_form:
        yield MissingPart("official Deviation Request form", plain, "give it with --deviation-form")
    if not given.summary:
        yield MissingPart("official executive summary", plain, "give it with --summary-template")
    if not given.previous:
        what = "the difference is told from the register's history alone"
        yield MissingPart("last month's package", what, "give it with --previous")
