"""What BOD 18-02 asks of high value assets: 30 days after the assessment report, else a signed plan."""

from collections.abc import Iterator

from milepost.domain.circumstances import Circumstances, DateKind
from milepost.domain.deadline import Candidate, DateRule, Remark, after
from milepost.domain.rating import Rating
from milepost.domain.ruling import Citation

DAYS = 30
LONGEST_PLAN_DAYS = 365
_CITATION = Citation("BOD 18-02 (2018-05-07)", "required actions for high value assets")
_RULE = DateRule(
    "bod-18-02:30",
    "major and critical weaknesses of a high value asset are due 30 calendar days after the report",
    _CITATION,
)
_PLAN = DateRule(
    "bod-18-02:plan",
    "a weakness of a high value asset that cannot be fixed in 30 days needs a plan of at most one year",
    _CITATION,
    duty="signed by the Senior Accountable Official for Risk Management, with a status every 30 days",
)


def candidates(found: Circumstances) -> Iterator[Candidate | Remark]:
    """Yield the date for what an assessment of a high value asset reported; nothing for other weaknesses."""
    report = found.on(DateKind.REPORT)
    if report is None:
        return
    if found.critical or found.rating.rank >= Rating.HIGH.rank:
        yield after(report.on, DAYS, _RULE)
    yield Remark(_PLAN, "a later date needs the signed plan within 30 days of the report")
