"""Forms of the official's side. Rules are the actions'; these only shape input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.catalogue.public import Definition, Supply
from khuevan.counter.rules.states import Delivery, Outcome
from khuevan.counter.rules.supplements import FORM, Asked
from khuevan.counter.words import DELIVERY, OUTCOMES
from khuevan.directory.public import Appointment, Organisation, Person
from khuevan.platform.files import ORDINARY_LIMIT
from khuevan.platform.forms import MoneyField


class EmptyForm(forms.Form):
    """Nothing to fill in: the button says it all."""


class ReasonForm(forms.Form):
    """An act that needs its reason."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=500
    )


class FinishForm(forms.Form):
    """What came out of a step."""

    outcome = forms.ChoiceField(label=_("What came out"), widget=forms.RadioSelect)
    handler = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who examines it"), required=False,
        empty_label=_("Whoever has the least to do"),
    )  # fmt: skip
    remark = forms.CharField(
        label=_("Remark"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        required=False,
    )  # fmt: skip


class AssignForm(forms.Form):
    """Who does a step."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who does it"), required=False,
        empty_label=_("Whoever has the least to do"),
    )  # fmt: skip


class DraftForm(forms.Form):
    """What the decision should say."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect,
        initial=Outcome.APPROVED,
    )  # fmt: skip
    text = forms.CharField(
        label=_("What the document says besides"), widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason, where it is a no"), widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )  # fmt: skip


class ApologyForm(forms.Form):
    """The one new date, and why."""

    new_date = forms.DateField(
        label=_("New date"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason told to the applicant"), widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
    )  # fmt: skip


class WithdrawalForm(forms.Form):
    """Whether a dossier is let go."""

    granted = forms.TypedChoiceField(
        label=_("May it be withdrawn?"),
        choices=[("yes", _("Yes, it is let go")), ("no", _("No, a decision comes first"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason, where it is a no"), widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )  # fmt: skip


class ProposalForm(forms.Form):
    """Whether the applicant is asked again."""

    allowed = forms.TypedChoiceField(
        label=_("May the applicant be asked again?"),
        choices=[("no", _("No, decide on what is there")), ("yes", _("Yes; the dossier counts as late"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )  # fmt: skip
    note = forms.CharField(
        label=_("Reason, where it is a no"), widget=forms.Textarea(attrs={"rows": 3}),
        required=False, max_length=500,
    )  # fmt: skip


class WithoutChildForm(forms.Form):
    """How the other procedure is settled, where it cannot be opened here."""

    note = forms.CharField(
        label=_("How the other procedure is settled"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is tried again every few minutes. Go on without it only where it is settled elsewhere."),
    )  # fmt: skip


class FinanceForm(forms.Form):
    """What is to be paid, until when, and whether the clock waits for it."""

    what = forms.CharField(
        label=_("What is to be paid"), max_length=250,
        help_text=_("With the number of the notice. The applicant reads it."),
    )  # fmt: skip
    amount = MoneyField(
        label=_("Amount (đồng)"),
        help_text=_("0 where the law frees from it."),
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("Last day to pay"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    waiting = forms.BooleanField(
        label=_("The law makes the agency wait: the clock stands until it is paid"),
        required=False,
    )


class SettleForm(forms.Form):
    """How a duty was settled outside its order, and what proves it."""

    exempt = forms.TypedChoiceField(
        label=_("How was it settled?"),
        choices=[("no", _("It was paid elsewhere")), ("yes", _("The law frees from it"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )  # fmt: skip
    note = forms.CharField(
        label=_("Number of the receipt, or the ground of the relief"), max_length=250,
        help_text=_("It stays in the journal for ever: name no person."),
    )  # fmt: skip


class WaiveForm(forms.Form):
    """On what ground the applicant need not pay."""

    reason = forms.CharField(
        label=_("Ground on which it is waived"), max_length=250,
        help_text=_("It stays in the journal for ever: name no person."),
    )  # fmt: skip


class DeliveryForm(forms.Form):
    """How the result reached its owner."""

    delivery = forms.ChoiceField(
        label=_("How it is handed over"),
        choices=[
            (d, DELIVERY[d])
            for d in (Delivery.HANDED_OVER, Delivery.E_DELIVERED, Delivery.POSTED)
        ],
        widget=forms.RadioSelect,
        initial=Delivery.HANDED_OVER,
    )


class OpinionForm(forms.Form):
    """What an agency says to what it was asked."""

    agrees = forms.TypedChoiceField(
        label=_("Does the agency agree?"),
        choices=[("yes", _("It agrees")), ("no", _("It does not agree"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("Opinion"), widget=forms.Textarea(attrs={"rows": 6}))


class VerifyForm(forms.Form):
    """A document somebody wants to have checked."""

    file = forms.FileField(
        label=_("PDF file"), max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
        help_text=_("At most 20 MB. It is checked and not kept."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse what is larger than anything we issue."""
        file = self.cleaned_data["file"]
        if file.size > ORDINARY_LIMIT:
            raise forms.ValidationError(_("The file has more than 20 MB."))
        return file


class NoteForm(forms.Form):
    """An internal note."""

    text = forms.CharField(
        label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000, help_text=_("Officials read it; the applicant does not."),
    )  # fmt: skip


class InterestForm(forms.Form):
    """Why somebody stands aside, and from how much."""

    reason = forms.CharField(
        label=_("What connects you with it"), max_length=250,
        help_text=_("Your head reads it; the applicant does not."),
    )  # fmt: skip
    whole = forms.BooleanField(
        label=_("From every dossier of this applicant, not only this one"),
        required=False,
    )


class InterestByCodeForm(InterestForm):
    """The same, of a dossier that is named by its code."""

    code = forms.CharField(label=_("Code of the dossier"), max_length=60)
    field_order = ["code", "reason", "whole"]


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of posts, shown as who holds them where."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.full_name}, {obj.organisation.short_name}"


class AbsenceForm(forms.Form):
    """Who is away when, and who stands in."""

    post = PostField(Appointment.objects.none(), label=_("Who is away"))
    substitute = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who stands in"), required=False,
        empty_label=_("Nobody: what comes waits in the pool"),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Until (last day)"), widget=forms.DateInput(attrs={"type": "date"})
    )
    why = forms.CharField(label=_("Why"), max_length=250, required=False)

    def __init__(self, posts: Any, colleagues: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        self.fields["substitute"].queryset = colleagues  # type: ignore[attr-defined]


class AssignmentForm(forms.Form):
    """Which dossiers go to whom."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Unit"), empty_label=None
    )
    procedure = forms.CharField(
        label=_("Code of the procedure"), max_length=20, required=False,
        help_text=_("Leave it and the sector empty for everything else."),
    )  # fmt: skip
    sector = forms.CharField(label=_("Sector"), max_length=200, required=False)
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Who handles them"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, bodies: Any, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]


class SupplementForm(forms.Form):
    """Everything that is missing, said once.

    One row for each component: a tick, what is wrong, and for papers whose content the
    city holds, why it must be verified.
    """

    legal_basis = forms.CharField(label=_("Legal basis"), max_length=250)
    guidance = forms.CharField(
        label=_("How to put it right"), widget=forms.Textarea(attrs={"rows": 3}),
        required=False, max_length=1000,
    )  # fmt: skip
    override = forms.CharField(
        label=_("Why a second request is needed"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The agency's leader decides on it, and the dossier counts as late."),
    )  # fmt: skip

    def __init__(
        self, definition: Definition, second: bool, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not second:
            del self.fields["override"]
        self.components = definition.components
        self.answers = definition.form.get("properties", {})
        for component in self.components:
            self._row(component.code, component.name, component.supply in _HELD)
        for field, part in self.answers.items():
            self._row(f"{FORM}.{field}", part.get("title", field), False)

    def _row(self, key: str, name: str, held: bool) -> None:
        self.fields[f"ask:{key}"] = forms.BooleanField(label=name, required=False)
        self.fields[f"why:{key}"] = forms.CharField(
            label=_("What is wrong with it"), required=False, max_length=500
        )
        if held:
            self.fields[f"verify:{key}"] = forms.CharField(
                label=_("Why it must be verified"), required=False, max_length=300
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as the page shows them."""
        keys = [c.code for c in self.components] + [f"{FORM}.{f}" for f in self.answers]
        return [
            {
                "key": key,
                "ask": self[f"ask:{key}"],
                "why": self[f"why:{key}"],
                "verify": self[f"verify:{key}"] if f"verify:{key}" in self.fields else None,
            }
            for key in keys
        ]  # fmt: skip

    def suggest(self, lacking: Mapping[str, str]) -> None:
        """Tick what is lacking already, with what is wrong: component → reason."""
        for code, why in lacking.items():
            if f"ask:{code}" in self.fields:
                self.initial.update({f"ask:{code}": True, f"why:{code}": why})

    def items(self) -> list[Asked]:
        """Return what was ticked."""
        data = self.cleaned_data
        found = []
        for row in self.rows():
            key = row["key"]
            if data.get(f"ask:{key}"):
                component, _dot, field = key.partition(".")
                is_form = component == FORM
                found.append(
                    Asked(
                        FORM if is_form else key,
                        data.get(f"why:{key}", ""),
                        field if is_form else "",
                        data.get(f"verify:{key}", ""),
                    )
                )
        return found


_HELD = frozenset({Supply.DATA, Supply.STORE, Supply.GENERATED, Supply.WAIVED})
