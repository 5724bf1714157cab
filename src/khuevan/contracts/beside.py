"""What contracts put beside the exchange's pages: a tab."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import Beside, register_tab


def _contracts(person: Person | None) -> Beside | None:
    return Beside(_("Contracts"), reverse("contracts")) if person else None


register_tab("contracts", _contracts)
