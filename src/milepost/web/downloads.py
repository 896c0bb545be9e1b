"""The names under which documents are saved: the system, what it is, the day."""

import re
from datetime import date

from django.http import HttpResponse


def file_name(system: str, what: str, as_of: date, ending: str) -> str:
    """Return a name that every file system takes: `Harbor-POAM-2026-03-01.xlsx`."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", system).strip("-")[:60] or "system"
    return f"{plain}-{what}-{as_of:%Y-%m-%d}.{ending}"


def csv_file(text: str, name: str) -> HttpResponse:
    """Answer with a table that is saved under a name."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )
