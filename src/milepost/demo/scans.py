"""The demonstration system's scan reports as files: four months of Nessus, Trivy, Grype and one checklist."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from milepost.demo.checklist import checklist
from milepost.demo.estate import CHECKLIST_HOST, CHECKLIST_MONTHS, IMAGES, MONTHS, scan_day
from milepost.demo.grype_report import grype_report
from milepost.demo.nessus_report import nessus_report
from milepost.demo.trivy_report import trivy_report

_WRITERS = {"trivy": trivy_report, "grype": grype_report}


class Scan(NamedTuple):
    """A report in a file: the month (1 to 4), the day of the scan, and where the file lies."""

    month: int
    day: date
    path: Path


def write_scans(folder: Path, as_of: date) -> tuple[Scan, ...]:
    """Write every report into a folder, made where it is missing, and return them in the order of time.

    The names begin with the day of the scan, so that they sort in the same order. The same day gives the
    same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scans = []
    for month in MONTHS:
        day = scan_day(month, as_of)
        for name, report in sorted(_reports(month, as_of)):
            path = folder / f"{day:%Y-%m-%d}-{name}"
            path.write_bytes(report)
            scans.append(Scan(month, day, path))
    return tuple(scans)


def _reports(month: int, as_of: date) -> Iterator[tuple[str, bytes]]:
    yield "hosts.nessus", nessus_report(month, as_of)
    if month in CHECKLIST_MONTHS:
        yield f"{CHECKLIST_HOST}.ckl", checklist(month, as_of)
    for image in IMAGES:
        for scanner in image.scanners:
            yield f"{image.name}.{scanner}.json", _WRITERS[scanner](image, month, as_of)
