"""What the catalogue's actions share."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from khuevan.catalogue.models import Procedure, Version
from khuevan.catalogue.rules.definition import Definition


def require(allowed: bool) -> None:
    """Refuse whoever may not do this."""
    if not allowed:
        raise PermissionDenied


def locked(procedure: Procedure) -> Procedure:
    """Lock a procedure: whoever changes any of its versions holds it first."""
    return Procedure.objects.select_for_update().get(pk=procedure.pk)


def fingerprint_of(told: dict[str, Any]) -> str:
    """Return the SHA-256 of a definition's JSON, the same however it was written."""
    plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def next_number(procedure: Procedure) -> int:
    """Return the number the next version of a locked procedure gets."""
    told = Version.objects.filter(procedure=procedure).aggregate(last=Max("number"))
    return (told["last"] or 0) + 1


def describe(procedure: Procedure, definition: Definition) -> Procedure:
    """Let a procedure's row say what a definition says."""
    procedure.title = definition.title
    procedure.sector = definition.sector[:300]
    procedure.tier = definition.tier
    procedure.agency = definition.agency
    return procedure
