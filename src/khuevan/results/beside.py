"""What results put beside the exchange's pages: a tab for everybody."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import Beside, register_tab


def _results(person: Person | None) -> Beside:
    return Beside(_("Results"), reverse("results"))


register_tab("results", _results)
