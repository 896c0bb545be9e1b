"""Nobody verifies their own fix, decides their own request, approves their own plan, or signs twice."""

from collections.abc import Iterable

from milepost.domain.roles import folded
from milepost.domain.ruling import Citation, Ruling

SOURCE = Citation("NIST SP 800-53 rev. 5", "AC-5 Separation of Duties; CA-2(1) Independent Assessors")


def may_verify(verifier: str, worked_on_it: frozenset[str]) -> Ruling:
    """Rule whether a person may verify the fix of an item that others, or they, worked on."""
    return _independent(
        verifier, worked_on_it, "verify a fix that they worked on", "let someone else verify it"
    )


def may_decide(decider: str, requested_by: str) -> Ruling:
    """Rule whether a person may decide a request."""
    people = frozenset({requested_by})
    return _independent(decider, people, "decide a request of their own", "let someone else decide it")


def may_approve_plan(approver: str, planners: frozenset[str]) -> Ruling:
    """Rule whether a person may approve, or send back, a plan that others, or they, wrote or submitted."""
    return _independent(
        approver, planners, "decide on a plan that they wrote", "let someone else decide on it"
    )


def may_close(closer: str, fixed_by: str) -> Ruling:
    """Rule whether a person may close an item; who fixed it may not."""
    people = frozenset({fixed_by})
    return _independent(closer, people, "close an item that they fixed", "let someone else close it")


def may_withdraw(person: str, worked_on_it: frozenset[str]) -> Ruling:
    """Rule whether a person may take an item off the plan that they have worked on."""
    return _independent(
        person, worked_on_it, "take an item off the plan that they worked on", "let someone else do it"
    )


def may_sign(person: str, signed_by: Iterable[str]) -> Ruling:
    """Rule whether a person may give a further signature; two signatures are those of two people."""
    return _independent(person, frozenset(signed_by), "sign a second time", "let someone else sign")


def _independent(person: str, others: frozenset[str], act: str, way_out: str) -> Ruling:
    if folded(person) in {folded(other) for other in others}:
        return Ruling(
            allowed=False, reason=f"{person.strip()} cannot {act}", citation=SOURCE, way_out=way_out
        )
    return Ruling(allowed=True, reason=f"{person} is independent of the work", citation=SOURCE)
