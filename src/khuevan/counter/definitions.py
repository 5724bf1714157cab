"""The published version a dossier runs by, and its process, kept ready.

A published version never changes, so a process is read from its BPMN once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from khuevan.catalogue.public import Definition, published, version
from khuevan.process.public import Process, read_bpmn

from .models import Dossier, Step


def definition_of(dossier: Dossier) -> Definition:
    """Return what the dossier's version says."""
    return version(dossier.version).definition


def outdated(dossier: Dossier) -> bool:
    """Tell whether a draft's version is not the one in force (any more)."""
    found = published(dossier.procedure)
    return found is None or found.id != dossier.version


def process_of(dossier: Dossier) -> Process:
    """Return the process the dossier runs by."""
    return process_by(dossier.version)


@lru_cache(maxsize=1024)
def process_by(key: UUID) -> Process:
    """Return the process of a published version."""
    return read_bpmn(version(key).definition.process)


def data_of(dossier: Dossier, last: Step | None = None, **more: Any) -> dict[str, Any]:
    """Return what conditions may look at: answers, channel, the last step's outcome."""
    application = dossier.application
    return {
        "answers": application.answers,
        "channel": dossier.channel,
        "subject": application.subject,
        "supplements": dossier.supplements,
        "finance": dossier.finance,
        "outcome": last.outcome if last else "",
        "decision": dossier.outcome,
        **more,
    }
