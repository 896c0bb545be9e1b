"""What a check found, as its page shows it; of large registers kept in the home for a day."""

import os
import secrets
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from milepost.checks.rule import Finding
from milepost.domain.problem import Problem
from milepost.settings import variables
from milepost.web.clock import now
from milepost.work.checking.check_document import Checked

KEPT: Final = timedelta(hours=24)
"""How long what a check found is shown again."""


class Line(NamedTuple):
    """One finding: the rule by id, its weight, the item and the place, and what is there."""

    rule: str
    level: str
    item: str
    place: str
    what: str


class CheckResult(NamedTuple):
    """Everything that a check found; `not_judged` pairs rules with the reason, `titles` name the profiles."""

    checked_at: datetime
    name: str
    title: str
    profiles: tuple[str, ...]
    items: int
    judged: int
    lines: tuple[Line, ...]
    not_judged: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def result_of(checked: Checked, own_name: str = "") -> CheckResult:
    """Return what a check found; `own_name` of a file that waited under another is put right in places."""
    document, report = checked.document, checked.report

    def line(each: Finding) -> Line:
        place = str(each.place)
        shown = place.replace(own_name, document.name) if own_name else place
        return Line(each.rule.id, each.level.value, each.item, shown, each.what)

    return CheckResult(
        now(),
        document.name,
        document.title or document.layout,
        tuple(checked.profiles),
        report.items,
        len(report.judged),
        tuple(line(each) for each in report.findings if not each.waiver),
        tuple((each.rule.id, each.why) for each in report.not_judged),
        tuple(document.problems),
    )


def keep(system_id: int, as_of: date, found: CheckResult) -> None:
    """Keep what a check of a system found, readable by its owner alone, in place of an earlier one."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    path = _file(system_id, as_of)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(found))
    fresh.replace(path)


def recall(system_id: int, as_of: date) -> CheckResult | None:
    """Return what the last check of a system on a day found; None where it is not kept any more."""
    path = _file(system_id, as_of)
    try:
        found = msgspec.json.decode(path.read_bytes(), type=CheckResult)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return found if found.checked_at >= now() - KEPT else None


def _folder() -> Path:
    return variables.home() / "checks"


def _file(system_id: int, as_of: date) -> Path:
    return _folder() / f"{system_id}-{as_of:%Y-%m-%d}.json"


def _sweep(folder: Path) -> None:
    oldest = (now() - KEPT).timestamp()
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
