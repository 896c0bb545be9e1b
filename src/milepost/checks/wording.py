"""Rules W: does the text say something?"""

import re
from functools import lru_cache

from milepost.checks import controls
from milepost.checks.context import Context
from milepost.checks.registry import item_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.words import SPECIFIC, alikeness, normalised, word_set, words
from milepost.domain.plan_item import PlanItem

_ASPIRATION = re.compile(
    r"(?:we |the (?:system|organization) )?(?:need|needs|should|must|have|has)(?: to)? "
    r"(?:improve|enhance|strengthen|increase|review|address|better|mature)\b|(?:improve|enhance|strengthen)\b",
    re.IGNORECASE,
)
_SOLUTIONS = frozenset(
    {
        *("install", "deploy", "implement", "patch", "upgrade", "configure", "enable", "disable"),
        *("update", "remove"),
    }
)
_PLACEHOLDERS = ("tbd", "tba", "todo", "n/a", "unknown", "see above", "as needed", "lorem", "xxx")
_UNREADY_WORDS = ("queued", "pending completion", "in the works", "should be done")
_PLACEHOLDER = re.compile(r"\b(?:tbd|tba|todo|n/a|unknown|see above|as needed|lorem|x{3,})\b")
_UNREADY = re.compile(r"\b(?:queued|pending completion|in the works|should be done)\b")
_REQUIRED_TEXTS = ("description", "remediation_plan", "owner", "resources_text")
_ALL_TEXTS = ("title", "description", "remediation_plan", "resources_text", "deviation_rationale")
_LISTED = re.compile(r"^\s*(?:\(?\d+[.)]|[-*•])\s", re.MULTILINE)
_FINDING = re.compile(r"CVE-\d{4}-\d{4,}|\bplugin\s+\d+|\b(?:SV|V)-\d+")
_SECRETS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), "a key of AWS"),
    (re.compile(r"\bpass(?:word|wd)?\s*[=:]\s*(?!\s|<|\*)\S{4,}", re.IGNORECASE), "a password"),
    (re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b"), "a social security number"),
)
_SUSPECT = ("-----b", "akia", "asia", "pass")
_DIGITS = re.compile(r"\d[\d -]{8,}\d")
_CARD = re.compile(r"\b(?:\d[ -]?){13,16}\b")
_LONGER_THAN_ANY_TITLE = 150
_MANY_FAMILIES, _MANY_FINDINGS = 3, 3


@lru_cache(maxsize=20_000)
def together(item: PlanItem) -> str:
    """Return the texts of an item in small letters, to look for something in all of them at once."""
    texts = (item.title, item.description, item.remediation_plan, item.resources_text, item.owner)
    return "\n".join((*texts, item.deviation_rationale)).lower()


@item_rule("W01", when="description")
def _vague(item: PlanItem, context: Context) -> Judged:
    text, least = item.description, context.param("W01", "min_words")
    if text and text.count(" ") < 2 * least and not SPECIFIC.search(text):
        count = len(words(text))
        if count < least:
            yield Found("description", f"{count} words and nothing specific in them: {text!r}")


@item_rule("W02", when="description")
def _aspiration(item: PlanItem, context: Context) -> Judged:
    del context
    if _ASPIRATION.match(item.description):
        yield Found(
            "description", f"it says what would be good, not what is wrong: {item.description[:60]!r}"
        )


@item_rule("W03", when="controls")
def _control_text(item: PlanItem, context: Context) -> Judged:
    if not item.controls or len(item.description) > _LONGER_THAN_ANY_TITLE:
        return
    said = word_set(item.description)
    for written in item.controls:
        control = controls.catalog().get(controls.named(written))
        if control and alikeness(said, word_set(control.title)) >= context.param("W03", "threshold"):
            yield Found("description", f"it only repeats the title of {controls.named(written)}")


@item_rule("W04", when="title")
def _twice(item: PlanItem, context: Context) -> Judged:
    del context
    if item.title and (
        item.title == item.description
        or (
            len(item.title) + 9 > len(item.description)
            and normalised(item.title) == normalised(item.description)
        )
    ):
        yield Found("description", "the description repeats the name")


@item_rule("W05", when="description")
def _solution(item: PlanItem, context: Context) -> Judged:
    del context
    first = item.description.split(" ", maxsplit=1)[0].lower()
    if first in _SOLUTIONS:
        yield Found("description", f"it begins with a solution: {first!r}")


@item_rule("W06")
def _placeholder(item: PlanItem, context: Context) -> Judged:
    del context
    text = together(item)
    left_out = item.texts and any(name in item.texts for name in _REQUIRED_TEXTS)
    if not left_out and not any(word in text for word in _PLACEHOLDERS):
        return
    for name in _REQUIRED_TEXTS:
        text = item.texts.get(name) or getattr(item, name)
        found = _PLACEHOLDER.search(text.lower()) if text else None
        if found:
            yield Found(name, f"{found[0]!r} stands in a required field")


@item_rule("W07", when="description")
def _several(item: PlanItem, context: Context) -> Judged:
    del context
    families = {controls.family(label) for label in map(controls.named, item.controls) if label}
    if len(families) > _MANY_FAMILIES:
        yield Found("controls", f"controls of {len(families)} families in one item")
    elif "\n" in item.description and len(_LISTED.findall(item.description)) >= _MANY_FINDINGS:
        named = set(_FINDING.findall(item.description))
        if len(named) >= _MANY_FINDINGS:
            yield Found("description", f"a list of {len(named)} different findings")


@item_rule("W08")
def _secret(item: PlanItem, context: Context) -> Judged:
    del context
    text = together(item)
    suspect = any(word in text for word in _SUSPECT) or _DIGITS.search(text)
    for name in _ALL_TEXTS if suspect else ():
        text = getattr(item, name)
        if text:
            for pattern, what in _SECRETS:
                if pattern.search(text):
                    yield Found(name, f"the text seems to hold {what}")
            card = _CARD.search(text)
            if card and _is_card(card[0]):
                yield Found(name, "the text seems to hold the number of a payment card")


def _is_card(text: str) -> bool:
    """Tell whether digits carry the check digit of a card (ISO/IEC 7812-1, Luhn)."""
    digits = [int(each) for each in text if each.isdigit()]
    if len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


@item_rule("W09")
def _unready_words(item: PlanItem, context: Context) -> Judged:
    del context
    text = together(item)
    for name in ("description", "remediation_plan") if any(word in text for word in _UNREADY_WORDS) else ():
        found = _UNREADY.search(getattr(item, name).lower())
        if found:
            yield Found(name, f"{found[0]!r} is no status that anybody can act on")
