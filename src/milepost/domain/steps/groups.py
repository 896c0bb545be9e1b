"""Statuses and roles that many rows of the lifecycle share."""

from typing import Final

from milepost.domain.item import ItemStatus
from milepost.domain.roles import Role

PLANNED: Final = frozenset({ItemStatus.DRAFT, ItemStatus.OPEN, ItemStatus.IN_PROGRESS})
"""Not yet reported as fixed, and not decided upon."""
ACCEPTABLE: Final = PLANNED | {ItemStatus.RISK_ACCEPTED}
"""Where a risk can be accepted, also anew before its last day."""
REQUIRABLE: Final = PLANNED | {ItemStatus.OPERATIONAL_REQUIREMENT}
"""Where an operational requirement can be claimed, also anew before its last day."""

OWNERS: Final = frozenset({Role.ISSO, Role.REMEDIATION_OWNER})
"""Who plans and fixes."""
ASKERS: Final = frozenset({Role.ISSO, Role.SYSTEM_OWNER})
"""Who answers for the system."""
MANAGER: Final = frozenset({Role.ISSM_CISO})
"""Who approves plans and dates."""
JUDGES: Final = frozenset({Role.ISSM_CISO, Role.VERIFIER})
"""Who judges fixes."""
OFFICIAL: Final = frozenset({Role.AO})
"""Who carries risk."""
