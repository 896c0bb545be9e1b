"""Rules FR-R: FedRAMP's own rules of the monthly POA&M, as far as a document shows whether they are kept."""

import re
from datetime import timedelta

from milepost.checks import controls
from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.severity import rank
from milepost.domain.plan_document import Part
from milepost.domain.plan_item import PlanItem

_DAYS = {"critical": 30, "high": 30, "moderate": 90, "low": 180}
_CHECK_IN = 30
_IDENTIFIERS = re.compile(r"[\s,;|]+")
_RELEASE = re.compile(r"releas|vendor|patch", re.IGNORECASE)
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")
_UNSUPPORTED = re.compile(
    r"unsupported|end[- ]of[- ](?:life|support)|\bEOL\b|no longer supported", re.IGNORECASE
)
_WEAK = re.compile(
    r"\b(?:weak|insecure|medium strength|deprecated)\b[^.]{0,20}"
    r"\b(?:cipher|cryptograph|hash|algorithm|ssl|tls)"
    r"|\b(?:SSLv[23]|TLS(?:v| )?1\.[01]|RC4|3DES|MD5)\b",
    re.IGNORECASE,
)
_TENTH = 0.1
_MISSING = ("vendor_last_checkin", "vendor_product")


def rating(item: PlanItem) -> str:
    """Return the rating that counts: the adjusted one only once it is approved."""
    return (item.adjusted_severity if item.risk_adjustment == "Yes" else "") or item.raw_severity


def due(item: PlanItem) -> timedelta | None:
    """Return the days that the rating gives."""
    days = _DAYS.get(rating(item).casefold())
    return timedelta(days) if days else None


def on_open(item: PlanItem, context: Context) -> bool:
    """Tell whether an item is on the Open sheet."""
    return context.document.part(item) is Part.OPEN


@item_rule("FR-R02", when="source_ref")
def _merged(item: PlanItem, context: Context) -> Judged:
    del context
    names = [part for part in _IDENTIFIERS.split(item.source_ref) if re.search(r"\d{3}", part)]
    if len(set(names)) > 1 and item.controls != ("CM-6",):
        yield Found("source_ref", f"{len(set(names))} identifiers of vulnerabilities in one item")


@item_rule("FR-R08", when="scheduled_date")
def _not_by_rule(item: PlanItem, context: Context) -> Judged:
    days = due(item)
    if days is None or not item.identified_date or not item.scheduled_date or not on_open(item, context):
        return
    released = item.vendor_dependency and any(_RELEASE.search(remark.text) for remark in item.comments)
    kev = item.kev_due is not None and item.scheduled_date == item.kev_due
    if item.scheduled_date != item.identified_date + days and not released and not kev:
        rule = item.identified_date + days
        yield Found(
            "scheduled_date", f"{item.scheduled_date} instead of {rule}, {days.days} days from detection"
        )


@plan_rule("FR-R09")
def _first_plan(context: Context) -> Judged:
    before = {item.id: item for item in (context.around.previous.items if context.around.previous else ())}
    for item in context.items:
        earlier = before.get(item.id)
        for old, new in zip(earlier.milestones, item.milestones, strict=False) if earlier else ():
            if (old.text, old.due) != (new.text, new.due):
                what = f"milestone {new.number} was {old.due}: {old.text!r} in the last submission"
                yield Found("milestones", what, item)
                break


@item_rule("FR-R11", when="scheduled_date")
def _late(item: PlanItem, context: Context) -> Judged:
    if not on_open(item, context) or item.scheduled_date is None or item.scheduled_date >= context.submitted:
        return
    last = item.vendor_last_checkin
    waiting = item.vendor_dependency and last and (context.submitted - last).days <= _CHECK_IN
    if not waiting and item.operational_requirement != "Yes":
        yield Found("scheduled_date", f"late since {item.scheduled_date}")


@item_rule("FR-R12", when="kev_due")
def _shorter(item: PlanItem, context: Context) -> Judged:
    if on_open(item, context) and item.kev_due and item.scheduled_date and item.kev_due < item.scheduled_date:
        yield Found("scheduled_date", f"CISA's date {item.kev_due} is earlier and holds")


@item_rule("FR-R13", when="vendor_dependency")
def _old_check_in(item: PlanItem, context: Context) -> Judged:
    last = item.vendor_last_checkin
    if item.vendor_dependency and last and on_open(item, context):
        days = (context.submitted - last).days
        if days > context.param("FR-R13", "days"):
            yield Found("vendor_last_checkin", f"the vendor was last asked {days} days before the submission")


@item_rule("FR-R14", when="vendor_dependency")
def _bare_dependency(item: PlanItem, context: Context) -> Judged:
    if item.vendor_dependency and on_open(item, context):
        for name in _MISSING:
            if not getattr(item, name):
                yield Found(name, f"a vendor dependency without {name.replace('_', ' ')}")


@item_rule("FR-R15", when="vendor_dependency")
def _high_dependency(item: PlanItem, context: Context) -> Judged:
    if item.vendor_dependency and rank(rating(item)) >= rank("High") and item.identified_date:
        days = (context.submitted - item.identified_date).days
        if days > context.param("FR-R15", "days") and on_open(item, context):
            yield Found("raw_severity", f"a High vendor dependency of {days} days, not mitigated to Moderate")


@item_rule("FR-R16", when="vendor_dependency")
def _closed_dependency(item: PlanItem, context: Context) -> Judged:
    if item.vendor_dependency and context.document.part(item) is Part.CLOSED:
        yield Found("vendor_dependency", "a vendor dependency on the Closed sheet")


@item_rule("FR-R17")
def _no_request(item: PlanItem, context: Context) -> Judged:
    del context
    for name in ("risk_adjustment", "false_positive", "operational_requirement"):
        if getattr(item, name) == "Pending" and not item.supporting_documents:
            yield Found(
                "supporting_documents",
                f"{name.replace('_', ' ')} is pending and no deviation request is named",
            )


@item_rule("FR-R18", when="false_positive")
def _open_false_positive(item: PlanItem, context: Context) -> Judged:
    if item.false_positive == "Yes" and on_open(item, context):
        yield Found("false_positive", "an approved false positive on the Open sheet")


@item_rule("FR-R19", when="operational_requirement")
def _closed_requirement(item: PlanItem, context: Context) -> Judged:
    if context.document.part(item) is Part.CLOSED and item.operational_requirement in {"Yes", "Pending"}:
        yield Found("operational_requirement", "an operational requirement on the Closed sheet")


@item_rule("FR-R20", when="operational_requirement")
def _high_requirement(item: PlanItem, context: Context) -> Judged:
    del context
    asked = item.operational_requirement in {"Yes", "Pending"}
    if asked and rank(rating(item)) >= rank("High"):
        yield Found("operational_requirement", f"an operational requirement for {rating(item)}")


@item_rule("FR-R21", when="adjusted_severity")
def _far_down(item: PlanItem, context: Context) -> Judged:
    del context
    if rank(item.raw_severity) >= rank("High") and item.adjusted_severity == "Low":
        yield Found("adjusted_severity", f"from {item.raw_severity} down to Low")


@item_rule("FR-R22", when="adjusted_severity")
def _automatic(item: PlanItem, context: Context) -> Judged:
    del context
    steps = min(rank(item.raw_severity), rank("High")) - rank(item.adjusted_severity)
    if item.auto_approve.casefold() == "yes" and item.adjusted_severity and steps > 1:
        yield Found("auto_approve", f"automatically from {item.raw_severity} to {item.adjusted_severity}")


@item_rule("FR-R23")
def _unlisted_cve(item: PlanItem, context: Context) -> Judged:
    del context
    text = f"{item.title} {item.description} {item.source_ref}".upper()
    named = set(_CVE.findall(text)) if "CVE-" in text else set()
    missing = sorted(named - set(item.cves))
    if missing:
        yield Found("cves", f"{missing[0]} is named in the text and not in the column")


@item_rule("FR-R24")
def _critical(item: PlanItem, context: Context) -> Judged:
    del context
    if item.raw_severity == "Critical":
        yield Found(
            "raw_severity", "Critical is no rating of the template, and its formula gives no date for it"
        )


@item_rule("FR-R25")
def _undated_closing(item: PlanItem, context: Context) -> Judged:
    if context.document.part(item) is Part.CLOSED and item.status_date is None:
        yield Found("status_date", "closed, and no status date says when")


@plan_rule("FR-R26")
def _twice(context: Context) -> Judged:
    closed = {item.id for item in context.items if context.document.part(item) is Part.CLOSED and item.id}
    for item in context.items:
        if item.id in closed and on_open(item, context):
            yield Found("id", f"{item.id} is on Open and on Closed", item)


@plan_rule("FR-R27")
def _no_parent(context: Context) -> Judged:
    parts = [context.document.part(item) for item in context.items]
    if Part.CONFIGURATION in parts:
        parents = [
            i for i in context.items if on_open(i, context) and "CM-6" in map(controls.named, i.controls)
        ]
        if not parents:
            count = parts.count(Part.CONFIGURATION)
            yield Found("controls", f"{count} configuration findings and no CM-6 item on the Open sheet")


@plan_rule("FR-R28")
def _manual_item(context: Context) -> Judged:
    named = {label for item in context.open_items for label in map(controls.named, item.controls)}
    for pattern, label, what in (
        (_UNSUPPORTED, "SA-22", "unsupported software"),
        (_WEAK, "SC-13", "weak cryptography"),
    ):
        if label not in named:
            found = next((i for i in context.open_items if pattern.search(i.title)), None)
            if found:
                yield Found("controls", f"{what}, and no item on {label}", found)


@item_rule("FR-R30")
def _service(item: PlanItem, context: Context) -> Judged:
    if on_open(item, context) and not item.service_names:
        yield Found("service_names", "no service is named")


@plan_rule("FR-R31")
def _unauthenticated(context: Context) -> Judged:
    answers = [each.authenticated for each in (context.around.inventory or {}).values()]
    known = [answer for answer in answers if answer is not None]
    failed = known.count(False)
    if known and failed / len(known) >= _TENTH:
        yield Found("", f"{failed} of {len(known)} assets were not scanned with credentials")


@plan_rule("FR-R32")
def _dated(context: Context) -> Judged:
    day = context.document.dated
    newest = max((i.status_date for i in context.items if i.status_date), default=None)
    if day is None:
        yield Found("", "the date of the POA&M above the items is missing")
    elif day > context.as_of:
        yield Found("", f"the date of the POA&M, {day}, is in the future")
    elif newest and newest > day:
        yield Found("", f"the date of the POA&M is {day}, an item was changed on {newest}")


@item_rule("FR-R34", when="vendor_dependency")
def _no_word_of_vendor(item: PlanItem, context: Context) -> Judged:
    if (
        item.vendor_dependency
        and on_open(item, context)
        and not item.supporting_documents
        and not item.comments
        and not item.deviation_rationale
    ):
        yield Found("vendor_dependency", "nothing shows that the vendor announced a patch")
