"""What DTMarket puts beside the exchange's pages: a way from a need, a tab."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import (
    Beside,
    Clearance,
    Kind,
    Line,
    Shown,
    State,
    member_with,
    register_record,
    register_step,
    register_tab,
)

from .models import Problem
from .queries import outcomes_of


def _from_need(person: Person | None, shown: Shown) -> Beside | None:
    """Lead to the problem a need became, or let its body put it out."""
    if shown.kind is not Kind.NEED or shown.state is not State.PUBLISHED:
        return None
    out = (
        Problem.objects.visible_to(person or AnonymousUser())
        .filter(need=shown.code)
        .order_by("-opened_at")
        .first()
    )
    if out is not None:
        return Beside(
            gettext("On DTMarket as %(code)s") % {"code": out.code},
            reverse("dtmarket-problem", args=[out.code]),
        )
    if shown.clearance is not Clearance.ALL or not shown.get("trial_possible"):
        return None
    return Beside(
        _("Put it out on DTMarket"),
        f"{reverse('dtmarket-new')}?{urlencode({'need': shown.code})}",
    )


def _market(person: Person | None) -> Beside:
    return Beside("DTMarket", reverse("dtmarket"))


def _record(member: UUID) -> list[Line]:
    found = member_with(member)
    if found is None or found.organisation is None:
        return []
    told = outcomes_of(found.organisation)
    lines = [
        (_("Trials that reached their targets"), told.succeeded),
        (_("Trials that did not"), told.failed),
        (_("Orders after a trial"), told.orders),
    ]
    return [Line(label, count) for label, count in lines if count]


register_step("dtmarket", _from_need)
register_record("dtmarket", _record)
register_tab("dtmarket", _market)
