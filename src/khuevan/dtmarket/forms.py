"""Forms of DTMarket. Lists are typed one a line, parts set apart by semicolons."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Organisation
from khuevan.platform import clock
from khuevan.platform.forms import MoneyField

from .models import Answer, Trial
from .rules.problems import Criterion
from .rules.trials import Metric
from .words import STEPS


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PutOutForm(forms.Form):
    """A need of the exchange put out for trials."""

    need = forms.CharField(
        label=_("Code of the need on the exchange"), max_length=12,
        help_text=_("Published there, with a trial possible. Title, outcome and data come from it."),
    )  # fmt: skip
    market = forms.CharField(
        label=_("Why nothing on sale solves it"), max_length=3000,
        help_text=_("A trial before procurement is for what is not on the market or has no precedent (Decree 224/2026, Article 39)."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    budget = MoneyField(label=_("Budget (đồng)"))
    closes_at = forms.DateTimeField(
        label=_("Answers are taken until"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    criteria = forms.CharField(
        label=_("What answers are scored by"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: criterion; weight in per cent. The weights make up 100."),
    )  # fmt: skip
    metrics = forms.CharField(
        label=_("What a trial is judged by"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: figure; unit; today; target; where it is read from. For example: waiting time; minutes; 42; 20; queue system of the ward."),
    )  # fmt: skip

    def clean_criteria(self) -> list[Criterion]:
        return [
            self._criterion(n, parts)
            for n, parts in _lines(self.cleaned_data["criteria"])
        ]

    def clean_metrics(self) -> list[Metric]:
        return [
            self._metric(n, parts) for n, parts in _lines(self.cleaned_data["metrics"])
        ]

    def _criterion(self, line: int, parts: list[str]) -> Criterion:
        if len(parts) != 2 or not parts[1].rstrip("% ").isdigit():
            raise forms.ValidationError(
                gettext("Line %(line)s: write criterion; weight.") % {"line": line}
            )
        return Criterion(parts[0], int(parts[1].rstrip("% ")))

    def _metric(self, line: int, parts: list[str]) -> Metric:
        try:
            name, unit, today, target, source = parts
            return Metric(name, unit, _decimal(today), _decimal(target), source)
        except (ValueError, InvalidOperation) as fault:
            raise forms.ValidationError(
                gettext(
                    "Line %(line)s: write figure; unit; today; target; where it is read from."
                )
                % {"line": line}
            ) from fault

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        told = dict(self.cleaned_data)
        return told | {
            "closes_at": told["closes_at"].astimezone(clock.HANOI),
            "need": told["need"].strip(),
        }


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, [part.strip() for part in line.split(";")]


def _decimal(text: str) -> Decimal:
    value = Decimal(text.replace(" ", "").replace(",", "."))
    if not value.is_finite() or abs(value) >= 10**9:
        raise InvalidOperation
    return value


class AnswerForm(forms.Form):
    """How a supplier would solve it."""

    supplier = forms.ModelChoiceField(
        label=_("For which organisation"), queryset=Organisation.objects.none()
    )
    offer = forms.CharField(
        label=_("Code of your offer on the exchange"), max_length=12, required=False
    )
    solution = forms.CharField(
        label=_("How you solve it"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    price = MoneyField(
        label=_("Price of the whole solution (đồng)"),
        help_text=_(
            "Within the budget. Nobody else reads it before answering is over."
        ),
    )
    trial_days = forms.IntegerField(
        label=_("Days the trial takes"), min_value=1, max_value=999
    )

    def __init__(self, *args: Any, suppliers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["supplier"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = suppliers


class ScoreForm(forms.Form):
    """Points and reasons for every criterion of one answer."""

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for n, criterion in enumerate(criteria):
            self.fields[f"points_{n}"] = forms.IntegerField(
                label=_("%(name)s (weight %(weight)s %%): points") % {"name": criterion.name, "weight": criterion.weight},
                min_value=0, max_value=100,
            )  # fmt: skip
            self.fields[f"why_{n}"] = forms.CharField(
                label=_("Why"),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def told(self) -> dict[str, tuple[int, str]]:
        """Return points and reason by criterion."""
        told = self.cleaned_data
        return {
            c.name: (told[f"points_{n}"], told[f"why_{n}"])
            for n, c in enumerate(self.criteria)
        }


class _AnswersChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.supplier.name)


class _TrialChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.answer.supplier.name}, {obj.starts_on:%d/%m/%Y}"


class ShortlistForm(forms.Form):
    """Which answers come on the short list."""

    chosen = _AnswersChoice(
        label=_("Answers on the short list"),
        queryset=Answer.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    why = forms.CharField(
        label=_("Why these"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, answers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = answers


class TrialForm(forms.Form):
    """From when to when, by which decision."""

    starts_on = forms.DateField(label=_("First day"), widget=_day())
    ends_on = forms.DateField(label=_("Last day"), widget=_day())
    decision = forms.CharField(label=_("Number of the decision"), max_length=60)


class ReadingsForm(forms.Form):
    """What was measured."""

    lines = forms.CharField(
        label=_("Readings"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line: figure; day; value; number of cases. For example: waiting time; 05/03/2026; 31,5; 214."),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why readings are replaced"),
        max_length=250,
        required=False,
        help_text=_(
            "Only where a day has a reading already; the old one stays to be read."
        ),
    )


class EndForm(forms.Form):
    """How a trial ended."""

    succeeded = forms.TypedChoiceField(
        label=_("Did it reach its targets?"),
        coerce=lambda told: told == "yes",
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, as the readings show")), ("no", _("No"))],
    )
    why = forms.CharField(
        label=_("What was learned"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("Why"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AuditForm(forms.Form):
    """What the trial cost, as an independent auditor found."""

    auditor = forms.CharField(
        label=_("Code of the auditor's organisation"), max_length=40
    )
    cost = MoneyField(label=_("Audited cost (đồng)"))
    paper = forms.CharField(label=_("Number of the audit report"), max_length=120)


class OrderForm(forms.Form):
    """The order after success."""

    number = forms.CharField(label=_("Number of the order"), max_length=60)
    title = forms.CharField(label=_("What is ordered"), max_length=250)
    amount = MoneyField(label=_("Amount (đồng)"))
    signed_on = forms.DateField(label=_("Signed on"), widget=_day())


class PaperForm(forms.Form):
    """A paper of the problem's course, or of one of its trials."""

    step = forms.ChoiceField(label=_("What is it?"), choices=list(STEPS.items()))
    trial = _TrialChoice(
        label=_("Of which trial?"), queryset=Trial.objects.none(), required=False,
        help_text=_("For a decision, readings and an audit."),
    )  # fmt: skip
    title = forms.CharField(label=_("Number or title"), max_length=150)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, spreadsheet, picture or text; at most 20 MB."),
    )
    public = forms.BooleanField(
        label=_("Everybody may read it"),
        help_text=_("Otherwise your body, inspection and the firm on trial."),
        required=False,
    )

    def __init__(self, *args: Any, trials: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trial"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = trials


class NothingForm(forms.Form):
    """Nothing to say: the button is all."""
