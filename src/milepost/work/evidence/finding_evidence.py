"""The one way to a piece of evidence by what people call it, such as E-7."""

import re
from typing import Final

from milepost.domain.errors import RecordMissing, WrongUse
from milepost.records.evidence import PREFIX, Evidence, EvidenceVersion
from milepost.work import finding_systems

CALLED: Final = re.compile(rf"\b{PREFIX}([1-9][0-9]{{0,8}})\b")
"""What evidence is called, wherever it stands in a text."""


def by_identifier(identifier: str, system: str = "", *, lock: bool = False) -> Evidence:
    """Return a piece of evidence; without a system, it must be the only one that is called so.

    Raises:
        RecordMissing: there is none.
        WrongUse: several systems have evidence that is called so.
    """
    found = CALLED.fullmatch(identifier)
    rows = Evidence.objects.select_related("system").filter(number=int(found[1]) if found else 0)
    if system:
        rows = rows.filter(system=finding_systems.by_name(system))
    several = list((rows.select_for_update(of=("self",)) if lock else rows)[:2])
    if not several:
        raise RecordMissing(
            f"there is no evidence {identifier[:40]}{f' in {system}' if system else ''}",
            fix="see milepost evidence list --system NAME",
        )
    if len(several) > 1:
        raise WrongUse(f"several systems have evidence {identifier}", fix="say which with --system NAME")
    return several[0]


def version_of(evidence: Evidence, number: int | None = None) -> EvidenceVersion:
    """Return a version of a piece of evidence; the newest if none is named.

    Raises:
        RecordMissing: there is no such version, or its bytes were removed.
    """
    rows = evidence.versions.all() if number is None else evidence.versions.filter(number=number)
    version = rows.select_related("content").last()
    if version is None:
        raise RecordMissing(f"{evidence} has no version {number}", fix="see milepost evidence list")
    if version.content is None:
        raise RecordMissing(
            f"{evidence} was removed on {evidence.removed_on} by {evidence.removed_by}",
            fix=f"its SHA-256 was {version.sha256}; add the file again if it is needed",
        )
    return version
