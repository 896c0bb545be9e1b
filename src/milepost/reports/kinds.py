"""The kinds of reports: how each is called, which period it speaks of, and what writes it."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from milepost.reports.acceptance_register import acceptance_report
from milepost.reports.closure_certificate import closure_report
from milepost.reports.item_dossier import item_named, item_report
from milepost.reports.management_summary import summary_report
from milepost.reports.periods import Period, month_of, quarter_of, year_of
from milepost.reports.poam import poam_report
from milepost.reports.report import Report
from milepost.reports.review_pack import annual_pack, monthly_pack, quarterly_pack
from milepost.reports.subject import Subject


class Kind(NamedTuple):
    """A kind of report; `period` gives the period that a day falls into, `of_item` wants an item named."""

    name: str
    about: str
    write: Callable[[Subject], Report]
    period: Callable[[date], Period] = month_of
    of_item: bool = False


def _closure(subject: Subject) -> Report:
    return closure_report(subject, item_named(subject))


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("poam", "The plan: open items, carried risks, what has ended.", poam_report),
        Kind("monthly", "The review pack of a month, with every open item to be reviewed.", monthly_pack),
        Kind("quarterly", "The review pack of a quarter, with trends.", quarterly_pack, quarter_of),
        Kind("annual", "The review pack of a year, with trends and times to fix.", annual_pack, year_of),
        Kind("summary", "The management summary, with charts.", summary_report),
        Kind("item", "The dossier of one item.", item_report, of_item=True),
        Kind("closure", "The closure certificate of one item.", _closure, of_item=True),
        Kind("acceptances", "The register of accepted risks.", acceptance_report),
    )
}
