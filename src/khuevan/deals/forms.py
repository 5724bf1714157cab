"""Forms of deals: one small form for each thing to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.exchange.public import MemberView
from khuevan.platform.forms import MoneyField

from .models import Broker
from .models.deals import MOST_POINTS, Answer
from .rules.origin import LONGEST_NUMBER, PaperKind
from .rules.room import Level
from .rules.states import LONGEST_WORDS
from .words import ANSWERS, FIGURES, LEVELS, PAPERS


class PercentField(forms.CharField):
    """A share typed in per cent, comma or point; its value is in hundredths of a per cent."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 8})

    def clean(self, value: Any) -> int:
        typed = str(super().clean(value) or "0")
        plain = typed.replace(",", ".").replace("%", "").strip()
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", plain) or Decimal(plain) > 100:
            raise forms.ValidationError(gettext("Give a share between 0 and 100, such as 3,5."))  # fmt: skip
        return int(Decimal(plain) * 100)


def words_field(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """Return a field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_WORDS, widget=widget, **more)


def day_field(label: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _moment_field(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M"]
    )


class NothingForm(forms.Form):
    """Only a button."""


class WordsForm(forms.Form):
    words = words_field(_("What do you want to tell the others?"))


class ReasonForm(forms.Form):
    words = words_field(_("Why? The others read it."))


class AskForm(forms.Form):
    """Asking for contact over a listing."""

    member = forms.ChoiceField(label=_("For"))
    words = words_field(
        _("What do you need, or offer?"),
        help_text=_("The other side decides by it whether to be in contact with you."),
    )
    state_funded = forms.ChoiceField(
        label=_("Was what you offer made with money of the State?"),
        choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))],
    )
    broker = forms.ModelChoiceField(
        label=_("Through a broker"),
        queryset=Broker.objects.none(),
        required=False,
        empty_label=_("Directly, without a broker"),
    )

    def __init__(self, *args: Any, members: Iterable[MemberView], need: bool, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [(str(m.id), m.name) for m in members]  # type: ignore[attr-defined]
        known = Broker.objects.in_force().select_related("organisation", "person")
        self.fields["broker"].queryset = known  # type: ignore[attr-defined]
        if not need:
            del self.fields["state_funded"]

    def clean_state_funded(self) -> bool:
        return bool(self.cleaned_data["state_funded"] == "yes")


class StatePaperForm(forms.Form):
    """A paper of the State the provider has for the technology."""

    kind = forms.ChoiceField(label=_("Which paper?"))
    number = forms.CharField(label=_("Number on the paper"), max_length=LONGEST_NUMBER)
    issued_on = forms.DateField(
        label=_("Issued on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, kinds: Iterable[PaperKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k.value, PAPERS[k]) for k in kinds]  # type: ignore[attr-defined]

    def clean_kind(self) -> PaperKind:
        return PaperKind(self.cleaned_data["kind"])


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, picture, Word, Excel or text, at most 20 MB."),
    )
    title = forms.CharField(label=_("Title"), max_length=150, required=False)
    level = forms.ChoiceField(
        label=_("From when does the other side read it?"), choices=list(LEVELS.items())
    )

    def clean_level(self) -> Level:
        return Level(self.cleaned_data["level"])


class MeetingForm(forms.Form):
    starts_at = _moment_field(_("Begins"))
    ends_at = _moment_field(_("Ends"))
    place = forms.CharField(label=_("Place of the meeting"), max_length=250, required=False)  # fmt: skip
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")  # fmt: skip
    agenda = words_field(_("Agenda"))


class MemorandumForm(forms.Form):
    """What both aim at: its paper is drawn up from this and signed by both."""

    text = words_field(
        _("What do both sides want to get to?"),
        help_text=_("Short: what both want, and what stays open."),
    )
    plan = words_field(_("Next steps: who does what by when, who pays for trials?"), 6)
    term_months = forms.IntegerField(label=_("For how many months"), min_value=1, max_value=600, initial=12)  # fmt: skip
    confidential_years = forms.IntegerField(label=_("Years of secrecy (0: only what the NDA says)"), min_value=0, max_value=50, initial=0)  # fmt: skip


class NumberForm(forms.Form):
    """Agree to what was read: its number goes along."""

    number = forms.IntegerField(widget=forms.HiddenInput)


class SignedForm(forms.Form):
    signed_on = day_field(_("Signed by both sides on"))


class RegisteredForm(forms.Form):
    registered_on = day_field(_("Day of the certificate of registration"))


class EffectForm(forms.Form):
    effective_on = day_field(_("In effect from"))


class DeliverForm(forms.Form):
    evidence = words_field(_("What shows that it is there?"))
    file = forms.FileField(label=_("Record or report"), required=False)


class MediatorForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Mediator"), queryset=Person.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """How much of each held milestone is the provider's."""

    goes_on = forms.ChoiceField(
        label=_("What becomes of the deal?"),
        choices=[("yes", _("It goes on")), ("no", _("It ends"))],
    )
    words = words_field(_("Reasons of the decision"))

    def __init__(self, *args: Any, held: dict[int, tuple[str, int]], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for number, (title, amount) in held.items():
            self.fields[f"part_{number}"] = MoneyField(
                label=_("Milestone %(number)s (%(title)s): for the provider, in đồng") % {"number": number, "title": title},
                max_value=amount,
                required=False,
                help_text=_("The rest goes back to the recipient. Empty: stays held, if the deal goes on."),
            )  # fmt: skip

    def decided(self) -> dict[str, Any]:
        """Return what the action is told."""
        parts = {
            int(name.removeprefix("part_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("part_") and value is not None
        }
        goes_on = self.cleaned_data["goes_on"] == "yes"
        return {"parts": parts, "goes_on": goes_on, "words": self.cleaned_data["words"]}


class PayOutForm(forms.Form):
    amount = MoneyField(label=_("Sum that left, in đồng"), min_value=1)
    reference = forms.CharField(
        label=_("Number of the transfer"),
        help_text=_("As the bank's list has it: the daily comparison looks for it. Left empty, the trial bank makes the transfer where there is one."),
        max_length=60, required=False,
    )  # fmt: skip


class ReportForm(forms.Form):
    """The figures of a period, as the agreed base needs them."""

    def __init__(self, *args: Any, figures: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in figures:
            self.fields[name] = MoneyField(label=FIGURES[name], initial=0)


class RatingForm(forms.Form):
    points = forms.TypedChoiceField(
        label=_("How did the exchange serve you?"), coerce=int,
        choices=[(n, str(n)) for n in range(1, MOST_POINTS + 1)],
    )  # fmt: skip
    words = forms.CharField(
        label=_("What should become better?"), max_length=1000, required=False
    )


class SurveyForm(forms.Form):
    answer = forms.ChoiceField(choices=list(ANSWERS.items()))
    value = MoneyField(label=_("Value, if you like to tell (đồng)"), required=False)

    def clean_answer(self) -> Answer:
        return Answer(self.cleaned_data["answer"])


class BrokerForm(forms.Form):
    member = forms.ChoiceField(label=_("Member"))

    def __init__(self, *args: Any, members: Iterable[MemberView], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [(str(m.id), m.name) for m in members]  # type: ignore[attr-defined]


class SplitForm(forms.Form):
    """The worksheet of Decree 76/2018/NĐ-CP, Article 17."""

    profit = MoneyField(label=_("Profit, in đồng"))
    author = PercentField(label=_("Author (per cent)"), help_text=_("As agreed, by the laws on intellectual property and on science and technology."))  # fmt: skip
    broker = PercentField(label=_("Broker (per cent)"), help_text=_("At most 10; 10 where nothing was agreed; 0 without a broker."))  # fmt: skip
    science = PercentField(label=_("Of the rest, to science and technology work or funds (per cent)"), help_text=_("At most 50."))  # fmt: skip
