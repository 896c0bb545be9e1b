"""Short ways for tests to state results and to judge them."""

from datetime import date

from milepost.authorities.cmmc.answers import read_answers
from milepost.authorities.cmmc.draft import Completed, Draft, Given, completed
from milepost.authorities.cmmc.verdict import Verdict, judge

STATUS_DATE = date(2026, 1, 15)
DUE = date(2026, 7, 14)
ONE_POINTERS = [
    *(f"3.1.{number}" for number in (3, 4, 6, 7, 8, 9, 10, 11, 14, 15, 21)),
    *(f"3.3.{number}" for number in (3, 4, 6, 7, 8, 9)),
    *(f"3.4.{number}" for number in (3, 4, 9)),
    *(f"3.5.{number}" for number in (4, 5, 6)),
]
"""23 requirements of Level 2 that cost one point and may be deferred."""
LEVEL_3 = ["3.1.2e", "3.1.3e", "3.2.1e", "3.2.2e", "3.4.1e"]
"""Five requirements of Level 3 that may be deferred."""


def complete(document: object, given: Given | None = None) -> Completed:
    """Read a document as the command does and complete it; every remark has its place and a way out."""
    draft = Draft("a.json")
    read_answers(draft, document)
    done = completed(draft, given) if given else completed(draft)
    for problem in done.problems:
        assert problem.where.startswith("a.json")
        assert problem.what[0] != " "
        assert problem.fix[0] != " "
    return done


def judged(as_of: date = date(2026, 3, 1), /, **fields: object) -> Verdict:
    """Judge a Level 2 self-assessment with these fields in place of the usual ones."""
    document = {"level": 2, "kind": "self", "ssp_in_place": True, "status_date": "2026-01-15", **fields}
    return judge(complete(document).assessment, as_of=as_of)


def blocking(verdict: Verdict) -> list[tuple[str, str]]:
    """Return what blocks as pairs of identifier and reason."""
    return [(block.identifier, block.reason.value) for block in verdict.blocking]


def said(done: Completed) -> str:
    """Return everything that the problems say."""
    return "\n".join(f"{problem.where}: {problem.what}; {problem.fix}" for problem in done.problems)
