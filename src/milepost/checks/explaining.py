"""What a rule means, for a person: its condition, its source, how to fix it, an example of each kind."""

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec

from milepost.authorities.sources import sources
from milepost.checks.examples import examples
from milepost.checks.registry import GROUPS, all_rules
from milepost.checks.rule import Rule

_UNSOURCED = {"PRACT": "common practice; no authority's text is known", "UNVERIFIED": "no source confirms it"}
_STANDINGS = {
    "verified": "seen in the source",
    "practice": "judgement and common practice",
    "unconfirmed": "recalled or second hand, not confirmed in a source",
}


class _Check(msgspec.Struct):
    check: str
    rules: tuple[str, ...]


class _Review(msgspec.Struct):
    source: str
    profile: str
    checks: tuple[_Check, ...]


def why(rule: Rule) -> str:
    """Return what a rule rests on, in words."""
    known = sources()
    named = (known[name].title if name in known else _UNSOURCED.get(name, name) for name in rule.sources)
    return "; ".join(named) or _UNSOURCED["PRACT"]


def line(rule: Rule) -> str:
    """Return a rule as one line of a list."""
    profiles = "all" if "*" in rule.profiles else ", ".join(rule.profiles)
    return f"{rule.id:<7} {rule.severity.value:<7} {rule.standing:<11} {rule.title}  [{profiles}]"


def document_of(rule: Rule) -> dict[str, object]:
    """Return a rule for JSON."""
    found: dict[str, object] = {"id": rule.id, "group": rule.group, "severity": rule.severity.value}
    found |= {"title": rule.title, "condition": rule.condition, "fix": rule.fix, "why": why(rule)}
    found |= {"sources": list(rule.sources), "standing": rule.standing, "profiles": list(rule.profiles)}
    return found | {"needs": list(rule.needs), "params": dict(rule.params)}


def explanation(rule: Rule) -> str:
    """Return everything about a rule as text for people."""
    params = ", ".join(f"{name} = {value:g}" for name, value in rule.params.items())
    parts = [
        f"{rule.id}  {rule.title} ({rule.severity.value})",
        f"Reports when: {rule.condition}",
        f"Thresholds: {params}" if params else "",
        f"How to fix: {rule.fix}",
        f"Source: {why(rule)}",
        f"Standing: {rule.standing}, {_STANDINGS[rule.standing]}",
        f"Profiles: {'all' if '*' in rule.profiles else ', '.join(rule.profiles)}",
        f"Needs: {', '.join(rule.needs)}" if rule.needs else "",
    ]
    pair = examples().get(rule.id)
    if pair:
        parts += [f"Reports, for instance: {pair.fails.said()}", f"Lets pass: {pair.passes.said()}"]
    return "\n".join(part for part in parts if part)


def handbook() -> str:
    """Return all rules as Markdown, group by group."""
    return "\n".join(_handbook())


def _handbook() -> Iterator[str]:
    rules = all_rules().values()
    confirmed = sum(rule.verified for rule in rules)
    yield "# Rules of `milepost check`"
    yield ""
    yield f"{len(rules)} rules; {confirmed} were seen in the source that they name, the others are marked."
    yield (
        "`practice` is judgement and common practice, `unconfirmed` was not found in a source. A finding that"
        " rests on an unconfirmed fact of a profile is a warning at most, whatever its rule says."
    )
    yield "Made from the data of the rules by `python -m milepost.checks.explaining docs/rules/checks.md`."
    for group in GROUPS:
        yield ""
        yield f"## {group.title}"
        yield ""
        yield "| id | weight | reports when | what to do | source | standing | profiles |"
        yield "|---|---|---|---|---|---|---|"
        for rule in rules:
            if rule.group == group.name:
                yield _row(rule)
    yield ""
    yield from _review()
    yield ""


def _review() -> Iterator[str]:
    """Yield which rules cover what a reviewer of a FedRAMP workbook looks for."""
    data = (files(__package__) / "review_checks.json").read_bytes()
    review = msgspec.json.decode(data, type=_Review)
    yield "## FedRAMP: which rule covers which check of a review"
    yield ""
    yield f"For the profile `{review.profile}`; the checks are drawn from {review.source}."
    yield ""
    yield "| a reviewer looks whether | rules |"
    yield "|---|---|"
    for each in review.checks:
        yield f"| {each.check} | {', '.join(_with_profiles(name, review.profile) for name in each.rules)} |"


def _with_profiles(name: str, profile: str) -> str:
    """Return a rule's id, with the profiles that it waits for where it does not belong to the given one."""
    profiles = all_rules()[name].profiles
    return name if {"*", profile} & set(profiles) else f"{name} (with {' or '.join(profiles)})"


def _row(rule: Rule) -> str:
    params = "; ".join(f"{name} {value:g}" for name, value in rule.params.items())
    condition = f"**{rule.title}.** {rule.condition}" + (f" ({params})" if params else "")
    profiles = "all" if "*" in rule.profiles else ", ".join(rule.profiles)
    cells = (rule.id, rule.severity.value, condition, rule.fix, why(rule), rule.standing, profiles)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(handbook(), encoding="utf-8")
