"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection

from khuevan.contracts.drafting import duty_told
from khuevan.contracts.models import Contract
from khuevan.contracts.rules.duty import Duty, Effect
from khuevan.contracts.rules.states import Ending, State, check_move, plus_months


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(contract: UUID) -> Contract:
    """Return a contract with its sides, locked until the action ends."""
    # Locked alone, then read: a join to the file another signer is replacing finds
    # neither the old nor the new one.
    Contract.objects.select_for_update().get(pk=contract)
    rows = Contract.objects.select_related("giver", "taker", "file", "amends")
    return rows.get(pk=contract)


def wait_for_others(subject: str) -> None:
    """Let one at a time draw up the contract of a thing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"contracts:{subject}"],
        )


def move(contract: Contract, after: State) -> None:
    """Move a locked contract on; whatever was late is so no more."""
    check_move(State(contract.state), after)
    contract.state, contract.late_at = after, None


def enter_force(contract: Contract, day: date) -> None:
    """Let a contract bind from a day on; the one it amends ends on that day."""
    move(contract, State.IN_FORCE)
    contract.in_force_on, contract.due_on = day, None
    since = first_day_of(contract)
    contract.ends_on = plus_months(since, contract.terms["term_months"])
    if contract.amends_id:
        former = locked(contract.amends_id)
        if former.state == State.IN_FORCE:
            move(former, State.ENDED)
            former.ended_on, former.ending = day, Ending.AMENDED
            former.save()


def first_day_of(contract: Contract) -> date:
    """Return the day from which the time of a contract is counted: its first one's."""
    first: Contract = contract
    while first.amends is not None:
        first = first.amends
    assert first.in_force_on is not None
    return first.in_force_on


def owed(contract: Contract) -> Duty:
    """Return what a signed contract owes the State."""
    duty = duty_told(contract.duty)
    assert duty is not None
    return duty


def waits_for_state(contract: Contract) -> bool:
    """Tell whether a contract binds nobody until the State has answered."""
    return State(contract.state) is State.SIGNED and owed(contract).effect is not Effect.SIGNING  # fmt: skip
