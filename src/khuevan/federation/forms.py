"""Forms of federation: an agreement with another exchange, why something is kept out."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Organisation, in_force

from .words import SIDES, TRUSTS


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Name of the exchange"), max_length=200)
    address = forms.CharField(label=_("Its address"), help_text=_("As https://name, without a path."), max_length=300)  # fmt: skip
    organisation = forms.ModelChoiceField(
        label=_("The organisation that runs it"),
        help_text=_("As the register of organisations has it."),
        queryset=Organisation.objects.none(),
    )
    client_id = forms.CharField(label=_("client_id it gave us"), max_length=100)
    secret = forms.CharField(
        label=_("Secret it gave us"),
        help_text=_("Kept encrypted, shown to nobody again."),
        widget=forms.PasswordInput,
        max_length=200,
    )
    takes = forms.MultipleChoiceField(label=_("What do we take?"), choices=list(SIDES.items()), widget=forms.CheckboxSelectMultiple)  # fmt: skip
    trust = forms.ChoiceField(label=_("How far do we rely on its reviews?"), choices=list(TRUSTS.items()), widget=forms.RadioSelect)  # fmt: skip
    agreed_on = forms.DateField(label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"}))  # fmt: skip
    document = forms.CharField(label=_("In which document?"), max_length=200)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rows = Organisation.objects.filter(in_force(), kind__in=["enterprise", "institute", "department", "central"])  # fmt: skip
        self.fields["organisation"].queryset = rows.order_by("sort_key")  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    words = forms.CharField(label=_("Why is it kept out?"), max_length=500)
