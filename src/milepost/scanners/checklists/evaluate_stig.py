"""Evaluate-STIG's summary of a host (`SummaryReport.xml`): STIGs with their rules and states, no texts.

It says less than the checklists of the same run, and meets them: same host, same STIG, same rules. The state
in the file counts, after any answer file; what an answer file changed is said once.
"""

import re
from collections.abc import Iterator

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.checklists.stig import SEVERITIES, Checklist, Rule, Stig
from milepost.scanners.checklists.targets import Target
from milepost.scanners.records import Element, records
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import american_day, iso_instant

_CATEGORIES = {"CAT_I": "high", "CAT_II": "medium", "CAT_III": "low"}
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_OPEN = "open"

Place = tuple[str, str]


class EvaluateStig:
    """The reader of Evaluate-STIG summaries."""

    name = "evaluate-stig"
    title = "Evaluate-STIG summary report (XML)"
    about = About(
        versions="SummaryReport.xml of Evaluate-STIG 1.2x, written with the detail of its rules",
        key="Vuln@ID in Result@STIG, on Computer/Name and its addresses, or Result@Site and @Instance",
        coverage="one look for each Result: Open, NotAFinding and Not_Applicable are assessed; Not_Reviewed"
        " never is. A summary without the rules assesses nothing",
        fields={
            "Asset.identifiers": "Computer/Name, NetworkAdapters/Adapter/IPv4Addresses and IPv6Addresses",
            "Facts.source_id": "Vuln@ID",
            "Facts.title": "Vuln@RuleTitle",
            "Facts.severity": "Vuln@Override, else the category around it",
            "Facts.native_severity": "CAT_I, CAT_II, CAT_III around the rule",
            "Facts.severity_reason": "Vuln@Justification",
            "Facts.family": "Result@STIG",
        },
        severities=SEVERITIES,
        sources=("Evaluate-STIG, Master_Functions.psm1 (Write-SummaryReport)",),
        memory="grows with what is open: about three times the file",
        grade=Grade.NONE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element and the version of Evaluate-STIG in the head."""
        return head.root == "Summary" and "EvalSTIGVer" in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the summary, then the host and every site or instance; see `Scanner.read`."""
        summary = _Summary(source)
        for element in records(source, ("Vuln",), "Computer", "Vuln", "Result"):
            if element.tag == "Computer":
                summary.computer(element)
            elif element.tag == "Vuln":
                summary.rule(element)
            else:
                summary.result(element)
        yield from summary.parts()


SCANNER = EvaluateStig()


class _Summary:
    """A summary while it is read: a checklist for the host and one for every site or instance."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._checklists: dict[Place, Checklist] = {}
        self._target = Target()
        self._day = ""
        self._rules = 0
        self._problems: list[Problem] = []
        self._category: Element | None = None
        self._at: tuple[Checklist, Stig, str] | None = None

    def computer(self, element: Element) -> None:
        """Take the host."""
        addresses = [each.text or "" for each in element.iter("IPv4Addresses", "IPv6Addresses")]
        self._target = Target(element.findtext("Name") or "", addresses="\n".join(addresses))
        self._day = element.findtext("ScanDate") or ""

    def rule(self, element: Element) -> None:
        """Count one rule in the category and result around it."""
        category = element.getparent()
        if category is not self._category:
            self._enter(category)
        if self._at is None:
            return
        checklist, stig, severity = self._at
        self._rules += 1
        changed = (element.get("AFStatusChange") or "").lower() == "true"
        rule = Rule(
            place=f"line {element.sourceline}",
            group_id=element.get("ID", "").strip(),
            status=element.get("Status", ""),
            severity=severity,
            override=element.get("Override", ""),
            justification=element.get("Justification", ""),
            title=element.get("RuleTitle", "").strip(),
            overruled=changed and element.get("PreAFStatus", "").strip().lower() == _OPEN,
        )
        checklist.answer(stig, rule)

    def result(self, element: Element) -> None:
        """Note the STIG that ends, and say so if its rules are only counted."""
        stig = self._stig(element)
        self._of(element).begin(stig)
        counted = sum(
            _number(category.get("Total", "")) for category in element if isinstance(category.tag, str)
        )
        if counted and not self._rules:
            what = (
                f"the summary counts {counted} rules of {stig.title} but names none; nothing is taken of them"
            )
            fix = "give the checklists of the run, or have the summary written with its details"
            self._problems.append(Problem(f"{self._source.name}, line {element.sourceline}", what, fix))
        self._rules = 0

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then the assets."""
        reports = []
        for (site, instance), checklist in self._checklists.items():
            checklist.target = self._target._replace(site=site, instance=instance)
            reports.append(checklist.report())
            self._problems += checklist.problems
        yield from dict.fromkeys(self._problems)
        yield from reports

    def _enter(self, category: Element | None) -> None:
        """Note of which checklist and STIG, and how severe, the rules in a category are."""
        self._category = category
        result = None if category is None else next(category.iterancestors("Result"), None)
        if category is None or result is None:
            self._at = None
            return
        name = str(category.tag)
        self._at = self._of(result), self._stig(result), _CATEGORIES.get(name, name)

    def _of(self, result: Element) -> Checklist:
        place = result.get("Site", "").strip(), result.get("Instance", "").strip()
        held = self._checklists.get(place)
        if held is None:
            held = self._checklists[place] = Checklist(self._source)
        return held

    def _stig(self, result: Element) -> Stig:
        name = result.get("STIG", "").strip() or result.get("ShortName", "").strip() or "unnamed"
        release = result.get("Release", "").strip()
        return Stig(
            stig_id=name,
            title=name,
            version=result.get("Version", "").strip(),
            release=f"Release: {release}" if release else "",
            scanned_at=iso_instant(result.get("StartTime", "")) or american_day(self._day),
        )


def _number(text: str) -> int:
    return int(text) if _COUNT.fullmatch(text.strip()) else 0
