"""Reading whatever holds a plan: a document of any known format, any table, or the report of a scanner."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from milepost.authorities.documents import read_document
from milepost.domain.plan_document import PlanDocument
from milepost.work.documents.scan_plan import is_scan, scan_plan


def plan_in(path: Path, as_of: date, name: str = "") -> PlanDocument:
    """Read a plan, or the reports of scans (one, or a folder of them); `name` is the file's for people.

    Raises:
        InputRefused: the file cannot be taken.
    """
    if path.is_dir():
        return scan_plan(sorted(each for each in path.rglob("*") if each.is_file() and is_scan(each)), as_of)
    if is_scan(path):
        plan = scan_plan([path], as_of)
        return replace(plan, name=name) if name else plan
    return read_document(path, name or None)
