"""What deals put beside the exchange's pages: a button on a listing, a tab."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import (
    Beside,
    Clearance,
    Shown,
    State,
    register_step,
    register_tab,
)


def _ask(person: Person | None, shown: Shown) -> Beside | None:
    if shown.state is not State.PUBLISHED or shown.clearance is Clearance.ALL:
        return None
    return Beside(_("Ask for contact"), reverse("deal-ask", args=[shown.code]))


def _deals(person: Person) -> Beside | None:
    return Beside(_("Deals"), reverse("deals"))


register_step("deals", _ask)
register_tab("deals", _deals)
