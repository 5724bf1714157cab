"""Announcing planned outages."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import check_outage_notice

from .access import may_operate
from .models import Outage


@transaction.atomic
def announce_outage(
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    is_force_majeure: bool = False,
    by: Person,
) -> Outage:
    """Announce that the service will be away; planned ones the working days ahead the law asks.

    Source: services.md R37, at least 7 working days unless force majeure.
    """
    if not may_operate(by):
        raise PermissionDenied
    if ends_at <= starts_at:
        raise RuleBroken(N_("The outage ends before it starts."), field="ends_at")
    if not reason.strip():
        raise RuleBroken(N_("Say why the service will be away."), field="reason")
    try:
        check_outage_notice(
            clock.today(), clock.local_day(starts_at), force_majeure=is_force_majeure
        )
    except RuleBroken as broken:
        raise RuleBroken(broken.sentence, field="starts_at", **broken.params) from None
    outage = Outage.objects.create(
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        is_force_majeure=is_force_majeure,
    )
    record(
        "web.outage_announced",
        subject=outage.ref,
        by=by,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    return outage


@transaction.atomic
def call_off_outage(*, outage: Outage, by: Person) -> Outage:
    """Call an announced outage off."""
    if not may_operate(by):
        raise PermissionDenied
    outage = Outage.objects.select_for_update().get(pk=outage.pk)
    if outage.cancelled_at:
        raise RuleBroken(N_("This outage was called off already."))
    outage.cancelled_at = clock.now()
    outage.save(update_fields=["cancelled_at"])
    record("web.outage_called_off", subject=outage.ref, by=by)
    return outage
