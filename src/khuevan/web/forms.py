"""The shape of an announcement."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def _instant(label: object) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,  # type: ignore[arg-type]
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
    )


class OutageForm(forms.Form):
    starts_at = _instant(_("From"))
    ends_at = _instant(_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=300)
    is_force_majeure = forms.BooleanField(
        label=_("Force majeure: it could not be planned"), required=False
    )
