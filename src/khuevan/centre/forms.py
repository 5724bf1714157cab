"""Forms of the service centre."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.platform import clock

from .rules import Priority
from .words import PARTY, PRIORITIES


class TicketForm(forms.Form):
    """What somebody says when taking a number."""

    priority = forms.ChoiceField(
        label=_("Who is called before others"),
        choices=[(p.value, PRIORITIES[p]) for p in Priority],
        widget=forms.RadioSelect,
        initial=Priority.NONE.value,
    )


class BookingForm(forms.Form):
    """An appointment: when, and how to reach the person."""

    starts_at = forms.ChoiceField(label=_("Time"))
    name = forms.CharField(label=_("Full name"), max_length=200)
    phone = forms.CharField(label=_("Telephone"), max_length=20)

    def __init__(self, starts: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].choices = [  # type: ignore[attr-defined]
            (s.isoformat(), f"{s.astimezone(clock.HANOI):%d/%m/%Y %H:%M}")
            for s in starts
        ]


class DeskForm(forms.Form):
    """Which desk somebody sits down at."""

    number = forms.IntegerField(label=_("Desk"), min_value=1, max_value=200)


class PartyForm(forms.Form):
    """A month of a Party procedure: counts and times."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Party body")
    )
    procedure = forms.ChoiceField(label=_("Procedure"), choices=list(PARTY.items()))
    month = forms.DateField(
        label=_("First day of the month"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    received = forms.IntegerField(label=_("Received"), min_value=0)
    settled = forms.IntegerField(label=_("Settled"), min_value=0)
    on_time = forms.IntegerField(label=_("Settled on time"), min_value=0)
    mean_days = forms.DecimalField(
        label=_("Mean time in days"), min_value=0, max_digits=6, decimal_places=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            kind=OrganisationKind.PARTY
        ).order_by("sort_key")
