"""Who issues the committee's papers and who signs them, from the directory."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from khuevan.directory.public import Appointment, OrganisationKind, Person, Role
from khuevan.platform.official.form import Layout, Letterhead, Signature


CITY = "Hà Nội"
SYMBOL = "BCĐ"


def letterhead(on: date) -> Letterhead:
    """Return the head of the committee's papers: its office is the issuing body."""
    office = _holders(on, Role.COMMITTEE_OFFICE).first()
    if office is None or office.organisation.kind == OrganisationKind.PARTY:
        name = office.organisation.name if office else "Ban Chỉ đạo"
        above = f"Đảng bộ Thành phố {CITY}"
        return Letterhead(Layout.PARTY, above.upper(), name.upper(), SYMBOL, CITY)
    unit = office.organisation
    above = unit.parent.name if unit.parent else f"Ủy ban nhân dân thành phố {CITY}"
    return Letterhead(Layout.STATE, above.upper(), unit.name.upper(), SYMBOL, CITY)


def signature(on: date, signer: Person | None, layout: Layout) -> Signature:
    """Return the block of signatures: the head of the committee, or the office by order."""
    mark = "/" if layout is Layout.PARTY else ""
    stop = "" if layout is Layout.PARTY else "."
    if signer and not signer.authority.has(Role.LEADER):
        by_order = f"T{mark}L{stop} BAN CHỈ ĐẠO"
        return Signature(by_order, "CƠ QUAN THƯỜNG TRỰC", signer.full_name)
    head = _holders(on, Role.LEADER).first()
    person = signer or (head.person if head else None)
    name = person.full_name if person else ""
    return Signature(f"T{mark}M{stop} BAN CHỈ ĐẠO", "TRƯỞNG BAN", name)


def _holders(on: date, role: Role) -> QuerySet[Appointment]:
    started = Q(valid_from=None) | Q(valid_from__lte=on)
    not_ended = Q(valid_to=None) | Q(valid_to__gte=on)
    return (
        Appointment.objects.filter(started, not_ended, role=role)
        .select_related("person", "organisation__parent")
        .order_by("valid_from", "pk")
    )
