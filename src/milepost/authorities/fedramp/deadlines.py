"""When FedRAMP Rev 5 wants a weakness remediated: the days that its workbook computes with, too."""

from datetime import date, timedelta

from milepost.domain.rating import Rating

DAYS = {Rating.HIGH: 30, Rating.MODERATE: 90, Rating.LOW: 180}
"""Calendar days from discovery (POA&M Template 3.0, Instructions); `profile.toml` says the same."""


def scheduled(detected_on: date, rating: Rating) -> date | None:
    """Return the scheduled completion date: High 30, Moderate 90, Low 180 days after discovery."""
    days = DAYS.get(rating)
    return None if days is None else detected_on + timedelta(days=days)
