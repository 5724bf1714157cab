"""What federation puts beside the exchange's pages: a tab for its operator."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import Beside, register_tab

from .access import may_federate


def _partners(person: Person | None) -> Beside | None:
    if person is None or not may_federate(person):
        return None
    return Beside(_("Partner exchanges"), reverse("federation"))


register_tab("federation", _partners)
