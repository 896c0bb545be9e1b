"""SARIF 2.1.0, in which analysers of code, of containers and of settings report.

A run is a look at one thing by one tool: everything that its tool looks for counts as assessed, but nothing
does where the run failed or has no list of results at all, and a rule that broke is left out. A tool that
uploads several runs of one repository (one a language) names them in `automationDetails`: each is a scope.
Results of another kind than “fail”, and those whose baseline state is “absent”, are no findings.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.documents import load, record
from milepost.scanners.gathering import Gathering
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.places import Occurrences
from milepost.scanners.source_code.sarif_results import Results, Run
from milepost.scanners.source_code.sarif_rules import SEVERITIES

_MARKS = ('"ruleid"', '"driver"', '"artifactlocation"', "sarif")
_READ = ("", "2.1")


class _Log(msgspec.Struct):
    runs: list[msgspec.Raw] | None = None
    version: object = None


_LOG = msgspec.json.Decoder(_Log)
_RUN = msgspec.json.Decoder(Run)


class Sarif:
    """The reader of SARIF logs."""

    name = "sarif"
    title = "SARIF 2.1.0"
    about = About(
        versions="SARIF 2.1.0 of any tool; several runs and tools in one log",
        key=(
            "tool.driver.name, ruleId (a CVE wherever the rule is one), locations[0] file, and there the "
            "first of fingerprints or partialFingerprints, a hash of the snippet, the logical location; the "
            "next one in the same place is numbered; packages of Trivy and Grype by name"
        ),
        coverage=(
            "all that the tool looks for, one scope a tool and category (automationDetails.id); nothing "
            "where executionSuccessful is false or results is missing; kinds review, open, informational and "
            "notApplicable and rules named by an error notification are not assessed"
        ),
        fields={
            "source_id": "results[].ruleId, else rules[ruleIndex].id",
            "title": "rule.shortDescription, else its first description, name or id",
            "severity": "properties.security-severity of result or rule, else level",
            "native_severity": "results[].level, else overrides, rule.defaultConfiguration.level, “warning”",
            "description": "rule.fullDescription",
            "solution": "rule.help",
            "cwes": "rule.relationships, results[].taxa, properties.tags, properties.cwe",
            "references": "rule.helpUri",
            "vendor_status": "results[].suppressions[]",
            "locator": "locations[0].physicalLocation, logicalLocations, fingerprints",
            "output": "message, locations with lines, snippet (masked)",
            "first_seen": "provenance.firstDetectionTimeUtc",
            "scanned_at": "invocations[].endTimeUtc, else startTimeUtc",
            "identifiers": "properties.imageName, versionControlProvenance[].repositoryUri, or the file",
            "Asset.version": "the tag of properties.imageName",
            "severity_reason, actionable, aliases, cves": "as severity, suppressions[] and ruleId say",
            "family, tool": "tool.driver.name and version",
            "Facts.package, fixed_version": "message.text of Trivy, ruleId of Grype",
        },
        severities=SEVERITIES,
        sources=(
            "OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0",
            "GitHub Docs, SARIF support for code scanning (security-severity)",
        ),
        samples=("scans/sarif",),
        memory="the results of a run, one at a time decoded; the file is mapped",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list `runs` and the schema, the version, or what runs hold."""
        if "runs" not in head.keys:
            return False
        beginning = head.text.casefold()
        return any(mark in beginning for mark in _MARKS) or '"version":"2.1' in beginning.replace(" ", "")

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield what each run says of the thing that it scanned; see `Scanner.read`."""
        log = load(source, _LOG)
        version = log.version if isinstance(log.version, str) else ""
        if version[:3] not in _READ:
            what = f"this is SARIF {version[:20]}; only 2.1.0 is read"
            raise DamagedInput(what, where=source.name, fix="export it again as SARIF 2.1.0")
        gathering = Gathering(source, SEVERITIES)
        occurrences = Occurrences()
        for number, raw in enumerate(log.runs or []):
            run = record(raw, _RUN, source, f"runs[{number}]")
            if isinstance(run, Problem):
                gathering.problems.append(run)
                continue
            Results(source, gathering, occurrences, run, f"runs[{number}]").take()
        occurrences.remark(gathering)
        yield from gathering.parts()


SCANNER = Sarif()
