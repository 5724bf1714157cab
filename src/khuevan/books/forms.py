"""Forms of books: what a head mends by hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReverseForm(forms.Form):
    words = forms.CharField(
        label=_("Why is the entry taken back?"),
        help_text=_("An opposite entry is made today; both stay in the book."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(forms.Form):
    until = forms.DateField(
        label=_("Close the days up to"),
        help_text=_("Nothing is entered for these days any more."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
