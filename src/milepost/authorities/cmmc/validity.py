"""How long a status holds and artifacts are kept: years from the status date (32 CFR 170.15 to 170.18)."""

from datetime import date

from milepost.authorities.cmmc.rules import RULES, Level


def years_later(day: date, years: int) -> date:
    """Return the same day years later; 29 February becomes 28 February where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def retain_until(status_date: date) -> date:
    """Return the day until which the artifacts are kept: six years from the status date, at every level."""
    return years_later(status_date, RULES.retention_years)


def next_assessment_due(level: Level, status_date: date) -> date:
    """Return the day by which the next assessment is due: a year at Level 1, else three years."""
    return years_later(status_date, RULES.levels[level].validity_years)
