"""All models in one place, as Django expects to find them."""

from milepost.records.assets import AssessedScope, Asset, AssetIdentifier
from milepost.records.closing import ClosingRecord, Fix
from milepost.records.column_mappings import ColumnMapping
from milepost.records.deadlines import (
    DeadlineResult,
    ItemDate,
    ItemEvaluation,
    KnownCve,
    Obligation,
    ReferenceFile,
    WeaknessCve,
)
from milepost.records.evidence import Content, Evidence, EvidenceHold, EvidenceLink, EvidenceVersion
from milepost.records.findings import Facts, Occurrence, Sighting, Weakness, WeaknessName
from milepost.records.imports import Bundle, Coverage, Import, ImportedWeakness, TestedIds
from milepost.records.items import Item, ItemChange, ItemScope
from milepost.records.ledger import LedgerEvent, LedgerHead
from milepost.records.people import SystemRole
from milepost.records.planning import (
    Comment,
    Deviation,
    Milestone,
    MilestoneChange,
    Resource,
    SupportingDocument,
)
from milepost.records.profiles import OwnProfile
from milepost.records.requests import Acceptance, Extension, PlanSubmission, Signature, Transfer
from milepost.records.statements import Statement, StatementName
from milepost.records.systems import ItemVersion, System

__all__ = [
    "Acceptance",
    "AssessedScope",
    "Asset",
    "AssetIdentifier",
    "Bundle",
    "ClosingRecord",
    "ColumnMapping",
    "Comment",
    "Content",
    "Coverage",
    "DeadlineResult",
    "Deviation",
    "Evidence",
    "EvidenceHold",
    "EvidenceLink",
    "EvidenceVersion",
    "Extension",
    "Facts",
    "Fix",
    "Import",
    "ImportedWeakness",
    "Item",
    "ItemChange",
    "ItemDate",
    "ItemEvaluation",
    "ItemScope",
    "ItemVersion",
    "KnownCve",
    "LedgerEvent",
    "LedgerHead",
    "Milestone",
    "MilestoneChange",
    "Obligation",
    "Occurrence",
    "OwnProfile",
    "PlanSubmission",
    "ReferenceFile",
    "Resource",
    "Sighting",
    "Signature",
    "Statement",
    "StatementName",
    "SupportingDocument",
    "System",
    "SystemRole",
    "TestedIds",
    "Transfer",
    "Weakness",
    "WeaknessCve",
    "WeaknessName",
]
