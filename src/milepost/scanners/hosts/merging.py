"""One occurrence once: records of one host that tell of the same weakness at the same place."""

from collections.abc import Iterable

from milepost.domain.finding import Finding

Key = tuple[str, str, str]


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return every occurrence once, in the order in which they came; nothing that was said is lost.

    The first record names the facts, unless the tool wants no action for it and does for a later one;
    different outputs are joined, and the earliest first sight counts.
    """
    kept: dict[Key, Finding] = {}
    outputs: dict[Key, dict[str, None]] = {}
    for finding in findings:
        key = (finding.facts.source, finding.facts.source_id, finding.locator)
        before = kept.setdefault(key, finding)
        if before is not finding:
            outputs.setdefault(key, {before.output.strip(): None})[finding.output.strip()] = None
            kept[key] = _first(before, finding)
    for key, texts in outputs.items():
        if len(texts) > 1:
            kept[key] = _told(kept[key], "\n\n".join(filter(None, texts)))
    return tuple(kept.values())


def _first(before: Finding, after: Finding) -> Finding:
    facts = before.facts if before.facts.actionable or not after.facts.actionable else after.facts
    seen = min((each.first_seen for each in (before, after) if each.first_seen), default=None)
    if facts is before.facts and seen == before.first_seen:
        return before
    return Finding(facts, before.locator, before.output, seen, before.coverage)


def _told(finding: Finding, output: str) -> Finding:
    return Finding(finding.facts, finding.locator, output, finding.first_seen, finding.coverage)
