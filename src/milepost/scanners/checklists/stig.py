"""What a STIG checklist means, whichever file format it comes in: CKL and CKLB of one checklist are equal.

A finding is a rule that is Open. Not Reviewed says nothing of the asset: such rules count as not assessed. A
severity override replaces the rule's severity, its justification goes with it. A rule that comes more than
once in a STIG counts by its worst answer.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Facts, Finding, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.checklists.answers import Answers
from milepost.scanners.checklists.stig_names import group_number, group_of_rule, rule_name, stig_name
from milepost.scanners.checklists.targets import Target, identify
from milepost.scanners.scanner import Source
from milepost.scanners.times import american_day, iso_instant

SEVERITIES = {
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "cat i": Severity.HIGH,
    "cat ii": Severity.MODERATE,
    "cat iii": Severity.LOW,
}
"""The severities of STIG rules: a word, or the category as old files spell it (`CAT_II`, `CAT III`)."""

_OPEN = "open"
_TESTED = {_OPEN, "notafinding", "notapplicable"}
_NOT_REVIEWED = "notreviewed"
_BY_WORD = {word.replace(" ", ""): severity for word, severity in SEVERITIES.items()}
_SCC_TIME = re.compile(r"^Time\s*:\s*(\d{4}-\d{2}-\d{2}T[\d:]+)", re.MULTILINE)
_FOUND = "found this to be"
_FOUND_ON = re.compile(_FOUND + r" ([A-Z _]+?) on (\d{2}/\d{2}/\d{4})", re.IGNORECASE)
_HEADING = 400
_LONGEST_NAME = 190


class Stig(NamedTuple):
    """The head of one STIG in a checklist; `scanned_at` where a tool wrote it down."""

    stig_id: str
    title: str
    version: str = ""
    release: str = ""
    scanned_at: datetime | None = None


class Rule(NamedTuple):
    """One rule as answered, in the words of the checklist; `place` is where it stands in the file.

    `overruled` is set where the file says that the tool found the rule open and somebody said otherwise.
    """

    place: str
    group_id: str
    status: str
    severity: str = ""
    override: str = ""
    justification: str = ""
    title: str = ""
    discussion: str = ""
    fix_text: str = ""
    details: str = ""
    comments: str = ""
    rule_id: str = ""
    rule_version: str = ""
    group_title: str = ""
    ccis: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    overruled: bool = False


class Checklist:
    """A checklist while it is read: one asset, one or more STIGs."""

    def __init__(self, source: Source, target: Target | None = None) -> None:
        """Start empty; the target may come later."""
        self.target = target or Target()
        self.problems: list[Problem] = []
        self._source = source
        self._answers: dict[str, Answers] = {}
        self._last: tuple[Stig, Answers] | None = None
        self._overruled = 0

    def answer(self, stig: Stig, rule: Rule) -> None:
        """Count one rule: a finding, tested or not assessed."""
        answers = self.begin(stig)
        group = group_number(rule.group_id) or rule.group_id or group_of_rule(rule.rule_id)
        if not group:
            self._problem(rule.place, "this rule has no Vuln_Num (V-…)", "export the checklist again")
            return
        status = _word(rule.status)
        if status not in _TESTED:
            self._note_unassessed(answers, group, rule, status)
            return
        if answers.scanned_at is None:
            answers.times += _times(rule.details)
        if status == _OPEN:
            details, comments = rule.details.strip(), rule.comments.strip()
            output = f"{details}\n\n{comments}" if details and comments else details or comments
            answers.opened(Finding(self._facts(group, rule, stig), "", output))
        else:
            answers.passed(group)
            self._overruled += rule.overruled or _found_open(rule.details)

    def begin(self, stig: Stig) -> Answers:
        """Note that the checklist holds this STIG, even if none of its rules should be readable."""
        if self._last is not None and self._last[0] is stig:
            return self._last[1]
        name = scope_name(stig.stig_id)
        held = self._answers.get(name)
        if held is None:
            held = self._answers[name] = Answers(name, edition(stig), stig.scanned_at)
        self._last = (stig, held)
        return held

    def report(self) -> AssetReport:
        """Put the asset, what was assessed on it and the open rules together; note the last problems."""
        asset, problems = identify(self.target, self._source)
        self.problems += problems
        for answers in self._answers.values():
            if answers.merged:
                what = f"{answers.merged} open rules of {answers.scope} come more than once; each counts once"
                self.problems.append(Problem(self._source.name, what, "remove the doubles, or accept it"))
        if self._overruled:
            what = f"{self._overruled} rules were found open by the tool and answered otherwise afterwards"
            fix = "nothing, if that was right: the answer in the file counts; keep the evidence for it"
            self.problems.append(Problem(self._source.name, what, fix))
        every = list(self._answers.values())
        findings = [finding for number, answers in enumerate(every) for finding in answers.findings(number)]
        return AssetReport(asset, tuple(answers.coverage() for answers in every), tuple(findings))

    def _note_unassessed(self, answers: Answers, group: str, rule: Rule, status: str) -> None:
        answers.skipped(group)
        if status != _NOT_REVIEWED:
            what = f"{group} has the unknown status “{rule.status.strip()}” and counts as not reviewed"
            fix = "set Open, NotAFinding, Not_Applicable or Not_Reviewed"
            self._problem(rule.place, what, fix)

    def _facts(self, group: str, rule: Rule, stig: Stig) -> Facts:
        severity, reason = self._severity(group, rule)
        return Facts(
            source="stig",
            source_id=group,
            title=rule.title or rule.rule_version or rule.group_title or group,
            severity=severity,
            native_severity=rule.severity,
            severity_reason=reason,
            kind=WeaknessKind.CONFIGURATION,
            description=rule.discussion,
            solution=rule.fix_text,
            ccis=rule.ccis,
            references=quoted(rule.rule_id, rule.rule_version, rule.legacy),
            family=stig.title,
        )

    def _severity(self, group: str, rule: Rule) -> tuple[Severity, str]:
        native = severity_of(rule.severity)
        if native is None:
            what = f"{group} has the unknown severity “{rule.severity}” and counts as unrated"
            self._problem(rule.place, what, "set high, medium or low")
            native = Severity.UNRATED
        if not rule.override.strip():
            return native, ""
        override = severity_of(rule.override)
        if override is None:
            what = f"{group} has the unknown severity override “{rule.override}”, which was left out"
            self._problem(rule.place, what, "set high, medium or low")
            return native, ""
        return override, rule.justification.strip() or "overridden in the checklist, without a justification"

    def _problem(self, place: str, what: str, fix: str) -> None:
        self.problems.append(Problem(f"{self._source.name}, {place}", what, fix))


@lru_cache(maxsize=1 << 8)
def scope_name(stig_id: str) -> str:
    """Return the scope of a STIG, the same whether its id is the checklist's or the benchmark's."""
    return f"stig:{stig_name(stig_id)[:_LONGEST_NAME]}"


def edition(stig: Stig) -> str:
    """Name a STIG with version and release, as the source of a finding is quoted."""
    release = ", ".join(filter(None, (f"Version {stig.version}" if stig.version else "", stig.release)))
    return f"{stig.title} :: {release}" if release else stig.title


def severity_of(word: str) -> Severity | None:
    """Lay a word or category of a STIG on the common scale; None for a word that is not known."""
    return _BY_WORD.get(_word(word))


def is_open(status: str) -> bool:
    """Tell whether a rule with this status is a finding; of any other its texts are not needed."""
    return _word(status) == _OPEN


def quoted(rule_id: str, rule_version: str, legacy: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names under which a rule is quoted: its id with revision, its STIG id, its old ids."""
    return tuple(filter(None, (rule_name(rule_id), rule_version, *sorted(set(legacy)))))


def _times(details: str) -> list[datetime]:
    """Find when a tool says that it made this finding (SCC to the second, Evaluate-STIG to the day).

    Both say so in the first lines of the details.
    """
    heading = details[:_HEADING]
    found = []
    if "Time" in heading:
        found += [iso_instant(match[1]) for match in _SCC_TIME.finditer(heading)]
    if _FOUND in heading.lower():
        found += [_day(match[2]) for match in _FOUND_ON.finditer(heading)]
    return [time for time in found if time is not None]


@lru_cache(maxsize=1 << 10)
def _day(text: str) -> datetime | None:
    return american_day(text)


def _found_open(details: str) -> bool:
    """Tell whether Evaluate-STIG says that it found this rule open, whatever became of it."""
    heading = details[:_HEADING]
    match = _FOUND_ON.search(heading) if _FOUND in heading else None
    return match is not None and _word(match[1]) == _OPEN


@lru_cache(maxsize=1 << 10)
def _word(text: str) -> str:
    return text.replace("_", "").replace(" ", "").strip().lower()
