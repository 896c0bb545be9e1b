"""What must hold before a step of the lifecycle: each condition once, with its reason and its way out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from milepost.domain import separation
from milepost.domain.case import Case, Proposal
from milepost.domain.item import RequestKind, SourceKind, VerificationMethod
from milepost.domain.ruling import Citation, Ruling


class Concern(StrEnum):
    """What a condition is about: how the item stands, what is brought to the step, or who takes it."""

    CASE = "case"
    GIVEN = "given"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition: `demand` says what must hold, `reason` what is wrong where it does not.

    Both are for people; `reason` may name parts of the case and the proposal. `verified` False marks a
    condition of our own making.
    """

    concern: Concern
    demand: str
    reason: str
    way_out: str
    citation: Citation
    holds: Callable[[Case, Proposal], bool]
    verified: bool = True

    def rule(self, case: Case, proposal: Proposal) -> Ruling:
        """Rule on a case, with the reason in words."""
        if self.holds(case, proposal):
            return Ruling(allowed=True, reason=self.demand, citation=self.citation)
        reason = self.reason.format(case=case, proposal=proposal)
        return Ruling(allowed=False, reason=reason, citation=self.citation, way_out=self.way_out)


OPENFISMA = Citation("OpenFISMA 3, finding workflow", "Workflow.yml")
CPAT = Citation("C-PAT user documentation", "poamcreation.rst, manage-poams.rst")
BOE = Citation("ODNI Body of Evidence, CNSSI-1254 App. C", "POAMType, CompletionStatus")
CLOUD_GOV = Citation("cloud.gov JAB POA&M review", "issue 422")
BOD_18_02 = Citation("DHS BOD 18-02", "required actions, plans that run late")
FEDRAMP_DEVIATIONS = Citation("FedRAMP Continuous Monitoring Playbook", "deviation requests")
OWN = Citation("Milepost", "lifecycle")


def _reason(case: Case, proposal: Proposal) -> bool:
    del case
    return bool(proposal.reason.strip())


def _until_later(case: Case, proposal: Proposal) -> bool:
    later = proposal.until is not None and proposal.until > proposal.as_of
    return later and (case.scheduled_on is None or _after(proposal, case))


def _after(proposal: Proposal, case: Case) -> bool:
    return proposal.until is not None and case.scheduled_on is not None and proposal.until > case.scheduled_on


def _within_plan(case: Case, proposal: Proposal) -> bool:
    if case.rules.plan is None or proposal.until is None:
        return True
    return proposal.until <= case.detected_on + timedelta(days=case.rules.plan.days)


def _within_acceptance(case: Case, proposal: Proposal) -> bool:
    if case.rules.acceptance is None or proposal.until is None:
        return True
    return proposal.until <= proposal.as_of + timedelta(days=case.rules.acceptance.days)


def _milestones_done(case: Case, proposal: Proposal) -> bool:
    return not case.open_milestones or bool(proposal.explanation.strip())


def _fix_dated(case: Case, proposal: Proposal) -> bool:
    fixed = proposal.completed_on
    return fixed is not None and case.detected_on <= fixed <= proposal.as_of


def _evidence_after_fix(case: Case, proposal: Proposal) -> bool:
    """Tell whether the evidence is of the day of the fix or later, and not from the future."""
    del case
    day, fixed = proposal.evidence_on, proposal.completed_on
    return day is not None and fixed is not None and fixed <= day <= proposal.as_of


def _no_scanner_sees_it(case: Case, proposal: Proposal) -> bool:
    del proposal
    return case.seen == 0


def _clean_scan(case: Case, proposal: Proposal) -> bool:
    del proposal
    if not case.scanned:
        return True
    clean, fixed = case.clean_scan_on, case.fixed_on
    return clean is not None and fixed is not None and clean >= fixed


def _retested(case: Case, proposal: Proposal) -> bool:
    tested = case.source_kind != SourceKind.PENETRATION_TEST
    return tested or proposal.method == VerificationMethod.RETEST


def _unchanged(case: Case, proposal: Proposal) -> bool:
    del proposal
    submitted = case.request(RequestKind.PLAN)
    return submitted is not None and submitted.version == case.version


def _still_ahead(kind: RequestKind, case: Case, proposal: Proposal) -> bool:
    request = case.request(kind)
    return request is not None and request.until is not None and request.until >= proposal.as_of


def _assessment_ahead(case: Case, proposal: Proposal) -> bool:
    """Tell whether the day of re-assessment, where the request names one, has not passed."""
    request = case.request(RequestKind.OPERATIONAL_REQUIREMENT)
    return request is None or request.until is None or request.until >= proposal.as_of


def _waits(kind: RequestKind, case: Case, proposal: Proposal) -> bool:
    del proposal
    return case.request(kind) is not None


def _waits_not(kind: RequestKind, case: Case, proposal: Proposal) -> bool:
    return not _waits(kind, case, proposal)


def _asked_by_another(kind: RequestKind, case: Case, proposal: Proposal) -> bool:
    request = case.request(kind)
    return request is None or separation.may_decide(proposal.person, request.by).allowed


PENDING = {
    kind: Guard(
        Concern.CASE,
        f"a request waits for a decision ({kind.replace('_', ' ')})",
        f"no request waits for a decision ({kind.replace('_', ' ')})",
        "request it first",
        OPENFISMA,
        partial(_waits, kind),
    )
    for kind in RequestKind
}
"""A request of a kind waits for a decision."""

NONE_PENDING = {
    kind: Guard(
        Concern.CASE,
        f"no such request waits already ({kind.replace('_', ' ')})",
        f"a request waits for a decision already ({kind.replace('_', ' ')})",
        "have it decided first",
        OWN,
        partial(_waits_not, kind),
        verified=False,
    )
    for kind in RequestKind
}
"""No request of a kind waits already."""

INDEPENDENT_OF_REQUEST = {
    kind: Guard(
        Concern.PERSON,
        "whoever decides did not ask for it",
        "{proposal.person} cannot decide a request of their own",
        "let someone else decide it",
        separation.SOURCE,
        partial(_asked_by_another, kind),
    )
    for kind in RequestKind
}
"""Whoever decides did not make the request of a kind."""

REASON_GIVEN = Guard(
    Concern.GIVEN, "a reason", "no reason is given", "say why with --reason", OPENFISMA, _reason
)
FIELDS_FILLED = Guard(
    Concern.CASE,
    "every field that the authority requires is filled in",
    "the plan lacks {case.missing_words}",
    "fill them in with milepost item set",
    CPAT,
    lambda case, _: not case.missing_fields,
)
MILESTONE_PLANNED = Guard(
    Concern.CASE,
    "at least one milestone with its date",
    "the plan has no milestone",
    "add one with milepost item milestone",
    CPAT,
    lambda case, _: case.milestones > 0,
)
PLAN_APPROVED = Guard(
    Concern.CASE,
    "the plan is approved, where the authority asks for that",
    "the authority asks for an approved plan before work begins",
    "submit the plan",
    CPAT,
    lambda case, _: case.plan_approved or not any(each.decision == "plan" for each in case.rules.approvers),
)
PLAN_UNCHANGED = Guard(
    Concern.CASE,
    "the plan is the one that was submitted",
    "the plan was changed after it was submitted",
    "send it back, and have it submitted again",
    CPAT,
    _unchanged,
)
INDEPENDENT_OF_PLAN = Guard(
    Concern.PERSON,
    "whoever decides did not write or submit the plan",
    "{proposal.person} cannot decide on a plan that they wrote",
    "let someone else decide on it",
    separation.SOURCE,
    lambda case, proposal: separation.may_approve_plan(proposal.person, case.planners).allowed,
)
INDEPENDENT_OF_WORK = Guard(
    Concern.PERSON,
    "whoever verifies did not work on the item",
    "{proposal.person} cannot verify a fix that they worked on",
    "let someone else verify it",
    separation.SOURCE,
    lambda case, proposal: separation.may_verify(proposal.person, case.workers).allowed,
)
NOT_THE_FIXER = Guard(
    Concern.PERSON,
    "whoever closes did not fix it",
    "{proposal.person} cannot close an item that they fixed",
    "let someone else close it",
    separation.SOURCE,
    lambda case, proposal: separation.may_close(proposal.person, case.fixed_by).allowed,
)
NOT_A_WORKER = Guard(
    Concern.PERSON,
    "whoever takes it off the plan did not work on it",
    "{proposal.person} cannot take an item off the plan that they worked on",
    "let someone else do it",
    separation.SOURCE,
    lambda case, proposal: separation.may_withdraw(proposal.person, case.workers).allowed,
    verified=False,
)
LATER_DATE = Guard(
    Concern.GIVEN,
    "a new date, later than the scheduled one and than today",
    "the new date is not later than the scheduled one and than today",
    "give a later day with --until",
    OPENFISMA,
    _until_later,
)
WITHIN_PLAN = Guard(
    Concern.GIVEN,
    "a date within the longest plan that the authority allows",
    "a plan may not run longer than {case.rules.plan.days} days from detection ({case.rules.plan.citation})",
    "give an earlier day, or ask for a risk acceptance",
    BOD_18_02,
    _within_plan,
)
MITIGATIONS_GIVEN = Guard(
    Concern.GIVEN,
    "what protects the system meanwhile",
    "nothing is said of what protects the system meanwhile",
    "name the mitigations with --mitigations",
    BOD_18_02,
    lambda _, proposal: bool(proposal.mitigations.strip()),
)
THREAT_DESCRIBED = Guard(
    Concern.GIVEN,
    "the threat and its level",
    "the threat is not described",
    "describe it with --threat",
    OPENFISMA,
    lambda _, proposal: bool(proposal.threat.strip()),
)
RESIDUAL_RISK_STATED = Guard(
    Concern.GIVEN,
    "the risk that remains",
    "the risk that remains is not stated",
    "state it with --residual-risk",
    OPENFISMA,
    lambda _, proposal: bool(proposal.residual_risk.strip()),
)
EXPIRY_AHEAD = Guard(
    Concern.GIVEN,
    "the day on which it ends",
    "there is no day ahead on which it ends",
    "give one with --until",
    OPENFISMA,
    lambda _, proposal: proposal.until is not None and proposal.until > proposal.as_of,
)
WITHIN_ACCEPTANCE = Guard(
    Concern.GIVEN,
    "an end within the time that the authority allows",
    "an acceptance may not run longer than {case.rules.acceptance.days} days"
    " ({case.rules.acceptance.citation})",
    "give an earlier day",
    OPENFISMA,
    _within_acceptance,
)
ACCEPTANCE_AHEAD = Guard(
    Concern.CASE,
    "the day on which the acceptance would end lies ahead",
    "the day on which the acceptance would end has passed",
    "have it asked for again with a later day",
    OPENFISMA,
    partial(_still_ahead, RequestKind.RISK_ACCEPTANCE),
)
EXTENSION_AHEAD = Guard(
    Concern.CASE,
    "the new date lies ahead",
    "the new date has passed",
    "have a later one asked for",
    OPENFISMA,
    partial(_still_ahead, RequestKind.EXTENSION),
)
ASSESSMENT_AHEAD = Guard(
    Concern.CASE,
    "the day of re-assessment lies ahead",
    "the day of re-assessment has passed",
    "have it claimed again with a later day",
    OWN,
    _assessment_ahead,
    verified=False,
)
ASSESSMENT_LATER = Guard(
    Concern.GIVEN,
    "a day of re-assessment that lies ahead, or none: then in a year",
    "the day of re-assessment does not lie ahead",
    "give a later day with --until",
    OWN,
    lambda _, proposal: proposal.until is None or proposal.until > proposal.as_of,
    verified=False,
)
REQUIREMENT_RATING = Guard(
    Concern.CASE,
    "the rating is one for which the authority approves operational requirements",
    "no operational requirement is approved for a rating of {case.rating}",
    "lower the risk first, and have the adjustment approved",
    FEDRAMP_DEVIATIONS,
    lambda case, _: case.rating not in case.rules.not_as_requirement,
)
EVIDENCE_NAMED = Guard(
    Concern.GIVEN,
    "evidence, by name",
    "there is no evidence",
    "name it with --evidence",
    CLOUD_GOV,
    lambda _, proposal: bool(proposal.evidence.strip()),
)
EVIDENCE_KEPT = Guard(
    Concern.CASE,
    "evidence of the fix is on record",
    "there is no evidence of the fix on record",
    "have the fix reported with its evidence",
    CLOUD_GOV,
    lambda case, _: bool(case.evidence),
)
FIX_DATED = Guard(
    Concern.GIVEN,
    "the day of the fix, between detection and today",
    "the day of the fix is not between detection ({case.detected_on}) and today",
    "give it with --completed-on",
    OPENFISMA,
    _fix_dated,
)
EVIDENCE_AFTER_FIX = Guard(
    Concern.GIVEN,
    "evidence that is not older than the fix",
    "the evidence is older than the fix, or from the future",
    "take new evidence, and give its day with --evidence-on",
    OPENFISMA,
    _evidence_after_fix,
)
MILESTONES_DONE = Guard(
    Concern.CASE,
    "every milestone is completed, or it is said why not",
    "milestones not completed: {case.milestone_words}",
    "complete them, or say with --explanation why they are left",
    OPENFISMA,
    _milestones_done,
)
NOT_SEEN = Guard(
    Concern.CASE,
    "no scanner sees it any more",
    "scanners still see {case.seen} occurrences of it",
    "import a covering scan that does not show them, or have a false positive approved",
    CLOUD_GOV,
    _no_scanner_sees_it,
)
CLEAN_SCAN = Guard(
    Concern.CASE,
    "for what a scanner found: a covering scan after the fix that does not show it",
    "no covering scan after the fix shows that it is gone",
    "import one that was made after the fix",
    CLOUD_GOV,
    _clean_scan,
)
METHOD_NAMED = Guard(
    Concern.GIVEN,
    "how it was verified",
    "it is not said how it was verified",
    f"name the method with --method: {', '.join(VerificationMethod)}",
    BOE,
    lambda _, proposal: proposal.method in set(VerificationMethod),
)
RETESTED = Guard(
    Concern.GIVEN,
    "for what a penetration test found: a retest",
    "what a penetration test found is verified by a retest only",
    "have it tested again, and verify with --method retest",
    CLOUD_GOV,
    _retested,
)
LAPSED = Guard(
    Concern.CASE,
    "its last day has passed",
    "its last day ({case.lapses_on}) has not passed",
    "wait for that day, or end it for a reason",
    OPENFISMA,
    lambda case, proposal: case.lapses_on is not None and proposal.as_of > case.lapses_on,
)
FALSE_POSITIVE_APPROVED = Guard(
    Concern.CASE,
    "an approved false positive",
    "no false positive is approved",
    "have one approved",
    OPENFISMA,
    lambda case, _: case.false_positive_approved,
)
RECEIVER_NAMED = Guard(
    Concern.GIVEN,
    "the system that takes it over",
    "no system is named that takes it over",
    "name it with --to",
    OWN,
    lambda _, proposal: bool(proposal.receiver.strip()),
    verified=False,
)
SURVIVOR_NAMED = Guard(
    Concern.GIVEN,
    "the item that takes it over",
    "no item is named that takes it over",
    "name it",
    OWN,
    lambda _, proposal: bool(proposal.survivor.strip()),
    verified=False,
)
PROFILE_REOPENS = Guard(
    Concern.CASE,
    "the authority's own rule reopens closed items",
    "a closed item stays closed",
    "what came back is a new item that points at this one",
    OWN,
    lambda case, _: case.rules.reopens,
    verified=False,
)
