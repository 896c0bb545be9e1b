"""What a SARIF run says of its tool and its rules (SARIF 2.1.0, sections 3.19, 3.49 to 3.52)."""

from dataclasses import dataclass, field

from milepost.domain.finding import WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.source_code.places import cwes_of
from milepost.scanners.source_code.values import integer, mapping, objects, text, texts

LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MODERATE,
    "note": Severity.LOW,
    "none": Severity.INFO,
}
_WORDS = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "moderate": Severity.MODERATE,
    "low": Severity.LOW,
    "info": Severity.INFO,
    "informational": Severity.INFO,
    "none": Severity.INFO,
}
SEVERITIES = LEVELS | _WORDS
# The bands of `security-severity` in GitHub's documentation “SARIF support for code scanning”.
_BANDS = (
    (9.0, Severity.CRITICAL),
    (7.0, Severity.HIGH),
    (4.0, Severity.MODERATE),
    (0.1, Severity.LOW),
    (0.0, Severity.INFO),
)
_TOP = 10.0
_FAMILIES = {
    "semgrep oss": "semgrep",
    "semgrep pro": "semgrep",
    "gosec": "gosec",
    "anchore container vulnerability report (t0)": "grype",
}
_SECRETS = {"gitleaks", "trufflehog", "detect-secrets", "ggshield", "kingfisher", "noseyparker"}
_CONFIGURATION = {
    "checkov",
    "cfn-lint",
    "cfn_nag",
    "hadolint",
    "kics",
    "kube-linter",
    "kubelinter",
    "kubescape",
    "kubesec",
    "powerpipe",
    "regula",
    "terrascan",
    "tflint",
    "tfsec",
    "zizmor",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the tool describes it; all empty but the id where a result is of a rule not described."""

    id: str = ""
    title: str = ""
    description: str = ""
    help: str = ""
    level: str = ""
    rating: str = ""
    name: str = ""
    cwes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    messages: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


@dataclass(slots=True)
class Component:
    """The tool itself or an extension of it, with its rules in order and by id."""

    name: str
    guid: str
    rules: list[Rule]
    by_id: dict[str, Rule]
    messages: dict[str, str]


class Tool:
    """The tool of a run: its driver, its extensions, and the way to the rule that a result means."""

    def __init__(self, described: object) -> None:
        """Read `run.tool`; whatever is not there stays empty."""
        whole = mapping(described)
        driver = mapping(whole.get("driver"))
        self.driver = _component(driver)
        self.extensions = [_component(each) for each in objects(whole.get("extensions"))]
        self.name = self.driver.name or "unnamed tool"
        version = text(driver.get("version")) or text(driver.get("semanticVersion"))
        self.shown = f"{self.name} {version}".rstrip()
        family = self.name.lower()
        self.family = _FAMILIES.get(family, family.replace(" ", "-"))

    def rule(self, rule_id: str, index: int | None, component: object) -> Rule:
        """Return the rule that a result names by id, by place, or in an extension (sections 3.27.5, 3.27.6).

        An id may go on below the rule's own (`CA1000/1`); a place that names another rule does not count.
        """
        within = self._component(mapping(component))
        if index is not None and 0 <= index < len(within.rules):
            rule = within.rules[index]
            if not rule_id or rule.id == rule_id or rule_id.startswith(f"{rule.id}/"):
                return rule
        for each in (within, self.driver, *self.extensions):
            known = _known(each, rule_id)
            if known is not None:
                return known
        return Rule(id=rule_id)

    def message(self, rule: Rule, message_id: str) -> str:
        """Return the text of a message that a result gives by id."""
        return rule.messages.get(message_id) or self.driver.messages.get(message_id, "")

    def _component(self, reference: dict[str, object]) -> Component:
        index = integer(reference.get("index"))
        if index is not None and 0 <= index < len(self.extensions):
            return self.extensions[index]
        guid, name = text(reference.get("guid")).lower(), text(reference.get("name"))
        for each in self.extensions:
            if (guid and each.guid == guid) or (name and each.name == name):
                return each
        return self.driver


def rated(level: str, rating: str) -> tuple[Severity | None, str]:
    """Return the severity by `security-severity`, a number or a word, else by level, and why if not by level.

    None where the word that counts is on no scale.
    """
    if not rating:
        return LEVELS.get(level), ""
    reason = f"security-severity {rating}"
    try:
        score = float(rating)
    except ValueError:
        return _WORDS.get(rating.lower()), reason
    banded = (severity for least, severity in _BANDS if least <= score <= _TOP)
    return next(banded, None), reason


def kind_of(tool: Tool, rule: Rule) -> WeaknessKind:
    """Tell secrets and settings from flaws, by the tool or by what it says of the rule."""
    words = {rule.name.lower(), *(tag.lower() for tag in rule.tags)}
    if tool.family in _SECRETS or words & {"secret", "secrets"}:
        return WeaknessKind.SECRET
    if tool.family in _CONFIGURATION or words & {"misconfiguration", "iac"}:
        return WeaknessKind.CONFIGURATION
    return WeaknessKind.VULNERABILITY


def cwes_in(relations: object) -> tuple[str, ...]:
    """Return the CWE ids among references to a taxonomy (sections 3.27.8 and 3.49.15)."""
    found: list[str] = []
    for each in objects(relations):
        reference = mapping(each.get("target")) or each
        taxonomy = text(mapping(reference.get("toolComponent")).get("name")).lower()
        named = text(reference.get("id"))
        if "cwe" in taxonomy and named.isdigit():
            named = f"CWE-{named}"
        found += cwes_of(named)
    return tuple(dict.fromkeys(found))


def _known(component: Component, rule_id: str) -> Rule | None:
    while rule_id:
        if rule_id in component.by_id:
            return component.by_id[rule_id]
        rule_id = rule_id.rpartition("/")[0]
    return None


def _component(described: dict[str, object]) -> Component:
    rules = [_rule(mapping(each)) for each in _listed(described.get("rules"))]
    by_id = {rule.id: rule for rule in reversed(rules) if rule.id}
    messages = _messages(described.get("globalMessageStrings"))
    name, guid = text(described.get("name")), text(described.get("guid")).lower()
    return Component(name, guid, rules, by_id, messages)


def _rule(described: dict[str, object]) -> Rule:
    properties = mapping(described.get("properties"))
    tags = texts(properties.get("tags"))
    short, full = _message(described.get("shortDescription")), _message(described.get("fullDescription"))
    name, rule_id = text(described.get("name")), text(described.get("id"))
    named = (*texts(properties.get("cwe")), *texts(properties.get("cweid")))
    cwes = (*cwes_in(described.get("relationships")), *cwes_of(*tags, *_as_cwe(named)))
    return Rule(
        id=rule_id,
        title=" ".join((short or full.partition("\n")[0] or name or rule_id).split()),
        description=full or short,
        help=_message(described.get("help")),
        level=text(mapping(described.get("defaultConfiguration")).get("level")).lower(),
        rating=text(properties.get("security-severity")),
        name=name,
        cwes=tuple(dict.fromkeys(cwes)),
        references=texts([described.get("helpUri")]),
        tags=tags,
        messages=_messages(described.get("messageStrings")),
    )


def _as_cwe(named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"CWE-{each}" if each.isdigit() else each for each in named)


def _message(value: object) -> str:
    message = mapping(value)
    return text(message.get("text")) or text(message.get("markdown"))


def _messages(value: object) -> dict[str, str]:
    return {key: _message(message) for key, message in mapping(value).items()}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
