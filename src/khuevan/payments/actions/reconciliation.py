"""Comparing a day with the bank's list, and settling what differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.payments.access import may_reconcile, may_resolve
from khuevan.payments.gateways import Event
from khuevan.payments.models import (
    Credit,
    Order,
    Payout,
    Refund,
    Statement,
    StatementLine,
)
from khuevan.payments.queries import our_movements
from khuevan.payments.rules.reconciling import (
    Compared,
    Kind,
    Movement,
    Verdict,
    compare,
)
from khuevan.payments.rules.references import find_reference
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import require
from .money import take_callback


@transaction.atomic
def reconcile_day(
    *, day: date, gateway: str, listed: Sequence[Movement], by: Person | None
) -> Statement:
    """Compare a day's list of a gateway with our books; may be repeated.

    `listed` is what the gateway's `statement(day)` gave, asked outside this
    transaction. What was settled by somebody stays settled while it differs alike.
    """
    require(may_reconcile(by))
    if day > clock.today():
        raise RuleBroken(N_("This day is still to come."), field="day")
    statement, _ = Statement.objects.get_or_create(gateway=gateway, day=day)
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    statement.compared_at = clock.now()
    statement.save(update_fields=["compared_at"])
    found = compare(listed, our_movements(gateway, day))
    _keep(statement, found)
    counts: dict[str, Any] = {
        v.value: sum(c.verdict is v for c in found) for v in Verdict
    }
    record(
        "payments.day_reconciled",
        subject=statement.ref,
        by=by,
        gateway=gateway,
        day=day.isoformat(),
        **counts,
    )
    return statement


def _keep(statement: Statement, found: list[Compared]) -> None:
    """Write the lines again; a person's note stays on what has not changed."""
    before = {(r.kind, r.transaction): r for r in statement.lines.all()}
    orders = _orders({c.reference for c in found}, found, statement.gateway)
    owners = _payers_out(found, statement.gateway)
    lines = []
    for one in found:
        earlier = before.get((one.kind.value, one.transaction))
        alike = earlier and (earlier.verdict, earlier.theirs, earlier.ours) == (
            one.verdict.value, one.theirs, one.ours,
        )  # fmt: skip
        order = orders.get(one.transaction) or orders.get(find_reference(one.reference))
        lines.append(
            StatementLine(
                statement=statement,
                transaction=one.transaction,
                kind=one.kind,
                verdict=one.verdict,
                theirs=one.theirs,
                ours=one.ours,
                reference=one.reference[:150],
                order=order,
                owner_id=order.beneficiary_id if order else owners.get(one.transaction),
                note=earlier.note if earlier and alike else "",
                resolved_at=earlier.resolved_at if earlier and alike else None,
                resolved_by_id=earlier.resolved_by_id if earlier and alike else None,
            )
        )
    statement.lines.all().delete()
    StatementLine.objects.bulk_create(lines)


def _payers_out(found: list[Compared], gateway: str) -> dict[str, UUID]:
    """Return which body paid each payout that our books know."""
    names = [one.transaction for one in found]
    rows = Payout.objects.filter(gateway=gateway, transaction__in=names)
    return dict(rows.values_list("transaction", "owner_id"))


def _orders(
    references: set[str], found: list[Compared], gateway: str
) -> dict[str, Order]:
    """Find the orders of movements: by our own books, by the code in the words."""
    names = [one.transaction for one in found]
    known: dict[str, Order] = {}
    for rows in (Credit.objects, Refund.objects):
        entered = rows.filter(gateway=gateway, transaction__in=names)
        for row in entered.select_related("order"):
            known[row.transaction] = row.order
    codes = {code for text in references if (code := find_reference(text))}
    for order in Order.objects.filter(pay_reference__in=codes):
        known[order.pay_reference] = order
    return known


@transaction.atomic
def take_from_statement(*, line: StatementLine, by: Person) -> StatementLine:
    """Enter money the bank lists and no callback told of, for the order it names."""
    line = _locked(line)
    require(may_resolve(by, line))
    if line.verdict != Verdict.MISSING_HERE or line.order is None or not line.theirs:
        raise RuleBroken(N_("Only money for a known order can be entered from here."))
    if line.resolved_at or line.kind != Kind.PAYMENT:
        raise RuleBroken(N_("This difference was settled already."))
    event = Event(
        Kind.PAYMENT,
        line.transaction,
        line.theirs,
        clock.end_of_day(line.statement.day),
        line.order.pay_reference,
    )
    take_callback(
        gateway=line.statement.gateway, event=event, raw=f"statement {line.pk}", by=by
    )
    line.note = N_("Entered from the bank's list")
    line.resolved_at, line.resolved_by = clock.now(), by
    line.save(update_fields=["note", "resolved_at", "resolved_by"])
    return line


@transaction.atomic
def resolve_difference(*, line: StatementLine, note: str, by: Person) -> StatementLine:
    """Say how a difference with the bank's list was settled."""
    line = _locked(line)
    require(may_resolve(by, line))
    if not line.is_open:
        raise RuleBroken(N_("This difference was settled already."))
    if len(note.strip()) < 10:
        raise RuleBroken(N_("Say it in at least ten characters."), field="note")
    line.note = note.strip()[:300]
    line.resolved_at, line.resolved_by = clock.now(), by
    line.save(update_fields=["note", "resolved_at", "resolved_by"])
    record(
        "payments.difference_resolved",
        subject=line.ref,
        by=by,
        gateway=line.statement.gateway,
        verdict=line.verdict,
    )
    return line


def _locked(line: StatementLine) -> StatementLine:
    rows = StatementLine.objects.select_for_update(of=("self",))
    return rows.select_related("statement", "order").get(pk=line.pk)
