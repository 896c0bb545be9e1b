"""What each column of the workbook says about an item, in the words of the workbook's generation."""

from collections.abc import Callable, Mapping

from milepost.authorities.emass.layout import Form
from milepost.authorities.emass.words import category, identification_sources, level, words
from milepost.authorities.sheets.cells import Value
from milepost.catalogs.cci import Revision, correlated
from milepost.domain.plan_item import PlanItem, State

Rule = Callable[[PlanItem, Form], Value]
_CCI = "CCI-"


def said(item: PlanItem, name: str) -> str:
    """Return a text of an item; a word for nothing (`N/A`) that its document has is kept."""
    return getattr(item, name) or item.texts.get(name, "")


def _text(name: str) -> Rule:
    def text(item: PlanItem, _: Form) -> Value:
        return said(item, name)

    return text


def _level(name: str) -> Rule:
    def rating(item: PlanItem, _: Form) -> Value:
        return level(getattr(item, name)) or item.texts.get(name, "")

    return rating


def _day(name: str) -> Rule:
    def day(item: PlanItem, _: Form) -> Value:
        return getattr(item, name) or item.texts.get(name)

    return day


def description(item: PlanItem, _: Form) -> Value:
    """Return what is wrong; the name of the weakness where nothing else is said."""
    return said(item, "description") or item.title


def controls(item: PlanItem, form: Form) -> Value:
    """Return controls and procedures with semicolons; a CCI gives its procedure, or control in old forms."""
    named = [each for each in item.controls if not each.upper().startswith(_CCI)]
    found = correlated([each for each in item.controls if each not in named], Revision.REV5)
    translated = found.procedures if form.procedures and found.procedures else found.controls
    return "; ".join(dict.fromkeys([*named, *translated, *found.unknown])) or item.texts.get("controls", "")


def status_word(item: PlanItem) -> str:
    """Return the status in eMASS's words; one that stands for none of them as its document has it."""
    label = next((each for each in words().statuses if _starts(item.status_label, each)), "")
    usual = words().status_of.get(item.status, "Ongoing") if item.status else ""
    return label if label and not usual else usual or item.status_label


def _starts(label: str, word: str) -> bool:
    return label.casefold().startswith(word.casefold())


def _status(item: PlanItem, form: Form) -> Value:
    word = status_word(item)
    done = item.status is State.CLOSED_COMPLETED and item.actual_completion_date
    if form.own_rows or not done:
        return word
    return f"{word} {item.actual_completion_date:%m/%d/%Y}"


def _completion(item: PlanItem, form: Form) -> Value:
    day = _day("actual_completion_date")(item, form)
    return day or (item.closed_date if item.status is State.CLOSED_COMPLETED else None)


def _raw_severity(item: PlanItem, form: Form) -> Value:
    rate = category if form.categories else level
    return rate(item.raw_severity) or item.texts.get("raw_severity", "")


def source(item: PlanItem, form: Form) -> Value:
    """Return where it was found: of the list in 2026, in free words with all details before."""
    if not form.listed:
        return "; ".join(dict.fromkeys(filter(None, [said(item, "source_text"), *_details(item)])))
    named = identification_sources(item.source_text)[0]
    if named:
        return "; ".join(named)
    return words().source_of.get(item.source_type or ("other" if item.source_text else ""), "")


def _source_details(item: PlanItem, _: Form) -> Value:
    rest = identification_sources(item.source_text)[1]
    return "; ".join(dict.fromkeys(filter(None, [*rest, *_details(item)])))


def _details(item: PlanItem) -> list[str]:
    """Return what is known about the source beside its kind: plugin or rule, and CVEs named nowhere else."""
    told = f"{item.description} {item.source_ref} {item.source_details}"
    title = item.title if item.description and item.title not in item.description else ""
    cves = " ".join(each for each in item.cves if each not in f"{told} {title}".upper())
    return [said(item, "source_details"), title, cves]


def office(item: PlanItem, _: Form) -> Value:
    """Return organization, name, phone, e-mail with commas; an organization alone if that is all."""
    line = said(item, "responsible_org")
    if "," in line or not line:
        return line
    name = (item.owner or item.poc).replace(",", " ")
    return ", ".join(filter(None, [line, name, *contact(item)])) if name else line


def contact(item: PlanItem) -> tuple[str, str]:
    """Return phone and e-mail of the owner; empty what is not known."""
    parts = item.owner_contact.replace(",", " ").split()
    mail = next((part for part in parts if "@" in part), "")
    return " ".join(part for part in parts if "@" not in part), mail


def _comments(item: PlanItem, _: Form) -> Value:
    return "\n".join(remark.text for remark in item.comments) or item.texts.get("comments", "")


def assets(item: PlanItem, _: Form) -> Value:
    """Return every device, one a line."""
    return "\n".join(item.assets) or item.texts.get("assets", "")


def _recommendations(item: PlanItem, _: Form) -> Value:
    return said(item, "recommendations") or item.remediation_plan


def _cost(item: PlanItem, _: Form) -> Value:
    return item.cost_estimate


RULES: Mapping[str, Rule] = {
    "description": description,
    "controls": controls,
    "status": _status,
    "actual_completion_date": _completion,
    "raw_severity": _raw_severity,
    "source_text": source,
    "source_details": _source_details,
    "responsible_org": office,
    "comments": _comments,
    "assets": assets,
    "recommendations": _recommendations,
    "cost_estimate": _cost,
    **{
        name: _text(name)
        for name in (
            *("id", "source_ref", "resources_text", "mitigations", "predisposing_conditions"),
            *("threat_description", "impact_description"),
        )
    },
    **{
        name: _level(name)
        for name in (
            *("adjusted_severity", "relevance", "likelihood", "impact", "risk_level", "resulting_risk"),
        )
    },
    **{name: _day(name) for name in ("scheduled_date", "acceptance_expires")},
}
"""What the column of each field says about an item."""
