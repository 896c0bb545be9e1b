"""Nobody verifies their own fix or decides their own request."""

from milepost.domain.ruling import Citation, Ruling

_SOURCE = Citation("NIST SP 800-53 rev. 5", "AC-5 Separation of Duties; CA-2(1) Independent Assessors")


def may_verify(verifier: str, worked_on_it: frozenset[str]) -> Ruling:
    """Rule whether a person may verify the fix of an item that others, or they, worked on."""
    return _independent(
        verifier, worked_on_it, "verify a fix that they worked on", "let someone else verify it"
    )


def may_decide(decider: str, requested_by: str) -> Ruling:
    """Rule whether a person may decide a request."""
    people = frozenset({requested_by})
    return _independent(decider, people, "decide a request of their own", "let someone else decide it")


def _independent(person: str, others: frozenset[str], act: str, way_out: str) -> Ruling:
    if person.strip().casefold() in {other.strip().casefold() for other in others}:
        return Ruling(allowed=False, reason=f"{person} cannot {act}", citation=_SOURCE, way_out=way_out)
    return Ruling(allowed=True, reason=f"{person} is independent of the work", citation=_SOURCE)
