"""How the registration of a contract stands in the counter, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from khuevan.contracts.models import Contract
from khuevan.counter.public import STATUSES, CaseRow, case_rows
from khuevan.directory.public import Person


@dataclass(frozen=True, slots=True)
class Registration:
    """The dossier of a contract; `case` and `address` only for who may see it."""

    case: CaseRow | None
    address: str
    status: str


def registration_of(contract: Contract, person: Person) -> Registration | None:
    """Return the dossier of a contract as far as somebody may see it; None without one."""
    if not contract.dossier:
        return None
    key = UUID(contract.dossier.partition(":")[2])
    [*found] = case_rows(person, [key])
    if not found:
        return Registration(None, "", "")
    [case] = found
    draft = case.filed_at is None
    address = reverse("filing" if draft else "dossier", args=[key])
    status = str(STATUSES[case.status]) if case.status else ""
    return Registration(case, address, status)
