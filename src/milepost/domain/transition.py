"""A step of the lifecycle, as a row of its table: who may take it, from where, on what conditions."""

from dataclasses import dataclass
from enum import StrEnum

from milepost.domain.guards import Guard
from milepost.domain.item import ItemStatus, RequestKind
from milepost.domain.roles import Role
from milepost.domain.ruling import Citation


class Move(StrEnum):
    """What a step does: act at once, ask for something, grant or refuse it, or come back by itself."""

    ACT = "act"
    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the lifecycle.

    `to` is None where the status stays. A step that `resumes` leads back to the status from before a
    decision for a time. `roles` do it; where it `decides` and the system keeps roles, one of them must be
    held. `decision` is the name by which profiles name its approvers; `two_stage` decisions need a second
    signature for the severities that a profile names. `verified` tells whether the source says so, or we do.
    """

    name: str
    title: str
    sources: frozenset[ItemStatus]
    move: Move
    effect: str
    citation: Citation
    to: ItemStatus | None = None
    resumes: bool = False
    roles: frozenset[Role] = frozenset()
    decides: bool = False
    decision: str = ""
    two_stage: bool = False
    request: RequestKind | None = None
    guards: tuple[Guard, ...] = ()
    verified: bool = True
