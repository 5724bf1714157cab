"""Reading contracts: as other apps know them, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from khuevan.contracts.drafting import duty_told
from khuevan.contracts.models import Contract
from khuevan.contracts.rules.clauses import Paper
from khuevan.contracts.rules.duty import Authority, Kind, Side
from khuevan.contracts.rules.states import Ending, Owner, State
from khuevan.contracts.values import ContractView


def view_of(contract: Contract) -> ContractView:
    """Return a contract as other apps know it."""
    signed = contract.signatures.values_list("side", flat=True)
    return ContractView(
        id=contract.pk,
        ref=contract.ref,
        number=contract.number,
        address=reverse("contract", args=[contract.number]),
        paper=Paper(contract.paper),
        subject=contract.subject,
        amends=contract.amends.number if contract.amends else "",
        giver=contract.giver_id,
        taker=contract.taker_id,
        state=State(contract.state),
        signed_by=frozenset(Side(side) for side in signed),
        signed_on=contract.signed_on,
        duty=duty_told(contract.duty),
        due_on=contract.due_on,
        filed_on=contract.filed_on,
        certificate=contract.certificate,
        decided_on=contract.decided_on,
        refusal=contract.refusal,
        in_force_on=contract.in_force_on,
        ends_on=contract.ends_on,
        ended_on=contract.ended_on,
        ending=Ending(contract.ending) if contract.ending else None,
    )


def contracts_of(subject: str) -> list[ContractView]:
    """Return everything drawn up about a thing, memoranda and amendments too, oldest first."""
    rows = Contract.objects.filter(subject=subject).select_related("amends")
    return [view_of(row) for row in rows.order_by("drawn_up_at", "pk")]


def registrations_of(subjects: Iterable[str]) -> dict[str, list[str]]:
    """Return the dossiers that register what is drawn up about some things, by the thing."""
    rows = Contract.objects.filter(subject__in=list(subjects)).exclude(dossier="")
    found: dict[str, list[str]] = {}
    for subject, dossier in rows.values_list("subject", "dossier"):
        found.setdefault(subject, []).append(dossier)
    return found


def contract_of(subject: str) -> ContractView | None:
    """Return the contract of a thing: the one in force, else the newest; None without one."""
    found = [c for c in contracts_of(subject) if c.paper is not Paper.MEMORANDUM]
    in_force = [c for c in found if c.state is State.IN_FORCE]
    latest = in_force or found
    return latest[-1] if latest else None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has to do something next, and until when; None: nobody counts the days."""

    owner: Owner
    due_on: date | None


def holder_of(contract: Contract, signed_by: frozenset[Side]) -> Holder:
    """Return who has a contract now, and its clock."""
    state, duty = State(contract.state), duty_told(contract.duty)
    if state is State.DRAWN_UP:
        return Holder(Owner.BOTH, contract.due_on)
    if state is State.HALF_SIGNED:
        [signed] = signed_by
        return Holder(Owner(signed.other), contract.due_on)
    if state is State.SIGNED:
        if contract.filed_on is not None:
            return Holder(Owner.AUTHORITY, None)
        assert duty is not None
        return Holder(Owner(duty.filer or Side.TAKER), contract.due_on)
    if state is State.IN_FORCE:
        return Holder(Owner.BOTH, contract.ends_on)
    return Holder(Owner.NOBODY, None)


def filed_here(contract: Contract) -> bool:
    """Tell whether the city's counter takes the dossier of a contract."""
    duty = duty_told(contract.duty)
    return duty is not None and duty.authority is Authority.DEPARTMENT


def amends_what_ended(contract: Contract) -> bool:
    """Tell whether a contract amends one that is no longer in force."""
    return contract.amends is not None and contract.amends.state != State.IN_FORCE


def goes_to_ministry(contract: Contract) -> bool:
    """Tell whether a signed contract waits for a certificate or licence of a ministry."""
    duty = duty_told(contract.duty)
    return (
        duty is not None
        and contract.state == State.SIGNED
        and duty.kind in {Kind.MANDATORY, Kind.LICENCE}
        and duty.authority is Authority.MINISTRY
    )
