"""The facts contracts leave in the journal: how they are written, how they read."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Contract


def record_contract(
    kind: str, contract: Contract, *, by: Person | None, **figures: Any
) -> int:
    """Write one fact about a contract: numbers, references and days, no words of it."""
    return record(
        f"contracts.{kind}",
        subject=contract.ref,
        by=by,
        number=contract.number,
        paper=str(contract.paper),
        about=contract.subject,
        state=str(contract.state),
        **figures,
    )


WORDS: dict[str, str] = {
    "contracts.contract_drawn_up": N_("%(number)s was drawn up"),
    "contracts.contract_signed": N_("A side signed %(number)s"),
    "contracts.registration_opened": N_("The dossier that registers %(number)s was begun"),
    "contracts.papers_taken": N_("The papers for the ministry were taken"),
    "contracts.registration_filed": N_("The dossier that registers %(number)s was filed"),
    "contracts.registration_closed": N_("The dossier of %(number)s ended without a certificate"),
    "contracts.registration_decided": N_("The authority decided on %(number)s"),
    "contracts.contract_fell_late": N_("%(number)s waits longer than it may"),
    "contracts.contract_called_off": N_("%(number)s was called off"),
    "contracts.contract_ended": N_("%(number)s ended"),
}  # fmt: skip
"""What each kind of fact says on a timeline."""
