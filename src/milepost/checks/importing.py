"""Rules I: what reading the document made doubtful."""

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import NoteKind, PlanItem

_LIMITS = frozenset({32_767, 32_000})
_TEXTS = ("title", "description", "remediation_plan", "deviation_rationale", "mitigations")
_FORMULA = ("=", "+", "-", "@", "\t")
_WANTED = ("id", "description", "scheduled_date", "owner|responsible_org|poc")


def _noted(item: PlanItem, *kinds: NoteKind) -> list[tuple[str, str]]:
    return [(note.field, note.text) for note in item.notes if note.kind in kinds]


@item_rule("I01", when="notes")
def _text_date(item: PlanItem, context: Context) -> Judged:
    for field, text in _noted(item, NoteKind.TEXT_DATE):
        yield Found(field, f"{text!r} was read as {getattr(item, field)}")
    for field, text in _noted(item, NoteKind.UNREADABLE_DATE):
        yield Found(field, f"{text!r} was not read: it is no date")
    del context


@item_rule("I02", when="notes")
def _relative(item: PlanItem, context: Context) -> Judged:
    for field, text in _noted(item, NoteKind.RELATIVE_DATE):
        yield Found(field, f"{text!r} counts from a day that is not said")
    del context


@item_rule("I03", when="notes")
def _alias(item: PlanItem, context: Context) -> Judged:
    for field, text in _noted(item, NoteKind.ALIAS):
        yield Found(field, text)
    del context


@item_rule("I04", when="notes")
def _packed(item: PlanItem, context: Context) -> Judged:
    for field, text in _noted(item, NoteKind.PACKED):
        yield Found(field, text)
    for field, text in _noted(item, NoteKind.UNPARSED):
        yield Found(field, f"not part of any milestone: {text[:60]!r}")
    del context


@plan_rule("I05")
def _columns(context: Context) -> Judged:
    required = {
        each.field
        for profile in context.profiles
        if profile.required_fields and profile.required_fields.verified
        for each in profile.required_fields.value
        if not each.when
    }
    fields = context.document.fields
    for name in (*_WANTED, *sorted(required - set(_WANTED))):
        if not any(part in fields for part in name.split("|")):
            yield Found("", f"no column was recognised for {name.replace('_', ' ').replace('|', ' or ')}")


@item_rule("I06")
def _cut(item: PlanItem, context: Context) -> Judged:
    del context
    for name in _TEXTS:
        text = getattr(item, name)
        if text and (len(text) in _LIMITS or text.endswith(("...", "…"))):
            yield Found(name, f"the text seems cut off after {len(text):,} characters")


@item_rule("I07")
def _formula(item: PlanItem, context: Context) -> Judged:
    del context
    for name in ("id", *_TEXTS):
        text = getattr(item, name)
        if text.startswith(_FORMULA) and not text.startswith(("- ", "-- ")):
            yield Found(name, f"a spreadsheet would take this for a formula: {text[:30]!r}")
