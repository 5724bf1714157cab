"""Asking the applicant for what is missing: once; again only as the leader allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from khuevan.catalogue.public import ClockStart, Supply
from khuevan.counter.access import may_ask, may_lead
from khuevan.counter.dated import most_on
from khuevan.counter.definitions import definition_of
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import (
    Dossier,
    Interval,
    Supplement,
    SupplementItem,
    SupplementProposal,
)
from khuevan.counter.rules.clocks import Why
from khuevan.counter.rules.states import Business, Stage
from khuevan.counter.rules.supplements import Asked, check_request, check_round
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import Term, Unit, due

from .common import (
    AT_RECEPTION,
    forget,
    locked,
    move,
    refuse_open_request,
    remember,
    require,
    require_state,
)


_CLOSED = frozenset({Supply.DATA, Supply.STORE, Supply.GENERATED, Supply.WAIVED})


@transaction.atomic
def ask_supplement(
    *,
    dossier: Dossier,
    items: Sequence[Asked],
    legal_basis: str,
    guidance: str = "",
    override: str = "",
    by: Person,
) -> Supplement:
    """Ask the applicant for everything that is missing: once, with reasons (Form 02).

    At reception it is the receiving point that asks, in settlement the deciding
    agency. A second request needs the agency's leader (or `propose_supplement`, which
    they allow) and counts as late.
    """
    dossier = locked(dossier)
    require(may_ask(by, dossier))
    _check(dossier, items, legal_basis)
    check_round(
        dossier.supplements,
        most_on("requests", clock.today()),
        may_lead(by, dossier),
        override,
    )
    remember(dossier, "supplement_asked", by=by)
    return _ask(
        dossier, items, legal_basis, guidance,
        override=override if dossier.asked_enough else "",
        allowed_by=by if dossier.asked_enough else None, asked_by=by, by=by,
    )  # fmt: skip


@transaction.atomic
def propose_supplement(
    *,
    dossier: Dossier,
    items: Sequence[Asked],
    legal_basis: str,
    guidance: str = "",
    reason: str,
    by: Person,
) -> SupplementProposal:
    """Ask the agency's leader for another request, with the whole list and why.

    Nothing goes to the applicant and no clock moves until the leader decides.
    """
    dossier = locked(dossier)
    require(may_ask(by, dossier))
    _check(dossier, items, legal_basis)
    if not dossier.asked_enough:
        raise RuleBroken(N_("This dossier may be sent back without the leader: ask the applicant."))  # fmt: skip
    if not reason.strip():
        raise RuleBroken(N_("Say why a further request is needed."), field="override")
    if dossier.proposals.open().exists():
        raise RuleBroken(N_("The leader was asked already and has not decided."))
    proposal = SupplementProposal.objects.create(
        dossier=dossier, items=[asdict(one) for one in items],
        legal_basis=legal_basis.strip(), guidance=guidance.strip(), reason=reason.strip(),
        proposed_by=by,
    )  # fmt: skip
    record_dossier("supplement_proposed", dossier, by=by, items=len(items))
    return proposal


@transaction.atomic
def decide_proposal(
    *, proposal: SupplementProposal, allowed: bool, note: str = "", by: Person
) -> SupplementProposal:
    """Allow a further request, which goes to the applicant at once, or say why not."""
    dossier = locked(proposal.dossier)
    proposal = SupplementProposal.objects.select_for_update().get(pk=proposal.pk)
    require(may_lead(by, dossier))
    if proposal.decided_at is not None:
        raise RuleBroken(N_("This proposal was decided already."))
    if not allowed and not note.strip():
        raise RuleBroken(N_("Say why the applicant is not asked again."), field="note")
    proposal.allowed, proposal.note = allowed, note.strip()
    proposal.decided_at, proposal.decided_by = clock.now(), by
    proposal.save()
    forget(dossier)
    if not allowed:
        record_dossier(
            "supplement_denied", dossier, by=by, person=proposal.proposed_by.ref
        )
        return proposal
    items = [Asked(**told) for told in proposal.items]
    _check(dossier, items, proposal.legal_basis)
    _ask(
        dossier, items, proposal.legal_basis, proposal.guidance,
        override=proposal.reason, allowed_by=by, asked_by=proposal.proposed_by, by=by,
    )  # fmt: skip
    return proposal


def _check(dossier: Dossier, items: Sequence[Asked], legal_basis: str) -> None:
    require_state(dossier, *AT_RECEPTION, Business.ACCEPTED, Business.IN_PROCESS)
    refuse_open_request(dossier)
    definition = definition_of(dossier)
    check_request(
        items,
        [c.code for c in definition.components],
        [c.code for c in definition.components if c.supply in _CLOSED],
    )
    if not legal_basis.strip():
        raise RuleBroken(N_("Name the legal basis."), field="legal_basis")


def _ask(
    dossier: Dossier,
    items: Sequence[Asked],
    legal_basis: str,
    guidance: str,
    *,
    override: str,
    allowed_by: Person | None,
    asked_by: Person,
    by: Person,
) -> Supplement:
    """Send a request that was checked: the clock stands, it is the applicant's turn."""
    reception = Business(dossier.business) in AT_RECEPTION
    stage = Stage.RECEPTION if reception else Stage.SETTLEMENT
    now, rules = clock.now(), definition_of(dossier).supplement
    request = Supplement.objects.create(
        dossier=dossier, round=dossier.supplements + 1, stage=stage, asked_by=asked_by,
        asked_at=now, legal_basis=legal_basis.strip(), guidance=guidance.strip(),
        override=override.strip(), allowed_by=allowed_by,
        expires_at=due(now, Term(rules.expires_after_days, Unit.WORKING_DAY)).instant,
    )  # fmt: skip
    SupplementItem.objects.bulk_create(
        SupplementItem(
            request=request, component=item.component, field=item.field,
            reason=item.reason.strip(), verification=item.verification.strip(),
        )
        for item in items
    )  # fmt: skip
    clock_rule = rules.at_reception if reception else rules.at_settlement
    Interval.objects.create(
        dossier=dossier, why=Why.SUPPLEMENT, stage=stage,
        restarts=clock_rule is ClockStart.RESTART, starts_at=now,
    )  # fmt: skip
    dossier.supplements += 1
    after = Business.TO_COMPLETE if reception else Business.SUPPLEMENT
    if dossier.business != after:
        move(dossier, business=after)
    if reception:
        dossier.reception_due_at = None  # it is the applicant's turn
    dossier.save()
    record_dossier(
        "supplement_asked", dossier, by=by, round=request.round, stage=stage.value,
        items=len(items), verifying=sum(bool(i.verification) for i in items),
    )  # fmt: skip
    return request
