"""Forms of the applicant's side and of taking in at a counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.catalogue.public import Channel, Definition
from khuevan.counter.models import ReturnBy
from khuevan.counter.words import CHANNELS
from khuevan.directory.public import Organisation, OrganisationKind


RECEIVING = (
    OrganisationKind.POINT,
    OrganisationKind.BRANCH,
    OrganisationKind.COMMUNE,
    OrganisationKind.SERVICE_CENTRE,
)
"""Kinds of organisations with a counter: any of them takes and returns any dossier."""


def _counters() -> Any:
    return Organisation.objects.in_force().filter(kind__in=RECEIVING).in_order()


class DeliveryWishForm(forms.Form):
    """Where it goes and how the result comes back."""

    agency = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Ward or commune that decides"),
        help_text=_("The one where you live, or where the matter lies."),
        empty_label=_("Choose"),
    )
    receiving_point = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Who should check it first"),
        help_text=_("Any point of the city may, wherever it is decided."),
        required=False,
        empty_label=_("The counter of the body that decides"),
    )
    return_by = forms.ChoiceField(
        label=_("How do you want the result?"),
        choices=[
            (ReturnBy.ELECTRONIC, _("Electronically: signed, in your store, valid everywhere")),
            (ReturnBy.POINT, _("On paper, collected at a point")),
            (ReturnBy.POST, _("On paper, by post")),
        ],
        widget=forms.RadioSelect,
        initial=ReturnBy.ELECTRONIC,
    )  # fmt: skip
    return_point = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Where you collect it"),
        required=False,
        empty_label=_("Where it is received"),
    )
    post_address = forms.CharField(
        label=_("Address for the post"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )  # fmt: skip

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("receiving_point", "return_point"):
            self.fields[name].queryset = _counters()  # type: ignore[attr-defined]
        communes = Organisation.objects.in_force().filter(kind=OrganisationKind.COMMUNE)
        self.fields["agency"].queryset = communes.in_order()  # type: ignore[attr-defined]
        if definition.agency != "commune":
            del self.fields["agency"]
        if definition.result is not None and not definition.result.electronic:
            choice = self.fields["return_by"]
            choice.choices = [c for c in choice.choices if c[0] != ReturnBy.ELECTRONIC]  # type: ignore[attr-defined]
            self.initial.setdefault("return_by", ReturnBy.POINT)


class DoubtForm(forms.Form):
    """What a value should be."""

    said = forms.CharField(
        label=_("What it should be"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say also which paper shows it, if you have one."),
    )  # fmt: skip


class DoubtAnswerForm(forms.Form):
    """What the register's owner found."""

    mended = forms.TypedChoiceField(
        label=_("What came of it"),
        choices=[("yes", _("The register was mended")), ("no", _("The register is right"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Answer to the person"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why somebody takes their dossier back: they need not say."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class FollowCodeForm(forms.Form):
    """A code, and what only its applicant knows."""

    code = forms.CharField(
        label=_("Code of the dossier"), max_length=60,
        help_text=_("It stands on your receipt, for example H26.01-261122-0001."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    factor = forms.CharField(
        label=_("Last four digits of your identity number or telephone"),
        min_length=4,
        max_length=4,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "class": "govuk-input--width-4",
            }
        ),
    )


class IntakeStartForm(forms.Form):
    """Which procedure, which way, at which point."""

    code = forms.CharField(label=_("Code of the procedure"), max_length=20)
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(c, CHANNELS[c]) for c in (Channel.COUNTER, Channel.POST, Channel.ASSISTED)],
        widget=forms.RadioSelect,
        initial=Channel.COUNTER,
    )  # fmt: skip
    point = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Your point"), empty_label=None
    )
    national_id = forms.CharField(
        label=_("Applicant's identity number"), required=False, max_length=12,
        help_text=_("Whoever has an account finds the dossier among their own. Nobody needs one."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, points: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = points  # type: ignore[attr-defined]
        self.initial.setdefault("point", points.first())


class ApplicantForm(forms.Form):
    """Who applies, where they have no account."""

    name = forms.CharField(label=_("Full name of the applicant"), max_length=250)
    national_id = forms.CharField(
        label=_("Identity number"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, required=False,
        help_text=_("With its last four digits and the code they follow the dossier."),
        widget=forms.TextInput(attrs={"type": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)


class ConsentForm(forms.Form):
    """How the applicant agreed to be helped."""

    consent = forms.ChoiceField(
        label=_("The applicant agrees that you file for them"),
        choices=[("said", _("They said so to you")), ("signed", _("They signed it"))],
        widget=forms.RadioSelect,
    )
