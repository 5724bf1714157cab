"""Forms of contracts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.platform.files import ORDINARY_LIMIT

from .rules.states import Ending
from .words import ENDINGS


class SignForm(forms.Form):
    read = forms.BooleanField(
        label=_("I have read the paper to its end and may bind my organisation.")
    )


class RegisterForm(forms.Form):
    """Nothing to fill in: the dossier takes everything from the contract."""


class CallOffForm(forms.Form):
    words = forms.CharField(
        label=_("Why is it called off?"),
        help_text=_("Both sides and the exchange read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )


class EndForm(forms.Form):
    ending = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(e.value, ENDINGS[e]) for e in (Ending.COMPLETED, Ending.TERMINATED)],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed where it ends before its time."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )


class FilingForm(forms.Form):
    filed_on = forms.DateField(
        label=_("Day it was filed"), widget=forms.DateInput(attrs={"type": "date"})
    )


class DecisionForm(forms.Form):
    approved = forms.ChoiceField(
        label=_("What did the authority decide?"),
        choices=[("yes", _("It issued the certificate or licence")), ("no", _("It refused"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    number = forms.CharField(label=_("Number of its paper"), max_length=60)
    decided_on = forms.DateField(
        label=_("Date of its paper"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reasons of a refusal"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("PDF file"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than anything we issue."""
        file = self.cleaned_data["file"]
        if file.size > ORDINARY_LIMIT:
            raise forms.ValidationError(_("The file has more than 20 MB."))
        return file


class VerifyForm(FileForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _("At most 20 MB. It is checked and not kept.")
        self.fields["file"].help_text = str(told)
