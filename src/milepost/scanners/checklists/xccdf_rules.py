"""What an XCCDF benchmark says of itself and its rules, kept while the results after it are read."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from milepost.scanners.checklists.control_names import controls_in
from milepost.scanners.checklists.stig_names import group_number
from milepost.scanners.records import Element
from milepost.scanners.text import plain

_DISCUSSION = re.compile(r"<VulnDiscussion>(.*?)</VulnDiscussion>", re.DOTALL)
_CCI = re.compile(r"CCI-\d{6}", re.ASCII)
_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.ASCII)
_CATALOG = "800-53"
_SCRIPT = ":script:"
_BLANKS = re.compile(r"[ \t]*\n[ \t]*")


class Idents(NamedTuple):
    """The names that others gave to what a rule is about, by kind."""

    ccis: tuple[str, ...] = ()
    cves: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


_NO_IDENTS = Idents()


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as the benchmark describes it; `group_id` is that of the innermost group around it."""

    rule_id: str
    group_id: str = ""
    severity: str = ""
    version: str = ""
    title: str = ""
    description: str = ""
    fix_text: str = ""
    idents: Idents = _NO_IDENTS
    controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The head of a benchmark."""

    benchmark_id: str = ""
    title: str = ""
    version: str = ""
    release: str = ""


class Benchmarks:
    """The benchmarks of a file and their rules, as they are met."""

    def __init__(self) -> None:
        """Start without any."""
        self.rules: dict[str, RuleText] = {}
        self._heads: dict[str, Benchmark] = {}
        self._inside: Element | None = None

    def enter(self, element: Element) -> None:
        """Take the head of the benchmark around an element, while its beginning still stands."""
        if self._inside is not None:
            return
        for around in element.iterancestors():
            if _local(around) == "Benchmark":
                self._inside = around
                head = _head(around)
                self._heads[head.benchmark_id] = head

    def leave(self) -> None:
        """Note that the benchmark ended."""
        self._inside = None

    def add_rule(self, element: Element) -> None:
        """Keep what a rule says."""
        rule = _rule(element)
        self.rules[rule.rule_id] = rule

    def named(self, reference: str) -> Benchmark:
        """Return the benchmark with this id; the only one of the file for any other reference."""
        if reference in self._heads:
            return self._heads[reference]
        return next(iter(self._heads.values())) if len(self._heads) == 1 else Benchmark(reference)

    def around(self, result: Element) -> Benchmark | None:
        """Return the benchmark that holds a result."""
        self.enter(result)
        return None if self._inside is None else self._heads.get(self._inside.get("id", ""))


def idents_of(element: Element, space: str) -> Idents:
    """Sort the `ident` children of a rule or a result by kind."""
    ccis, cves, legacy, others = [], [], [], []
    for ident in element.iterchildren(f"{space}ident"):
        text, system = (ident.text or "").strip(), ident.get("system", "")
        if _CCI.fullmatch(text):
            ccis.append(text)
        elif _CVE.fullmatch(text):
            cves.append(text)
        elif system.endswith("/legacy") or group_number(text):
            legacy.append(text)
        elif text:
            others.append(text)
    return Idents(*(tuple(dict.fromkeys(found)) for found in (ccis, cves, legacy, others)))


def space_of(element: Element) -> str:
    """Return the namespace of an element as it stands before every name in it: `{http://…}` or nothing."""
    return str(element.tag)[: str(element.tag).rfind("}") + 1]


def text_of(element: Element | None) -> str:
    """Return all text in an element, its lines without the blanks around them."""
    if element is None:
        return ""
    whole = "".join(str(part) for part in element.itertext()) if len(element) else element.text or ""
    return _BLANKS.sub("\n", whole.replace("\r\n", "\n")).strip()


def _head(benchmark: Element) -> Benchmark:
    space = space_of(benchmark)
    plain_texts = benchmark.iterchildren(f"{space}plain-text")
    release = next((text_of(text) for text in plain_texts if text.get("id") == "release-info"), "")
    return Benchmark(
        benchmark_id=benchmark.get("id", ""),
        title=text_of(benchmark.find(f"{space}title")),
        version=text_of(benchmark.find(f"{space}version")),
        release=release,
    )


def _rule(element: Element) -> RuleText:
    space = space_of(element)
    group = element.getparent()
    idents = idents_of(element, space)
    references = [(each.get("href", ""), text_of(each)) for each in element.iterchildren(f"{space}reference")]
    referred = [text for _, text in references if _CCI.fullmatch(text)]
    return RuleText(
        rule_id=element.get("id", ""),
        group_id=group.get("id", "") if group is not None and _local(group) == "Group" else "",
        severity=element.get("severity", ""),
        version=text_of(element.find(f"{space}version")),
        title=text_of(element.find(f"{space}title")),
        description=_discussion(text_of(element.find(f"{space}description"))),
        fix_text=text_of(element.find(f"{space}fixtext")) or _commands(element, space),
        idents=idents._replace(ccis=tuple(dict.fromkeys((*idents.ccis, *referred)))),
        controls=controls_in(text for href, text in references if _CATALOG in href),
    )


def _commands(element: Element, space: str) -> str:
    """Return the fix that is written for people: scripts of automation are none."""
    fixes = (each for each in element.iterchildren(f"{space}fix") if _SCRIPT not in each.get("system", ""))
    return next(filter(None, map(text_of, fixes)), "")


def _discussion(description: str) -> str:
    """Take the discussion out of a DISA description, which is XML written as text."""
    match = _DISCUSSION.search(description)
    return match[1].strip() if match else plain(description)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
