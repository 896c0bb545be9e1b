"""All models in one place, as Django expects to find them."""

from milepost.records.assets import AssessedScope, Asset, AssetIdentifier
from milepost.records.findings import Facts, Occurrence, Sighting, Weakness, WeaknessName
from milepost.records.imports import Coverage, Import, ImportedWeakness, TestedIds
from milepost.records.items import Item, ItemChange, ItemScope
from milepost.records.planning import (
    Comment,
    Deviation,
    Milestone,
    MilestoneChange,
    Resource,
    SupportingDocument,
)
from milepost.records.systems import System

__all__ = [
    "AssessedScope",
    "Asset",
    "AssetIdentifier",
    "Comment",
    "Coverage",
    "Deviation",
    "Facts",
    "Import",
    "ImportedWeakness",
    "Item",
    "ItemChange",
    "ItemScope",
    "Milestone",
    "MilestoneChange",
    "Occurrence",
    "Resource",
    "Sighting",
    "SupportingDocument",
    "System",
    "TestedIds",
    "Weakness",
    "WeaknessName",
]
