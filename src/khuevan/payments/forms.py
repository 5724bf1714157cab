"""Forms of payments."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .sandbox import Behaviour


class RefundForm(forms.Form):
    amount = forms.IntegerField(label=_("Amount to give back (đồng)"), min_value=1)
    note = forms.CharField(
        label=_("Why does it go back?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ResolveForm(forms.Form):
    note = forms.CharField(
        label=_("How was it settled?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


BEHAVIOURS = [
    (Behaviour.HONEST, _("Tells once, at once")),
    (Behaviour.TWICE, _("Tells twice")),
    (Behaviour.LATE, _("Tells later, when asked to below")),
    (Behaviour.SILENT, _("Never tells: only its list knows")),
    (Behaviour.FORGED, _("Tells with a wrong signature")),
    (Behaviour.SHORT, _("Moves less money than asked for")),
    (Behaviour.OVER, _("Moves more money than asked for")),
]


class SandboxForm(forms.Form):
    behaviour = forms.ChoiceField(
        label=_("How shall the bank behave?"),
        choices=BEHAVIOURS,
        initial=Behaviour.HONEST,
        widget=forms.RadioSelect,
    )
