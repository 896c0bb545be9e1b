"""The lifecycle of an item as one table: every step, and why the states that have none are final.

The spine follows OpenFISMA's finding workflow and what NIST SP 800-37 and 800-53 (CA-5, RA-7) ask for; what
is marked as not verified is our own design where no source was found.
"""

from types import MappingProxyType
from typing import Final

from milepost.domain.item import ItemStatus
from milepost.domain.steps.accepting import ACCEPTING
from milepost.domain.steps.deviating import DEVIATING
from milepost.domain.steps.fixing import FIXING
from milepost.domain.steps.leaving import LEAVING
from milepost.domain.steps.planning import PLANNING

TRANSITIONS: Final = (*PLANNING, *FIXING, *ACCEPTING, *DEVIATING, *LEAVING)
"""Every step, in the order in which an item meets them."""

BY_NAME: Final = MappingProxyType({each.name: each for each in TRANSITIONS})
"""Every step by its name."""

FINAL: Final = MappingProxyType(
    {
        ItemStatus.CLOSED: "a closed item stays closed; what comes back is a new item that points at it",
        ItemStatus.FALSE_POSITIVE: "there was nothing to fix; if that is disproved, a new item points at it",
        ItemStatus.MERGED: "another item carries it on",
        ItemStatus.CANCELLED: "nothing of it is left to do; if that was wrong, a new item is opened",
        ItemStatus.TRANSFERRED: "an item of another system carries it on",
    }
)
"""Why the states that nothing leads out of are final."""
