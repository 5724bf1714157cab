"""What deals put beside the exchange's pages: a button on a listing, a tab."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import (
    Beside,
    Clearance,
    Line,
    Shown,
    State,
    register_record,
    register_step,
    register_tab,
)

from .models import Deal
from .queries.outcomes import outcomes_of


def _ask(person: Person | None, shown: Shown) -> Beside | None:
    if shown.state is not State.PUBLISHED or shown.clearance is Clearance.ALL:
        return None
    own = Deal.objects.visible_to(person).live().filter(listing=shown.id) if person else ()  # fmt: skip
    for deal in own[:1]:
        return Beside(_("Your deal over it"), reverse("deal", args=[deal.code]))
    return Beside(_("Ask for contact"), reverse("deal-ask", args=[shown.code]))


def _deals(person: Person | None) -> Beside | None:
    return Beside(_("Deals"), reverse("deals")) if person else None


def _record(member: UUID) -> list[Line]:
    told = outcomes_of(member)
    lines = [
        Line(_("Deals delivered"), told.delivered),
        Line(_("Milestones accepted by their day"), told.on_time, told.accepted),
        Line(_("Deals ended before delivery"), told.ended_early),
        Line(_("Disputes a mediator decided"), told.disputes),
    ]
    return [line for line in lines if line.count or line.of]


register_record("deals", _record)
register_step("deals", _ask)
register_tab("deals", _deals)
