"""The calculator: what is due when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.platform.errors import RuleBroken

from . import queries
from .rules import CutOff, Due, Term, Unit


UNITS = {
    Unit.WORKING_DAY: _("working days"),
    Unit.DAY: _("days"),
    Unit.MONTH: _("months"),
    Unit.HOUR: _("working hours"),
}
CUT_OFFS = {
    CutOff.NONE: _("No cut-off: until the office closes"),
    CutOff.CLOCK_15: _("After 15:00 counts as the next working day"),
    CutOff.LAST_HOUR: _("The last hour counts as the next working day"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the calculator found."""

    received: datetime
    term: Term
    unit_words: Any
    due: Due
    step_due: datetime | None


class CalculatorForm(forms.Form):
    received = forms.DateTimeField(
        label=_("Filed or received at"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    amount = forms.IntegerField(label=_("Period"), min_value=0)
    unit = forms.ChoiceField(label=_("Unit of time"), choices=list(UNITS.items()))
    cut_off = forms.ChoiceField(
        label=_("Cut-off"), choices=list(CUT_OFFS.items()), required=False
    )

    def answer(self) -> Answer | None:
        """Return what is due when; a refused period becomes an error of the form."""
        data = self.cleaned_data
        unit = Unit(data["unit"])
        cut_off = CutOff(data["cut_off"] or CutOff.NONE)
        term = Term(data["amount"], unit, cut_off)
        try:
            found = queries.due(data["received"], term)
            step = (
                queries.step_due_at(data["received"], term.amount)
                if unit is Unit.WORKING_DAY
                else None
            )
        except RuleBroken as refusal:
            self.add_error(refusal.field, gettext(refusal.sentence) % refusal.params)
            return None
        return Answer(data["received"], term, UNITS[unit], found, step)
