"""Forms of payments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.platform.forms import MoneyField

from .sandbox import Behaviour


MOST_BYTES = 10 * 1024**2


class RefundForm(forms.Form):
    amount = MoneyField(label=_("Amount to give back (đồng)"), min_value=1)
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


class BankListForm(forms.Form):
    file = forms.FileField(
        label=_("The bank's list (CSV)"), max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("As internet banking hands it out, whole days, UTF-8: number, day, amount in and out, words. A day brought again replaces the list of that day."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse what is longer than any list of days."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than 10 MB."))
        return file


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
