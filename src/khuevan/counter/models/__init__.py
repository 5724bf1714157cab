"""What the counter keeps: dossiers, their papers, the work on them."""

from .dossiers import Application, Dossier, DossierNumber, Interval
from .moves import MovedDossier, VersionMove
from .papers import Paper, StoredPaper, Supplement, SupplementItem
from .results import Result, ResultNumber
from .wishes import Correction, FollowTries, ReturnBy, Wish
from .work import Absence, Interest, LastAction, Note, Opinion, Step, StepState


__all__ = [
    "Absence",
    "Application",
    "Correction",
    "Dossier",
    "DossierNumber",
    "FollowTries",
    "Interest",
    "Interval",
    "LastAction",
    "MovedDossier",
    "Note",
    "Opinion",
    "Paper",
    "Result",
    "ResultNumber",
    "ReturnBy",
    "Step",
    "StepState",
    "StoredPaper",
    "Supplement",
    "SupplementItem",
    "VersionMove",
    "Wish",
]
