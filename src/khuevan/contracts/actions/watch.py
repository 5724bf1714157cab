"""What happens by itself: something falls late, a term is over."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuevan.contracts.access import may_watch
from khuevan.contracts.facts import record_contract
from khuevan.contracts.queries.standing import view_of
from khuevan.contracts.rules.states import Ending, State
from khuevan.contracts.values import ContractView
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, move, require


@transaction.atomic
def note_late(*, contract: UUID, by: Person | None) -> ContractView:
    """Note once that signatures or the dossier are later than they may be."""
    row = locked(contract)
    require(may_watch(by))
    if row.late_at is not None:
        return view_of(row)
    if row.due_on is None or row.due_on >= clock.today() or row.filed_on:
        raise RuleBroken(N_("%(number)s is not late."), number=row.number)
    row.late_at = clock.now()
    row.save(update_fields=["late_at"])
    record_contract("contract_fell_late", row, by=by, due_on=row.due_on)
    return view_of(row)


@transaction.atomic
def let_run_out(*, contract: UUID, by: Person | None) -> ContractView:
    """End a contract whose term is over; its last day still counts."""
    row = locked(contract)
    require(may_watch(by))
    if row.ends_on is None or row.ends_on >= clock.today():
        raise RuleBroken(N_("The term of %(number)s is not over."), number=row.number)
    move(row, State.ENDED)
    row.ended_on, row.ending = row.ends_on, Ending.TERM_OVER
    row.save()
    record_contract("contract_ended", row, by=by, ending=Ending.TERM_OVER)
    return view_of(row)
