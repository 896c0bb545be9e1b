"""Whose yes a decision needs: one fitting person, or two different people where an authority asks for it."""

from collections.abc import Sequence
from itertools import combinations, permutations, product

from milepost.domain.case import Case, Signature
from milepost.domain.roles import Role, folded, role_named

Stage = frozenset[Role]
"""The roles of which one must be held by the person who signs."""


def stages(case: Case, decision: str, roles: Stage, *, two_stage: bool) -> tuple[Stage, ...]:
    """Return the signatures that a decision needs, one stage each, in their order.

    The profiles' own approvers replace the usual roles; of several profiles all must approve. A second
    stage comes from a profile that names one, or from a severity that needs it (`two_stage` decisions).
    """
    named = [each for each in case.rules.approvers if each.decision == decision]
    first = [stage for each in named if (stage := _stage(each.roles))] or [roles]
    second = [stage for each in named if (stage := _stage(each.second))]
    if two_stage and case.rating in case.rules.two_stage and not second:
        second = [frozenset({Role.CAT1_APPROVER})]
    return tuple(dict.fromkeys([*first, *second]))


def _stage(names: Sequence[str]) -> Stage:
    return frozenset(role for name in names if (role := role_named(name)) is not None)


def outstanding(
    needed: Sequence[Stage], given: Sequence[Signature], *, roles_kept: bool
) -> tuple[Stage, ...]:
    """Return the stages that nobody has signed yet; one signature serves one stage, as many as can be.

    Without roles in the system any signature serves any stage: then only the people must differ. A signature
    that serves none, as of a person who held no role yet, stands in nobody's way.
    """
    for count in range(min(len(given), len(needed)), 0, -1):
        for chosen, signed in product(permutations(range(len(needed)), count), combinations(given, count)):
            if all(
                not roles_kept or needed[stage] & signature.roles
                for stage, signature in zip(chosen, signed, strict=True)
            ):
                return tuple(stage for place, stage in enumerate(needed) if place not in chosen)
    return tuple(needed)


def fits(needed: Sequence[Stage], given: Sequence[Signature], more: Signature, *, roles_kept: bool) -> bool:
    """Tell whether a further signature serves a stage that is outstanding."""
    before = outstanding(needed, given, roles_kept=roles_kept)
    return len(outstanding(needed, [*given, more], roles_kept=roles_kept)) < len(before)


def signers(given: Sequence[Signature]) -> frozenset[str]:
    """Return who has signed, by folded name."""
    return frozenset(folded(each.person) for each in given)
