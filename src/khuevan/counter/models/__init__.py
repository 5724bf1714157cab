"""What the counter keeps: dossiers, their papers, the work on them."""

from .aside import Absence, Interest
from .assigning import AssignmentRule
from .dossiers import Application, Dossier, DossierNumber, Interval
from .moves import MovedDossier, VersionMove
from .papers import (
    Paper,
    StoredPaper,
    Supplement,
    SupplementItem,
    SupplementProposal,
)
from .results import Result, ResultNumber
from .syncing import (
    NationalCopy,
    PortalDossier,
    PortalMood,
    PortalReceipt,
    SyncCount,
    SyncDay,
    SyncDifference,
    SyncMessage,
)
from .wishes import Correction, ReturnBy, Wish
from .work import LastAction, Note, Opinion, Step, StepState


__all__ = [
    "Absence",
    "Application",
    "AssignmentRule",
    "Correction",
    "Dossier",
    "DossierNumber",
    "Interest",
    "Interval",
    "LastAction",
    "MovedDossier",
    "NationalCopy",
    "Note",
    "Opinion",
    "Paper",
    "PortalDossier",
    "PortalMood",
    "PortalReceipt",
    "Result",
    "ResultNumber",
    "ReturnBy",
    "Step",
    "StepState",
    "StoredPaper",
    "Supplement",
    "SupplementItem",
    "SupplementProposal",
    "SyncCount",
    "SyncDay",
    "SyncDifference",
    "SyncMessage",
    "VersionMove",
    "Wish",
]
