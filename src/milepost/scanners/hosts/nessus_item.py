"""What one `ReportItem` of a Nessus file means: a plugin's finding or the result of a compliance check.

The severity attribute is the truth, risk_factor may differ from it. Of compliance checks only FAILED is a
finding; WARNING and ERROR mean that nothing was established.
"""

from enum import StrEnum
from typing import NamedTuple

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.hosts.nessus_references import cross_references
from milepost.scanners.times import iso_day
from milepost.scanners.xml import Element

SOURCE = "nessus"
MAX_FACTS = 50_000

_SEVERITIES = {
    "0": (Severity.INFO, "Info"),
    "1": (Severity.LOW, "Low"),
    "2": (Severity.MODERATE, "Medium"),
    "3": (Severity.HIGH, "High"),
    "4": (Severity.CRITICAL, "Critical"),
}
BY_WORD = {word.lower(): severity for severity, word in _SEVERITIES.values()}
"""The severities by Nessus's own words; a file holds their digits."""

_CATEGORIES = {"I": Severity.HIGH, "II": Severity.MODERATE, "III": Severity.LOW}
_OPEN_PORT = "0"
_IAVM = ("iava", "iavb", "iavt")

_NAMESPACE = "{http://www.nessus.org/cm}"
_PLUGIN_PARTS = (
    "cve",
    "cvss",
    "cvss3_base_score",
    "cvss3_vector",
    "cvss_base_score",
    "cvss_vector",
    "cvssv3",
    "cwe",
    "description",
    "exploit_available",
    "exploited_by_malware",
    "iava",
    "iavb",
    "iavt",
    "patch_publication_date",
    "plugin_name",
    "see_also",
    "solution",
    "synopsis",
    "unsupported_by_vendor",
    "vuln_publication_date",
    "xref",
)
_CHECK_PARTS = (
    "compliance-actual-value",
    "compliance-check-id",
    "compliance-check-name",
    "compliance-info",
    "compliance-reference",
    "compliance-result",
    "compliance-see-also",
    "compliance-solution",
)

Texts = dict[str, list[str]]

# By tag as lxml gives it: a comment has another kind of tag, and is not read.
_READ: dict[object, str] = {
    **{name: name for name in _PLUGIN_PARTS},
    **{f"{_NAMESPACE}{name}": name for name in _CHECK_PARTS},
}


class Outcome(StrEnum):
    """What an item says about the weakness it names."""

    FOUND = "found"
    PASSED = "passed"
    UNASSESSED = "unassessed"


class Item(NamedTuple):
    """An item without its place: what it says of the weakness, its own output if it is a compliance check.

    `trouble` names what in it could not be taken as it stands; empty for a sound item.
    """

    facts: Facts
    outcome: Outcome = Outcome.FOUND
    compliance: bool = False
    output: str = ""
    trouble: str = ""


class Shared:
    """Makes equal facts of one file the same object, so that a register can know them by identity.

    A file with more than `MAX_FACTS` different ones loses some sharing, never a fact.
    """

    def __init__(self) -> None:
        self._facts: dict[Facts, Facts] = {}

    def item(self, item: Item) -> Item:
        """Return the item with the facts that were met first."""
        if len(self._facts) >= MAX_FACTS:
            self._facts.clear()
        facts = self._facts.setdefault(item.facts, item.facts)
        return item if facts is item.facts else item._replace(facts=facts)


def read_item(element: Element) -> Item | None:
    """Read a `ReportItem`, all but port, protocol and plugin output; None if it does not name its plugin."""
    plugin = element.get("pluginID", "").strip()
    if not plugin:
        return None
    texts = _texts(element)
    if "compliance-result" in texts:
        word, title = element.get("severity", ""), element.get("pluginName", "")
        return read_check(texts, plugin, word, title, element.get("pluginFamily", ""))
    return _plugin(element, texts, plugin)


def locator(port: str, protocol: str) -> str:
    """Return the place on a host as `443/tcp`; `0/tcp` is the host as a whole."""
    return f"{port.strip() or '0'}/{protocol.strip().lower()}"


def output_of(element: Element) -> str:
    """Return what the plugin printed about this occurrence."""
    child = element.find("plugin_output")
    return "" if child is None else _text(child)


def _plugin(element: Element, texts: Texts, plugin: str) -> Item:
    word = element.get("severity", "")
    severity, native = _SEVERITIES.get(word, (Severity.UNRATED, word))
    references = cross_references(
        _lines(texts, "see_also"),
        _every(texts, "xref")
        + [f"{name.upper()}:{number}" for name in _IAVM for number in _every(texts, name)],
        _every(texts, "cwe"),
    )
    facts = Facts(
        source=SOURCE,
        source_id=plugin,
        title=_title(element, texts, plugin),
        severity=severity,
        native_severity=native,
        description=_first(texts, "description", "synopsis"),
        solution=_first(texts, "solution"),
        cves=_distinct(_every(texts, "cve")),
        cwes=references.cwes,
        cvss=_distinct([_first(texts, *names) for names in _CVSS]),
        references=references.kept,
        family=element.get("pluginFamily", ""),
        published=iso_day(_first(texts, "vuln_publication_date")),
        patched=iso_day(_first(texts, "patch_publication_date")),
        vendor_status="unsupported" if _first(texts, "unsupported_by_vendor") == "true" else "",
        exploit_known=references.exploited or _exploit_known(texts),
        kev_due=references.kev_due,
    )
    trouble = "" if word in _SEVERITIES else f"plugin {plugin} has the unknown severity “{word}”"
    return Item(facts, trouble=trouble)


_CVSS = (
    ("cvss3_vector", "cvss3_base_score", "cvssv3"),
    ("cvss_vector", "cvss_base_score", "cvss"),
)


def read_check(texts: Texts, plugin: str, word: str, title: str, family: str) -> Item:
    """Read the result of a compliance check from the texts of the namespace cm, without its prefix here.

    A check goes by its rule: the Vuln-ID that it refers to, else its own id, else its name in the audit file;
    never by the plugin, which runs them all. `word` is the severity attribute.
    """
    references = _compliance_references(texts)
    name = _first(texts, "compliance-check-name")
    vulnerability = _distinct(references.get("Vuln-ID", []))
    named = (*vulnerability, _first(texts, "compliance-check-id"), " ".join(name.lower().split()), plugin)
    source_id = next(filter(None, named))
    result = _first(texts, "compliance-result").upper()
    severity, native, reason = _check_severity(word, references)
    facts = Facts(
        source=SOURCE,
        source_id=source_id,
        title=name or title,
        severity=severity,
        native_severity=native,
        severity_reason=reason,
        kind=WeaknessKind.CONFIGURATION,
        description=_first(texts, "compliance-info"),
        solution=_first(texts, "compliance-solution"),
        ccis=_distinct(references.get("CCI", [])),
        references=_distinct(_lines(texts, "compliance-see-also")),
        family=family,
    )
    outcome = {"FAILED": Outcome.FOUND, "PASSED": Outcome.PASSED}.get(result, Outcome.UNASSESSED)
    known = result in {"FAILED", "PASSED", "WARNING", "ERROR"}
    trouble = "" if known else f"the check {source_id} has the unknown result “{result}”"
    return Item(
        facts, outcome, compliance=True, output=_first(texts, "compliance-actual-value"), trouble=trouble
    )


def _check_severity(word: str, references: Texts) -> tuple[Severity, str, str]:
    """Take the category (CAT I to III) where the check names one: Nessus rates every failed check alike."""
    severity, native = _SEVERITIES.get(word, (Severity.UNRATED, word))
    category = references.get("CAT", [""])[0]
    if category not in _CATEGORIES:
        return severity, native, ""
    return _CATEGORIES[category], native, f"the check's reference says CAT {category}"


def _compliance_references(texts: Texts) -> Texts:
    """Split `800-53|IA-5,CAT|II,CCI|CCI-000213` by its schemes."""
    found: Texts = {}
    for part in _first(texts, "compliance-reference").split(","):
        scheme, bar, value = part.partition("|")
        if bar and value.strip():
            found.setdefault(scheme.strip(), []).append(value.strip())
    return found


def _title(element: Element, texts: Texts, plugin: str) -> str:
    name = element.get("pluginName", "").strip() or _first(texts, "plugin_name")
    return name or ("Open port" if plugin == _OPEN_PORT else f"Plugin {plugin}")


def _exploit_known(texts: Texts) -> bool:
    return "true" in (_first(texts, "exploit_available"), _first(texts, "exploited_by_malware"))


def _texts(element: Element) -> Texts:
    texts: Texts = {}
    for child in element:
        name = _READ.get(child.tag)
        if name is not None:
            texts.setdefault(name, []).append(_text(child).strip())
    return texts


def _text(element: Element) -> str:
    return "".join(element.itertext("*")) if len(element) else element.text or ""


def _every(texts: Texts, name: str) -> list[str]:
    return [text for text in texts.get(name, []) if text]


def _first(texts: Texts, *names: str) -> str:
    return next((text for name in names for text in texts.get(name, []) if text), "")


def _lines(texts: Texts, name: str) -> list[str]:
    return [line.strip() for text in texts.get(name, []) for line in text.splitlines() if line.strip()]


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
