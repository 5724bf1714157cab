"""The shape of what people send from pages. What is allowed is decided by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Organisation, Person

from .models import Clause, Difficulty
from .rules import Group, Level, Proof, Rung, SourceKind, Visibility
from .words import GROUPS, LEVELS, PROOFS, SOURCE_KINDS, VISIBILITIES


class Day(forms.DateField):
    """A date: the browser's own picker, or dd/mm/yyyy typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"])
        kwargs.setdefault("widget", forms.DateInput({"type": "date"}, "%Y-%m-%d"))
        kwargs.setdefault(
            "error_messages", {"invalid": _("Write the date as 31/12/2025.")}
        )
        super().__init__(**kwargs)


class Unit(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One organisation, found by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Organisation.objects.none(), **kwargs)

    def refresh(self) -> None:
        self.queryset = Organisation.objects.in_force().in_order()


class PlainForm(forms.Form):
    """A form whose unit fields offer the organisations in force today."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, Unit):
                field.refresh()


def _text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class ReportForm(PlainForm):
    progress = forms.IntegerField(
        label=_("Progress, in percent"), min_value=0, max_value=100
    )
    figure_name = forms.CharField(
        label=_("What is counted"),
        help_text=_("For example: data services connected"),
        max_length=120,
    )
    figure = forms.DecimalField(label=_("How many"))
    second_name = forms.CharField(
        label=_("A second figure"), max_length=120, required=False
    )
    second = forms.DecimalField(label=_("How many, second figure"), required=False)
    explanation = forms.CharField(
        label=_("What the figures mean"), widget=_text(), max_length=4000
    )
    next_step = forms.CharField(
        label=_("The next step"), max_length=300, required=False
    )

    def figures(self) -> dict[str, float]:
        """Return the figures given, by name."""
        data = self.cleaned_data
        found = {data["figure_name"]: float(data["figure"])}
        if data.get("second_name") and data.get("second") is not None:
            found[data["second_name"]] = float(data["second"])
        return found


class ClaimForm(PlainForm):
    proof = forms.ChoiceField(
        label=_("What proves it"), choices=[(p.value, PROOFS[p]) for p in Proof],
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("What it shows"), widget=_text(3), max_length=4000)
    document_number = forms.CharField(
        label=_("Number of the signed document"), max_length=80, required=False
    )
    count = forms.IntegerField(label=_("Count of records"), required=False)
    place = forms.CharField(
        label=_("Where the photo was taken"), max_length=200, required=False
    )
    taken_at = forms.DateTimeField(
        label=_("When the photo was taken"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, JPEG or PNG, up to 20 MB."),
        required=False,
    )


class VerifyForm(PlainForm):
    reason = forms.CharField(
        label=_("What you looked at"), widget=_text(3), required=False, max_length=4000
    )
    beyond = forms.BooleanField(
        label=_("The result goes beyond what was asked"), required=False
    )


class RejectForm(PlainForm):
    reason = forms.CharField(
        label=_("What is missing"), widget=_text(3), max_length=4000
    )


class ReauditForm(PlainForm):
    passed = forms.TypedChoiceField(
        label=_("Does the result stand?"),
        choices=[("yes", _("Yes, it stands")), ("no", _("No, it does not"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What you found"), widget=_text(3), required=False, max_length=4000
    )


class ExtensionForm(PlainForm):
    new_due_on = Day(label=_("New due date"))
    reason = forms.CharField(label=_("Why"), widget=_text(3), max_length=4000)


class DecideForm(PlainForm):
    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant more time")), ("no", _("Keep the date"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Reason of the decision"), widget=_text(3), required=False
    )


class DifficultyForm(PlainForm):
    kind = forms.ChoiceField(label=_("Kind of difficulty"))
    text = forms.CharField(
        label=_("What stands in the way"), widget=_text(), max_length=4000
    )
    routed_to = Unit(label=_("Who can clear it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [(k, DIFFICULTIES[k]) for k in Difficulty.Kind]


DIFFICULTIES = {
    Difficulty.Kind.INSTITUTION: _("Rules and institutions"),
    Difficulty.Kind.DATA: _("Data and its sharing"),
    Difficulty.Kind.MONEY: _("Money and disbursement"),
    Difficulty.Kind.PEOPLE: _("People and skills"),
    Difficulty.Kind.COORDINATION: _("Coordination between agencies"),
    Difficulty.Kind.TECHNOLOGY: _("Technology and infrastructure"),
}


class AnswerForm(PlainForm):
    answer = forms.CharField(label=_("Answer"), widget=_text(), max_length=4000)


class RequestForm(PlainForm):
    receiver = Unit(label=_("Agency asked"))
    text = forms.CharField(
        label=_("What you need from it"), widget=_text(3), max_length=4000
    )


class PassForm(PlainForm):
    receiver = Unit(label=_("Pass it to"))
    text = forms.CharField(label=_("What you say"), widget=_text(3), max_length=4000)


class PersonForm(PlainForm):
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who answers for it")
    )


class DecisionForm(PlainForm):
    decision = forms.CharField(
        label=_("Number of the document that decides it"), max_length=120
    )


class VisibilityForm(PlainForm):
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[(v.value, VISIBILITIES[v]) for v in Visibility],
        widget=forms.RadioSelect,
    )


class PartForm(PlainForm):
    organisation = Unit(label=_("Unit whose part is done"))


class EmptyForm(PlainForm):
    """Nothing to fill in: a confirmation."""


class SourceForm(PlainForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(k.value, SOURCE_KINDS[k]) for k in SourceKind]
    )
    number = forms.CharField(label=_("Number"), max_length=80)
    title = forms.CharField(label=_("Title"), max_length=500)
    issuer = forms.CharField(label=_("Issued by"), max_length=200)
    level = forms.ChoiceField(
        label=_("Level"), choices=[(v.value, LEVELS[v]) for v in Level]
    )
    issued_on = Day(label=_("Day of issue"))


class ClauseForm(PlainForm):
    number = forms.CharField(label=_("Number of the clause"), max_length=20)
    text = forms.CharField(label=_("What it says"), widget=_text(), max_length=8000)
    group = forms.TypedChoiceField(
        label=_("Group of Resolution 57"),
        coerce=lambda value: Group(int(value)),
        choices=[(g.value, GROUPS[g]) for g in Group],
    )


class OrderForm(PlainForm):
    """The six clears, in the order people think of them."""

    code = forms.CharField(label=_("Code"), max_length=30)
    title = forms.CharField(label=_("What is to be done"), max_length=500)
    lead = Unit(label=_("Leading unit"))
    helpers = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Coordinating units"),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )
    authority = forms.CharField(label=_("Who decides on it"), max_length=250)
    output = forms.CharField(
        label=_("What must be there when it is done"), widget=_text(3), max_length=4000
    )
    proof = forms.ChoiceField(
        label=_("What will prove it"), choices=[(p.value, PROOFS[p]) for p in Proof]
    )
    indicator = forms.CharField(
        label=_("Code of the indicator that proves it"), max_length=80, required=False
    )
    verifier = Unit(label=_("Second unit that verifies"))
    due_on = Day(label=_("Due date"), required=False)
    due_provenance = forms.CharField(
        label=_("Where the due date comes from"), max_length=250, required=False
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=[(v.value, VISIBILITIES[v]) for v in Visibility],
        initial=Visibility.INTERNAL,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helpers = self.fields["helpers"]
        assert isinstance(helpers, forms.ModelMultipleChoiceField)
        helpers.queryset = Organisation.objects.in_force().in_order()


class ClauseChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One clause, named by its source, its number and its first words."""

    def label_from_instance(self, obj: Clause) -> str:
        return f"{obj.source.number} · {obj.number} · {obj.text[:80]}"


class NewTaskForm(OrderForm):
    clause = ClauseChoice(Clause.objects.none(), label=_("Clause it is cut from"))
    assigned_on = Day(label=_("Day of the order"))

    field_order = ["clause", "code", "title", "assigned_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clauses = self.fields["clause"]
        assert isinstance(clauses, forms.ModelChoiceField)
        clauses.queryset = Clause.objects.select_related("source").order_by(
            "-source__issued_on", "source__number", "number"
        )


class MeetingForm(PlainForm):
    title = forms.CharField(label=_("Title"), max_length=300)
    held_on = Day(label=_("Day"))


class ConclusionForm(OrderForm):
    """A conclusion in words; with a code it becomes a task on the spot."""

    words = forms.CharField(label=_("Conclusion"), widget=_text(3), max_length=4000)
    group = forms.TypedChoiceField(
        label=_("Group of Resolution 57"),
        coerce=lambda value: Group(int(value)),
        choices=[(g.value, GROUPS[g]) for g in Group],
    )
    field_order = ["words", "group", "code", "title"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", "title", "lead", "authority", "output", "verifier"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code"):
            for name in ("title", "lead", "authority", "output", "verifier"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(
                        name,
                        _("A task needs this; without a code it stays a conclusion."),
                    )
        return data


class PeriodForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    starts_on = Day(label=_("From"))
    ends_on = Day(label=_("To"))
    due_on = Day(label=_("Reports are due by the end of"))


class RegisterFileForm(PlainForm):
    file = forms.FileField(
        label=_("Register"),
        help_text=_("Excel (.xlsx) or CSV in UTF-8, with the columns listed below."),
    )


class RegisterAnswerForm(PlainForm):
    text = forms.CharField(
        label=_("The unit's answer"), widget=_text(), max_length=4000
    )


class CascadeForm(PlainForm):
    units = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Units that each do a part"),
        widget=forms.SelectMultiple({"size": 12}),
        help_text=_("Hold Ctrl to choose several."),
    )
    due_on = Day(label=_("Due date of the parts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["units"]
        assert isinstance(units, forms.ModelMultipleChoiceField)
        units.queryset = Organisation.objects.in_force().in_order()


RUNGS = (-7, -1, 1, 10)
TOLD = {
    "lead_person": _("Who answers for the task"),
    "head": _("Head of the leading unit"),
    "office": _("The committee's office"),
    "leader": _("Leaders of the city"),
}


class PolicyForm(PlainForm):
    """Limits, and a ladder of four rungs: on which day who is told."""

    valid_from = Day(label=_("In force from"))
    reference = forms.CharField(label=_("Decided by document"), max_length=200)
    soon_days = forms.IntegerField(
        label=_("Due soon: days before the due date"), min_value=0, max_value=90
    )
    silent_days = forms.IntegerField(
        label=_("Silent: days without a report"), min_value=1, max_value=365
    )
    behind_points = forms.IntegerField(
        label=_("Behind: points below the straight line"), min_value=1, max_value=100
    )
    answer_days = forms.IntegerField(
        label=_("Working days to answer a request"), min_value=1, max_value=60
    )
    reaudit_share = forms.IntegerField(
        label=_("Percent of acceptances drawn for a second look"),
        min_value=0,
        max_value=100,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, len(RUNGS) + 1):
            self.fields[f"days_{number}"] = forms.IntegerField(
                label=_("Rung %(n)s: days after the due date (negative: before)")
                % {"n": number},
                min_value=-90,
                max_value=365,
            )
            self.fields[f"tells_{number}"] = forms.MultipleChoiceField(
                label=_("Rung %(n)s: who is told") % {"n": number},
                choices=list(TOLD.items()),
                widget=forms.CheckboxSelectMultiple,
            )

    def ladder(self) -> list[Rung]:
        """Return the rungs given, lowest first."""
        data = self.cleaned_data
        rungs = [
            Rung(data[f"days_{n}"], tuple(data[f"tells_{n}"]))
            for n in range(1, len(RUNGS) + 1)
        ]
        return sorted(rungs, key=lambda rung: rung.days)
