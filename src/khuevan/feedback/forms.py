"""Forms of feedback."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.directory.public import Organisation, OrganisationKind, Person

from .models import Petition
from .queries.petitions import handlers_of
from .rules.codes import read_code
from .rules.ratings import MOST_STARS
from .words import CATEGORIES, CAUSES, CHANNELS, KINDS, REFUSALS, SEVERITIES


def _long(rows: int = 5) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _bodies() -> Any:
    kinds = [OrganisationKind.DEPARTMENT, OrganisationKind.COMMUNE, OrganisationKind.SERVICE_CENTRE, OrganisationKind.BRANCH]  # fmt: skip
    return Organisation.objects.in_force().filter(kind__in=kinds).in_order()


class SendForm(forms.Form):
    text = forms.CharField(
        label=_("What happened, and what do you propose?"),
        help_text=_(
            "Where, when and what. Do not write anybody's identity number here."
        ),
        max_length=5_000,
        widget=_long(7),
    )
    kind = forms.ChoiceField(
        label=_("What are you sending?"),
        help_text=_("To complain against a decision (khiếu nại) or to denounce a person (tố cáo), write to the head of the body concerned or its inspectorate: the law gives these another way."),
        choices=list(KINDS.items()),
        initial="phan_anh",
        widget=forms.RadioSelect,
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=list(CATEGORIES.items()),
        initial="field",
        widget=forms.RadioSelect,
    )
    organisation = forms.ModelChoiceField(
        label=_("Which body is it for?"),
        help_text=_(
            "If you are not sure, choose your ward or commune. It passes it on."
        ),
        queryset=Organisation.objects.none(),
    )
    place = forms.CharField(label=_("Place"), max_length=250, required=False)
    procedure = forms.CharField(
        label=_("Code of the procedure or dossier"), max_length=40, required=False
    )
    contact_name = forms.CharField(label=_("Your name"), max_length=150, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=20,
        required=False,
        help_text=_(
            "With it and the code you follow your petition. Others do not see it."
        ),
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    shown = forms.BooleanField(
        label=_("My name may stand beside the published answer"), required=False
    )
    file = forms.FileField(
        label=_("Picture or document"),
        required=False,
        help_text=_("Only the body that handles it sees it. At most 20 MB."),
    )
    # What it is about, where a thing's page led here: signed, so nobody makes it up.
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    # People do not see this field; programs that fill in everything do.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = _bodies()


class FollowForm(forms.Form):
    code = forms.CharField(label=_("Code of the petition"), max_length=40)
    contact = forms.CharField(label=_("Telephone or e-mail you gave"), max_length=254)

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("This is no code of a petition: a digit is wrong or missing.")
            )
        return code


class WordsForm(forms.Form):
    words = forms.CharField(label=_("In your words"), max_length=5_000, widget=_long())


class AcceptForm(forms.Form):
    severity = forms.ChoiceField(
        label=_("How soon must it be handled?"),
        choices=list(SEVERITIES.items()),
        initial="normal",
        widget=forms.RadioSelect,
    )
    handler = forms.ModelChoiceField(
        label=_("Who answers for it?"), queryset=Person.objects.none()
    )

    def __init__(self, *args: Any, petition: Petition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["handler"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = handlers_of(petition.organisation_id)


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why is it turned away?"),
        choices=list(REFUSALS.items()),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What the sender reads: why, and where to go instead"),
        max_length=5_000,
        widget=_long(),
    )


class ForwardForm(forms.Form):
    receiver = forms.ModelChoiceField(
        label=_("To which body?"),
        help_text=_(
            "Leave empty where it goes to another system, and say which below."
        ),
        queryset=Organisation.objects.none(),
        required=False,
    )
    words = forms.CharField(
        label=_("Why is it theirs?"), max_length=5_000, widget=_long()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["receiver"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = _bodies()


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=pgettext_lazy("petition", "Answer"), max_length=5_000, widget=_long(8)
    )
    cause = forms.ChoiceField(
        label=_("What was at the root of it?"),
        choices=list(CAUSES.items()),
        widget=forms.RadioSelect,
    )


class PublishForm(forms.Form):
    public_text = forms.CharField(
        label=_("The question, without personal data"),
        max_length=5_000,
        widget=_long(6),
    )
    public_answer = forms.CharField(
        label=_("The answer, without personal data"), max_length=5_000, widget=_long(8)
    )


class MergeForm(forms.Form):
    into = forms.CharField(label=_("Code of the other petition"), max_length=40)


class ChannelForm(SendForm):
    """What an official enters for somebody who called, came or wrote."""

    channel = forms.ChoiceField(
        label=_("How did it come?"), choices=list(CHANNELS.items())[1:]
    )


class RateForm(forms.Form):
    good = forms.ChoiceField(
        label=_("How was it?"),
        choices=[("1", _("Satisfied")), ("0", _("Not satisfied"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Anything to add?"), max_length=1_000, required=False, widget=_long(3)
    )

    def __init__(
        self, *args: Any, criteria: Any = (), stars: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if stars:
            self.fields["stars"] = forms.TypedChoiceField(
                label=_("How many stars, of five?"), coerce=int, empty_value=None,
                choices=[(n, str(n)) for n in range(1, MOST_STARS + 1)],
                required=False, widget=forms.RadioSelect,
            )  # fmt: skip
        choices = [("2", _("Satisfied")), ("1", _("Fair")), ("0", _("Poor"))]
        for criterion in criteria:
            self.fields[f"score_{criterion.code}"] = forms.ChoiceField(
                label=_(criterion.words),
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
            )

    def scores(self) -> dict[str, int]:
        """Return the criteria that were scored."""
        given = self.cleaned_data.items()
        return {
            name.removeprefix("score_"): int(value)
            for name, value in given
            if name.startswith("score_") and value
        }
