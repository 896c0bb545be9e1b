"""The facts of a profile in plain sentences: for readers of the rules, on paper and on the command line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from milepost.domain.profile import Approvers, Fact, Profile, RemediationDays, RequiredField, StatusName

UNCONFIRMED = "unconfirmed"
_ACRONYMS = frozenset(
    {
        *("ao", "bod", "caat", "cfo", "cio", "ciso", "doe", "ed", "ig", "issm", "isso", "kev", "nasa", "oig"),
        *("rmf", "saorm", "usda"),
    }
)

_TITLES = {
    "hva_dual_signoff": "high value assets, signed by two",
    "ig_metrics_using_poams": "IG metrics that name plans",
    "report_fields_m_17_09": "report of M-17-09",
}
_FIELDS = {
    "actual_completion_date": "actual completion date",
    "cost_by_year": "resources by fiscal year",
    "cves": "CVEs",
    "id": "identifier",
    "identified_date": "date of detection",
    "impact": "local impact",
    "poc": "point of contact",
    "raw_severity": "severity as found",
    "resources_text": "resources required",
    "responsible_org": "responsible organization",
    "scheduled_date": "scheduled completion date",
    "source_ref": "identifier at the source",
    "source_type": "source of the finding",
    "system": "system or package",
    "title": "name of the weakness",
    "vendor_last_checkin": "last check-in with the vendor",
}
_STATES = {
    "closed_completed": "closed as completed",
    "closed_false_positive": "closed as false positive",
    "in_progress": "in progress",
    "merged_duplicate": "merged with another item",
    "pending_verification": "waiting for verification",
}
_STARTS = {
    "conditional_status": "the day of the conditional status",
    "detection": "the day of detection",
    "evaluation": "the provider's evaluation",
    "kev_or_detection": "the earlier of CISA's listing and detection on the asset",
    "positive_identification": "positive identification",
    "report": "the assessment report",
}
_DECISIONS = {
    "closing": "Closing an item",
    "extension": "A later date",
    "false_positive": "A false positive",
    "high_value_review": "The review of a high value asset's items",
    "operational_requirement": "An operational requirement",
    "plan": "A plan",
    "risk_acceptance": "Accepting a risk",
    "risk_adjustment": "A risk adjustment",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One fact for readers: its key, what it says in sentences, and the fact for source and standing."""

    key: str
    sentences: tuple[str, ...]
    fact: Fact[object]


@dataclass(frozen=True, slots=True)
class Section:
    """What a profile says about one thing."""

    title: str
    facts: tuple[Said, ...]


def sections(profile: Profile) -> Iterator[Section]:
    """Yield everything that a profile says, in the order in which a reader asks."""
    for title, keys in _SECTIONS.items():
        said = tuple(_said(profile, key) for key in keys if getattr(profile, key) is not None)
        if said:
            yield Section(title, said)
    if profile.further:
        yield Section(
            "Further facts",
            tuple(
                Said(key, (f"{capitalised(words(key))}: {fact.value}",), fact)
                for key, fact in sorted(profile.further.items())
            ),
        )


def words(key: str) -> str:
    """Return a key of a file as people say it: `required_fields` as required fields."""
    if key in _TITLES:
        return _TITLES[key]
    return " ".join(part.upper() if part in _ACRONYMS else part for part in key.split("_"))


def capitalised(sentence: str) -> str:
    """Return a sentence with its first letter large, the others as they are."""
    return sentence[:1].upper() + sentence[1:]


def _said(profile: Profile, key: str) -> Said:
    fact: Fact[object] = getattr(profile, key)
    return Said(key, _SENTENCES[key](fact.value), fact)


def _days(value: object) -> tuple[str, ...]:
    rows = [row for row in _rows(value) if isinstance(row, RemediationDays)]
    return tuple(
        f"{row.severity}{f' ({words(row.when)})' if row.when else ''}: "
        f"{'at once' if row.days == 0 else f'{row.days} days'}"
        for row in rows
    )


def _statuses(value: object) -> tuple[str, ...]:
    rows = [row for row in _rows(value) if isinstance(row, StatusName)]
    return tuple(
        f"{row.label}: {_state(row.state)}, counts as {'open' if row.open else 'closed'}"
        f"{f'; {row.meaning}' if row.meaning else ''}"
        for row in rows
    )


def _fields(value: object) -> tuple[str, ...]:
    return tuple(_field(row) for row in _rows(value) if isinstance(row, RequiredField))


def _field(row: RequiredField) -> str:
    name = capitalised(_FIELDS.get(row.field, words(row.field)))
    conditions = [f"when {' or '.join(_state(state) for state in row.states)}"] if row.states else []
    conditions += [row.when] if row.when else []
    return f"{name} ({'; '.join(conditions)})" if conditions else name


def _approvers(value: object) -> tuple[str, ...]:
    rows = [row for row in _rows(value) if isinstance(row, Approvers)]
    return tuple(
        f"{_DECISIONS.get(row.decision, capitalised(words(row.decision)))} is decided by {_one_of(row.roles)}"
        f"{f', and by {_one_of(row.second)}, another person' if row.second else ''}"
        for row in rows
    )


def _one_of(roles: Sequence[str]) -> str:
    named = [words(role) for role in roles]
    return named[0] if len(named) == 1 else f"one of {', '.join(named)}"


def _state(state: str) -> str:
    return _STATES.get(state, words(state))


def _rows(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple) else ()


def _list(before: str) -> Callable[[object], tuple[str, ...]]:
    return lambda value: (f"{before}{', '.join(str(entry) for entry in _rows(value))}",)


def _number(sentence: str) -> Callable[[object], tuple[str, ...]]:
    return lambda value: (sentence.format(value),)


def _choice(yes: str, no: str) -> Callable[[object], tuple[str, ...]]:
    return lambda value: (yes if value else no,)


def _start(value: object) -> tuple[str, ...]:
    return (f"Days run from {_STARTS.get(str(value), str(value))}",)


_SENTENCES: Mapping[str, Callable[[object], tuple[str, ...]]] = {
    "remediation_days": _days,
    "clock_start": _start,
    "create_within_days": _number("An item is made within {} days of the final results"),
    "scheduled_date_frozen": _choice(
        "The first scheduled date is never rewritten; changes are written beside it",
        "The scheduled date may be rewritten",
    ),
    "delay_reason_required": _choice("A delay needs a reason", "A delay needs no reason"),
    "plan_max_days": _number("A plan lasts at most {} days"),
    "vendor_check_in_days": _number("A vendor is asked at least every {} days"),
    "severities": _list("The words for severity are "),
    "risk_matrix": _number("Risk is looked up in the table {}"),
    "two_stage_severities": _list("A second approval is needed for "),
    "statuses": _statuses,
    "required_fields": _fields,
    "milestone_text_characters": _number("The text of a milestone has at least {} characters"),
    "approvers": _approvers,
    "review_days": _number("Items are reviewed at least every {} days"),
    "high_value_review_days": _number("Those of high value assets are reviewed at least every {} days"),
    "due_soon_days": _number("An item needs attention {} days before its date"),
    "notice_days": _list("Notices go out this many days before the date: "),
    "retention_years": _number("Records are kept {} years"),
    "acceptance_max_days": _number("A risk is accepted for at most {} days"),
    "accepted_on_plan": _choice("Accepted risks stay on the plan", "Accepted risks do not stand on the plan"),
    "accepted_counts_as_open": _choice(
        "Accepted risks count as open in reports", "Reports count accepted risks apart, not as open"
    ),
    "false_positives_on_plan": _choice(
        "False positives stand on the plan", "Approved false positives do not stand on the plan"
    ),
}
_SECTIONS: Mapping[str, Sequence[str]] = {
    "Days to remediate": ("remediation_days", "clock_start"),
    "Dates": (
        *("create_within_days", "scheduled_date_frozen", "delay_reason_required", "plan_max_days"),
        *("vendor_check_in_days", "due_soon_days", "notice_days"),
    ),
    "Severity and risk": ("severities", "risk_matrix"),
    "Statuses": ("statuses",),
    "Required fields": ("required_fields", "milestone_text_characters"),
    "Who decides": ("approvers", "two_stage_severities"),
    "Reviews and records": ("review_days", "high_value_review_days", "retention_years"),
    "Accepted risks and false positives": (
        *("acceptance_max_days", "accepted_on_plan", "accepted_counts_as_open", "false_positives_on_plan"),
    ),
}
