"""The file of expectations beside a sample: what its author counted, held against what is read."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from milepost.domain.severity import Severity
from milepost.scanners.contract.specimen import Read
from milepost.scanners.contract.verdict import Breach

ENDING = ".expected.json"


class Counts(msgspec.Struct, forbid_unknown_fields=True):
    """How much a report holds; what is not given is not compared."""

    findings: int | None = None
    weaknesses: int | None = None
    assets: int | None = None
    statements: int | None = None
    problems: int | None = None
    by_severity: dict[str, int] | None = None


def beside(path: Path) -> Path:
    """Return where the expectations of a sample stand: `report.json` has `report.json.expected.json`."""
    return path.with_name(path.name + ENDING)


def counts(read: Read) -> Counts:
    """Count what was read."""
    findings = [finding for report in read.reports for finding in report.findings]
    severities = Counter(finding.facts.severity for finding in findings)
    return Counts(
        findings=len(findings),
        weaknesses=len({(finding.facts.source, finding.facts.source_id) for finding in findings}),
        assets=len(read.reports),
        statements=len(read.statements),
        problems=len(read.problems),
        by_severity={severity.value: severities[severity] for severity in Severity if severities[severity]},
    )


def differences(found: Counts, wanted: Path) -> Iterator[Breach]:
    """Yield where the counts are not those of the file."""
    try:
        expectations = msgspec.json.decode(wanted.read_bytes(), type=Counts)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        yield Breach(wanted.name, f"cannot be read: {error}")
        return
    for name in Counts.__struct_fields__:
        want, have = getattr(expectations, name), getattr(found, name)
        if want is not None and want != have:
            yield Breach(wanted.name, f"expects {name} {want}, read were {have}")


def written(found: Counts) -> str:
    """Return counts as the text of a file of expectations."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
