"""Signing the committee's report, and addresses of calendars."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.platform import clock, files, signing
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.models import StoredFile
from khuevan.steering.access import may_steer
from khuevan.steering.models import CalendarLink

from .common import require


@transaction.atomic
def sign_report(*, pdf: bytes, on: date, since: date | None, by: Person) -> StoredFile:
    """Sign the report of a day and keep it; the fact names the signed bytes by SHA-256."""
    require(may_steer(by))
    if on > clock.today():
        raise RuleBroken(N_("A report of a day to come cannot be signed."), field="on")
    unit = Organisation.objects.get(pk=by.authority.holdings[0].organisation_id)
    signed = signing.sign_pdf(
        pdf,
        signer_name=by.full_name,
        organisation=unit.name,
        reason=f"Báo cáo của Ban Chỉ đạo, số liệu đến hết ngày {on:%d/%m/%Y}",
    )
    kept = files.keep(signed, f"bao-cao-ban-chi-dao-{on}.pdf")
    record(
        "steering.report_signed",
        subject=kept.ref,
        by=by,
        sha256=kept.sha256,
        on=on.isoformat(),
        since=since.isoformat() if since else None,
    )
    return kept


@transaction.atomic
def make_calendar_link(*, by: Person) -> CalendarLink:
    """Make a person's calendar address; an older one stops working."""
    old = _running_link(by)
    if old:
        old.revoked_at = clock.now()
        old.save(update_fields=["revoked_at"])
    link = CalendarLink.objects.create(person=by)
    record("steering.calendar_link_made", subject=link.ref, by=by)
    return link


@transaction.atomic
def revoke_calendar_link(*, by: Person) -> CalendarLink:
    """Withdraw a person's calendar address: calendars that use it are shut out."""
    link = _running_link(by)
    if link is None:
        raise RuleBroken(N_("You have no calendar address."))
    link.revoked_at = clock.now()
    link.save(update_fields=["revoked_at"])
    record("steering.calendar_link_revoked", subject=link.ref, by=by)
    return link


def _running_link(person: Person) -> CalendarLink | None:
    links = CalendarLink.objects.select_for_update()
    return links.filter(person=person, revoked_at=None).first()
