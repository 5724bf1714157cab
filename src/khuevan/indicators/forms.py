"""What the page of an indicator may be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.platform import clock

from .declaration import Indicator
from .rules import Period


LONGEST = timedelta(days=3_660)
PERIODS = {
    Period.LIVE: _("as of a day"),
    Period.DAY: _("day"),
    Period.MONTH: _("month"),
    Period.QUARTER: _("quarter"),
    Period.YEAR: _("year"),
}
DIMENSIONS = {
    "organisation": _("Organisation"),
    "unit": _("Organisation"),
    "level": _("Level"),
    "procedure": _("Procedure"),
    "channel": _("Channel"),
    "group": _("Group"),
    "status": _("Status"),
    "kind": _("Kind"),
}
"""What dimensions are called; one without a name here is shown by its code."""


class SpanForm(forms.Form):
    """Days, a step and one key of each dimension; what is wrong is left out."""

    since = forms.DateField(
        label=_("From"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("To"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    step = forms.ChoiceField(
        label=_("By"),
        required=False,
        choices=[
            ("", _("the indicator's own period")),
            *((p, words) for p, words in PERIODS.items() if p is not Period.LIVE),
        ],
    )

    def __init__(self, indicator: Indicator, *args: Any, **kwargs: Any) -> None:
        self.indicator = indicator
        super().__init__(*args, **kwargs)
        for name in indicator.dimensions:
            self.fields[name] = forms.CharField(
                required=False, max_length=200, widget=forms.HiddenInput
            )

    @staticmethod
    def usual() -> dict[str, str]:
        """Return the span shown where nothing is asked: a year up to today."""
        today = clock.today()
        since = today - timedelta(days=365)
        return {"since": since.isoformat(), "until": today.isoformat()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        until, since = data.get("until"), data.get("since")
        if until is None or since is None:
            return data
        if since > until:
            self.add_error("since", _("The first day must not lie after the last."))
        elif until - since > LONGEST:
            self.add_error("since", _("Ask for ten years at most."))
        elif until > clock.today():
            self.add_error("until", _("Figures of the future are not known."))
        return data

    def dims(self) -> dict[str, str]:
        """Return the keys asked for."""
        asked = {n: self.cleaned_data.get(n, "") for n in self.indicator.dimensions}
        return {name: key for name, key in asked.items() if key}


class TargetForm(forms.Form):
    """One step or one straight way to a target: from a figure today to one later."""

    first_day = forms.DateField(
        label=_("From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    first_value = forms.FloatField(label=_("Figure expected then"))
    last_day = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    last_value = forms.FloatField(label=_("Figure expected at the end"), required=False)
    shape = forms.ChoiceField(
        label=_("Between the two"),
        choices=[("linear", _("in a straight line")), ("step", _("in one step"))],
    )
    margin = forms.FloatField(
        label=_("How far off is still amber"), min_value=0, initial=0
    )
    document = forms.CharField(label=_("By document"), max_length=60)
    article = forms.CharField(label=_("Article"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        points = [(data.get("first_day"), data.get("first_value"))]
        ends = (data.get("last_day"), data.get("last_value"))
        if (ends[0] is None) != (ends[1] is None):
            self.add_error("last_day", _("Give both a last day and its figure."))
        elif ends[0] is not None:
            points.append(ends)
        return data | {"points": points}
