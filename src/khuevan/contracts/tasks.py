"""What the worker does for contracts: follow their dossiers, note what falls late."""

from __future__ import annotations

import logging

from django.db import transaction
from procrastinate.contrib.django import app

from khuevan.journal.public import Fact, batch
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.readers import register

from .actions import follow_dossier, let_run_out, note_late, open_registration
from .models import Contract
from .queries.standing import filed_here
from .rules.duty import Kind
from .rules.states import OPEN, State


READER = "contracts"
MOST = 5_000
FOLLOWED = frozenset({
    "counter.dossier_filed", "counter.dossier_decided", "counter.dossier_refused",
    "counter.dossier_stopped", "counter.dossier_withdrawn", "counter.draft_discarded",
})  # fmt: skip
"""The facts of a dossier after which its contract stands otherwise."""
log = logging.getLogger("khuevan.contracts")


def take_facts(limit: int = 500) -> int:
    """Open the dossiers signed contracts need, follow those there are; return facts read."""
    with batch(READER, limit=limit) as facts:
        for contract in _to_open(facts):
            _open(contract)
        for contract in _to_follow(facts):
            follow_dossier(contract=contract.pk, by=None)
    return len(facts)


def _to_open(facts: list[Fact]) -> list[Contract]:
    """Return contracts just signed that must be registered here and have no dossier."""
    signed = [
        fact.figures["number"]
        for fact in facts
        if fact.kind == "contracts.contract_signed"
        and fact.figures["state"] == State.SIGNED
        and fact.figures["duty"] == Kind.MANDATORY
    ]
    rows = Contract.objects.filter(number__in=signed, dossier="", state=State.SIGNED)
    return [row for row in rows.order_by("pk") if filed_here(row)]


def _to_follow(facts: list[Fact]) -> list[Contract]:
    told = [fact.subject for fact in facts if fact.kind in FOLLOWED]
    return list(Contract.objects.filter(dossier__in=told).order_by("pk"))


def _open(contract: Contract) -> None:
    """Open a dossier; where the counter takes none the page still says what is owed."""
    try:
        with transaction.atomic():
            open_registration(contract=contract.pk, by=None)
    except (RuleBroken, InputRefused) as refused:
        log.warning(
            "no dossier opened",
            extra={"contract": contract.number, "why": str(refused)},
        )


@app.periodic(cron="7 * * * *")
@app.task(name="khuevan.contracts_watch", queueing_lock="khuevan.contracts_watch")
def watch(timestamp: int = 0) -> None:
    """Note what fell late and end what ran out; days are Hanoi's."""
    today = clock.today()
    late = Contract.objects.filter(
        state__in=[*OPEN, State.SIGNED], due_on__lt=today, late_at=None, filed_on=None
    )
    for contract in late.order_by("pk")[:MOST]:
        note_late(contract=contract.pk, by=None)
    over = Contract.objects.filter(state=State.IN_FORCE, ends_on__lt=today)
    for contract in over.order_by("pk")[:MOST]:
        let_run_out(contract=contract.pk, by=None)


register(READER, take_facts)
