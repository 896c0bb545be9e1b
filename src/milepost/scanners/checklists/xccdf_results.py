"""What one XCCDF TestResult means: for each rule whether it is met.

`fail` is a finding. `pass`, `fixed` and `notapplicable` are assessed and gone; `error`, `unknown`,
`notchecked`, `informational` and `notselected` establish nothing. The result in the file counts even where
somebody overrode what the tool found; that is said once. Whether the scan logged on is not taken over: a rule
is only ever gone where the file says so by name, and OpenSCAP calls its own local root “not authenticated”.
"""

from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Facts, Finding, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.checklists.answers import Answers
from milepost.scanners.checklists.stig import Stig, edition, quoted, scope_name
from milepost.scanners.checklists.stig_names import (
    BENCHMARK_PREFIX,
    group_number,
    group_of_rule,
    rule_number,
    stig_name_of_file,
)
from milepost.scanners.checklists.xccdf_head import Head
from milepost.scanners.checklists.xccdf_rules import (
    Benchmark,
    Benchmarks,
    Idents,
    RuleText,
    idents_of,
    space_of,
    text_of,
)
from milepost.scanners.gathering import Gathering
from milepost.scanners.records import Element, Record
from milepost.scanners.times import iso_instant

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "info": Severity.INFO,
    "unknown": Severity.UNRATED,
    "": Severity.UNRATED,
}
"""The severities of XCCDF rules; `critical` is none of the standard's, but some benchmarks have it."""

_GONE = {"pass", "fixed", "notapplicable"}
_UNKNOWN = {"error", "unknown", "notchecked", "informational"}
_LEFT_OUT = "notselected"
# The words of XCCDF, and those of checklists that STIG Manager keeps.
_FAILED = {"fail", "open", "o"}
_LONGEST_NAME = 190

Identity = tuple[str, str]


class _Names(NamedTuple):
    """The names of what is looked for in a rule-result, with the namespace before each."""

    result: str
    instance: str
    message: str
    override: str
    old_result: str


class Meanings:
    """What is the same for every TestResult of a file: the rules, their names, what is said of them."""

    def __init__(self, gathering: Gathering) -> None:
        """Start empty; `gathering` takes the problems."""
        self.gathering = gathering
        self.benchmarks = Benchmarks()
        self._identities: dict[str, Identity] = {}
        self._facts: dict[tuple[str, str, str], Facts] = {}

    def identity(self, element: Element, idref: str) -> Identity:
        """Name the weakness of a result: the group of a STIG rule, else the rule without its revision."""
        known = self._identities.get(idref)
        if known is None:
            known = self._identities[idref] = self._named(element, idref)
        return known

    def facts(self, element: Element, idref: str, family: str) -> Facts:
        """Return what is known of the rule of a failed result; the same object for every asset."""
        rule = self.benchmarks.rules.get(idref) or RuleText(idref)
        severity = element.get("severity", "") or rule.severity
        known = self._facts.get((idref, severity, family))
        if known is None:
            known = self._facts[idref, severity, family] = self._told(element, rule, severity, family)
        return known

    def _named(self, element: Element, idref: str) -> Identity:
        rule = self.benchmarks.rules.get(idref) or RuleText(idref)
        number = rule_number(idref)
        group = group_number(rule.group_id) or group_of_rule(idref) or group_number(idref)
        if not group and number.startswith("SV-"):
            legacy = (*idents_of(element, space_of(element)).legacy, *rule.idents.legacy)
            group = next(filter(None, map(group_number, legacy)), "")
        return ("stig", group) if group else ("xccdf", number)

    def _told(self, element: Element, rule: RuleText, severity: str, family: str) -> Facts:
        source, source_id = self.identity(element, rule.rule_id)
        own = idents_of(element, space_of(element))
        idents = Idents(*(mine or theirs for mine, theirs in zip(own, rule.idents, strict=True)))
        version = element.get("version", "") or rule.version
        return Facts(
            source=source,
            source_id=source_id,
            title=rule.title or version or source_id,
            severity=self.gathering.rate(severity, f"line {element.sourceline}"),
            native_severity=severity,
            kind=WeaknessKind.VULNERABILITY if idents.cves else WeaknessKind.CONFIGURATION,
            description=rule.description,
            solution=rule.fix_text,
            cves=idents.cves,
            ccis=idents.ccis,
            references=(*quoted(rule.rule_id, version, idents.legacy), *idents.others),
            family=family,
            controls=() if idents.ccis else rule.controls,
        )


class Result:
    """One TestResult while it is read."""

    def __init__(self, meanings: Meanings) -> None:
        """Start empty."""
        self.head = Head()
        self.answers = Answers("", "")
        self.overruled = 0
        self._meanings = meanings
        self._benchmark = Benchmark()
        self._stig_rules = False
        self._last_time = ""
        self._annotated = False

    def begin(self, result: Element) -> None:
        """Take what stands before the first rule-result."""
        self._annotated = "stig" in result.get("test-system", "").lower()
        self.head.read(result)
        around = self._meanings.benchmarks.around(result)
        self._benchmark = around or self._meanings.benchmarks.named(self.head.benchmark_id)

    def take(self, element: Element, space: str) -> None:
        """Count one rule-result; `space` is the namespace before the names in it."""
        idref = element.get("idref", "").strip()
        if not idref:
            what = "this result names no rule (idref) and was left out"
            place = f"line {element.sourceline}"
            self._meanings.gathering.problem(place, what, "export the results again")
            return
        source, source_id = self._meanings.identity(element, idref)
        self._stig_rules = self._stig_rules or source == "stig"
        self._last_time = element.get("time") or self._last_time
        names = _names(space)
        word = _result(element, names.result)
        if word == "fail":
            facts = self._meanings.facts(element, idref, self._benchmark.title)
            self.answers.opened(Finding(facts, _instance(element, names), self._output(element, names)))
            return
        self._note(source_id, word, element)
        self.overruled += self._failed_before(element, names)

    def end(self, result: Element) -> None:
        """Take what stands after the results, and name the scope, the tool and the time."""
        self.head.read(result)
        answers = self.answers
        times = (result.get("end-time", ""), result.get("start-time", ""), self._last_time)
        answers.scanned_at = next(filter(None, map(iso_instant, times)), None)
        stig = self._stig()
        title = self._benchmark.title
        if stig:
            known = Stig(stig, title or stig, self._benchmark.version, self._benchmark.release)
            answers.scope, answers.tool = scope_name(stig), edition(known)
            return
        name = self._benchmark.benchmark_id or self.head.benchmark_file or "unnamed"
        answers.scope = f"xccdf:{name[-_LONGEST_NAME:]}"
        what = " ".join(filter(None, (title or name, self._benchmark.version)))
        answers.tool = " :: ".join(filter(None, (_product(result.get("test-system", "")), what)))

    def _stig(self) -> str:
        """Return the STIG by whose id checklists know the benchmark; empty for other benchmarks."""
        name = self._benchmark.benchmark_id
        for each in (name, self.head.benchmark_file):
            if each.startswith(BENCHMARK_PREFIX):
                return each.removeprefix(BENCHMARK_PREFIX)
        if not self._stig_rules or name.startswith("xccdf_"):
            return ""
        found = name or stig_name_of_file(self.head.benchmark_file)
        if not name:
            said = f"it is taken as {found}" if found else "it meets no checklist"
            what = f"a result of STIG rules does not name its benchmark by id; {said}"
            self._meanings.gathering.problem("", what, "export the results with their benchmark")
        return found

    def _failed_before(self, element: Element, names: _Names) -> bool:
        """Tell whether the tool found a failure that somebody overrode."""
        if isinstance(element, Record) and not self._annotated and not element.holds(names.override):
            return False
        old = [each.findtext(names.old_result) for each in element.iterchildren(names.override)]
        if self._annotated:
            old += [each.text for each in element.iter("{*}oldResult")]
        return any((word or "").strip().lower() in _FAILED for word in old)

    def _output(self, element: Element, names: _Names) -> str:
        """Return what was said of this result: messages, or STIG Manager's detail and comment."""
        said = [text_of(message) for message in element.iterchildren(names.message)]
        if self._annotated:
            said += [text_of(each) for each in element.iter("{*}detail", "{*}comment")]
        return "\n\n".join(dict.fromkeys(filter(None, said))) if said else ""

    def _note(self, source_id: str, word: str, element: Element) -> None:
        if word in _GONE:
            self.answers.passed(source_id)
            return
        if word == _LEFT_OUT:
            self.answers.left_out(source_id)
            return
        self.answers.skipped(source_id)
        if word not in _UNKNOWN:
            what = f"{source_id} has the unknown result “{word[:40]}” and counts as not checked"
            fix = "set pass, fail, notapplicable or notchecked"
            self._meanings.gathering.problem(f"line {element.sourceline}", what, fix)


@lru_cache(maxsize=16)
def _names(space: str) -> _Names:
    return _Names(*(space + name.replace("_", "-") for name in _Names._fields))


def _result(element: Element, name: str) -> str:
    """Return the word of the result, which is the first child nearly everywhere."""
    if isinstance(element, Record):
        return element.findtext(name, "").strip().lower()
    for child in element:
        if child.tag == name:
            return (child.text or "").strip().lower()
    return ""


def _instance(element: Element, names: _Names) -> str:
    """Return the place within the asset: the instances that a result is about, with their context."""
    if isinstance(element, Record) and not element.holds(names.instance):
        return ""
    places = [
        " ".join(filter(None, (each.get("context", "").replace("undefined", ""), text_of(each))))
        for each in element.iterchildren(names.instance)
    ]
    return ", ".join(filter(None, places))


def _product(system: str) -> str:
    """Return product and version of a test system: `openscap 1.3.5` of `cpe:/a:redhat:openscap:1.3.5`."""
    parts = system.removeprefix("cpe:2.3:").removeprefix("cpe:/").split(":")
    return " ".join(parts[2:4]) if system.startswith("cpe:") else system.replace(":", " ").strip()
