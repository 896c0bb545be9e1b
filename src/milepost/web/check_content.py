"""What the pages say of a check, whether of a system or of a file."""

from milepost.authorities.profiles import profile_names, stated_profile
from milepost.web.check_results import CheckResult
from milepost.web.check_view import BAR, PLURALS, Asked, View
from milepost.work.own_profiles import own_profiles


def content_of(found: CheckResult, asked: Asked, view: View) -> dict[str, object]:
    """Return what a template needs to show a check that is laid out."""
    return {
        "found": found,
        "view": view,
        "asked": asked,
        "bar": BAR,
        "levels": [(level, name, view.counts[level]) for level, name in PLURALS.items()],
        "judges": [_title(name) for name in found.profiles],
    }


def _title(name: str) -> str:
    """Return a profile's name for people; one that only a layout suggests may not be there."""
    own = own_profiles()
    return stated_profile(name, own).title if name in profile_names(own) else name
