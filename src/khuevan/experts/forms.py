"""Forms of the pool: one small form for each thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.forms import MoneyField
from khuevan.platform.text import fold
from khuevan.valuation.public import field_names

from .queries.pool import ExpertRow
from .rules.bookings import MOST_TIMES
from .rules.pool import DECLARED
from .words import LANGUAGES, TIES


LONGEST = 4_000
_DAY = {"type": "date"}


def words_field(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """Return a field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **more)


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"), **more)  # fmt: skip


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for a time of Hanoi's clock."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")  # fmt: skip
    return forms.DateTimeField(label=label, widget=widget, **more)


class _WithOrganisation(forms.Form):
    """A form in which an organisation is named by its code or its whole name."""

    organisation = forms.CharField(
        label=_("Organisation"), help_text=_("Its code in the directory, or its whole name."), max_length=250,
    )  # fmt: skip

    def clean_organisation(self) -> Organisation:
        return organisation_named(self.cleaned_data["organisation"])


def organisation_named(words: str) -> Organisation:
    """Return the organisation of a code or a whole name, accents aside."""
    told = words.strip()
    rows = Organisation.objects.in_force()
    found = rows.filter(code__iexact=told).first()
    if found is None:
        wanted = fold(told)
        near = rows.filter(folded__contains=wanted)[:20] if wanted else []
        same = [o for o in near if wanted in (fold(o.name), fold(o.short_name))]
        found = same[0] if len(same) == 1 else None
    if found is None:
        raise forms.ValidationError(
            gettext("The directory knows no “%(words)s”. Look up its code there.") % {"words": told}
        )  # fmt: skip
    return found


class ProfileForm(forms.Form):
    """What the pool tells of an expert."""

    headline = forms.CharField(
        label=_("What do you advise on?"), help_text=_("One line, as everybody reads it. No telephone, no e-mail."), max_length=160,
    )  # fmt: skip
    experience = words_field(_("Experience"), 6, required=False)
    fields_of = forms.MultipleChoiceField(label=_("Fields of work"), widget=forms.CheckboxSelectMultiple)  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages"), widget=forms.CheckboxSelectMultiple, choices=list(LANGUAGES.items()),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["fields_of"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = list(field_names().items())

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        told = dict(self.cleaned_data)
        told["fields"] = told.pop("fields_of")
        return told


class ApplyForm(ProfileForm):
    """A profile, and what one asks for an hour."""

    amount = MoneyField(label=_("What do you ask for an hour (đồng)?"))


class ChangeForm(ProfileForm):
    """A profile, and whether new bookings are taken."""

    paused = forms.BooleanField(label=_("I take no new bookings for now"), required=False)  # fmt: skip


class ProposeForm(forms.Form):
    """Somebody else for the pool."""

    username = forms.CharField(label=_("Account name of whom you propose"), max_length=150)  # fmt: skip
    reason = words_field(_("Why are they right for the pool?"))

    def clean_username(self) -> Person:
        found = Person.objects.filter(username__iexact=self.cleaned_data["username"], is_active=True).first()  # fmt: skip
        if found is None:
            raise forms.ValidationError(gettext("Nobody has this account name."))
        return found

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        return {"person": self.cleaned_data["username"], "reason": self.cleaned_data["reason"]}  # fmt: skip


class ReasonForm(forms.Form):
    """A reason that is kept."""

    reason = words_field(_("Why?"), help_text=_("It is kept and shown."))


class WordsForm(forms.Form):
    """A sentence the other side reads."""

    words = words_field(_("Why?"), help_text=_("The other side reads it."))


class RateForm(forms.Form):
    """Another rate from a day on."""

    amount = MoneyField(label=_("For an hour (đồng)"))
    valid_from = day_field(_("From which day on"))


class TieForm(_WithOrganisation):
    """A tie to an organisation."""

    tie = forms.ChoiceField(
        label=_("What ties you to it?"), widget=forms.RadioSelect,
        choices=[(tie.value, TIES[tie]) for tie in DECLARED],
    )  # fmt: skip
    valid_from = day_field(_("Since"), required=False)
    valid_to = day_field(_("Until, if it is over"), required=False)
    field_order = ("tie", "organisation", "valid_from", "valid_to")


class EndTieForm(forms.Form):
    """The last day of a tie."""

    valid_to = day_field(_("Its last day"))


class AbsenceForm(forms.Form):
    """Days without bookings."""

    first = day_field(_("First day"))
    last = day_field(_("Last day"))


class EvidenceForm(forms.Form):
    """A paper that shows experience."""

    title = forms.CharField(label=_("What does it show?"), max_length=200)
    file = forms.FileField(label=_("File"))


class BookForm(forms.Form):
    """A question, who is asked, and when."""

    experts = forms.MultipleChoiceField(
        label=_("Who is asked?"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them answers for themselves."),
    )  # fmt: skip
    title = forms.CharField(label=_("In one line"), max_length=200)
    question = words_field(_("Your question"), 6)
    organisation = forms.ModelChoiceField(
        label=_("For whom do you ask?"), queryset=Organisation.objects.none(),
        required=False, empty_label=_("For myself"),
    )  # fmt: skip
    sides = words_field(
        _("Others with an interest in it"), 3, required=False,
        help_text=_("One organisation a line, by code or whole name: experts tied to them are not asked."),
    )  # fmt: skip
    start_1 = moment_field(_("A time that suits you"))
    start_2 = moment_field(_("Another"), required=False)
    start_3 = moment_field(_("And another"), required=False)
    minutes = forms.IntegerField(label=_("How many minutes will it take?"), initial=60)
    place = forms.CharField(
        label=_("Where?"), help_text=_("A place, or the link of a video meeting."), max_length=250, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, rows: Sequence[ExpertRow], owners: Any, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        choice, owner = self.fields["experts"], self.fields["organisation"]
        assert isinstance(choice, forms.MultipleChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        choice.choices = [(str(row.id), _named(row)) for row in rows]
        owner.queryset = owners

    def clean_sides(self) -> list[Organisation]:
        told: Iterable[str] = self.cleaned_data["sides"].splitlines()
        return [organisation_named(line) for line in told if line.strip()]

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it; `experts` are keys."""
        told = dict(self.cleaned_data)
        starts = [told.pop(f"start_{n}") for n in range(1, MOST_TIMES + 1)]
        told["starts"] = [start for start in starts if start is not None]
        return {**told, "experts": [UUID(key) for key in told["experts"]]}


def _named(row: ExpertRow) -> str:
    rate = number_format(row.rate, force_grouping=True) if row.rate is not None else "–"
    return gettext("%(name)s: %(headline)s (%(rate)s ₫ an hour)") % {
        "name": row.name, "headline": row.headline, "rate": rate,
    }  # fmt: skip


class _Declaring(forms.Form):
    """The declaration one puts one's name to; its sentence stands beside the box."""

    declared = forms.BooleanField(label="")

    def __init__(self, *args: Any, version: str, sentence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["declared"].label = sentence

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        return {**self.cleaned_data, "declared": self.version}


class AcceptForm(_Declaring):
    """One of the times asked for."""

    start = forms.TypedChoiceField(
        label=_("Which time?"), widget=forms.RadioSelect, coerce=datetime.fromisoformat,
    )  # fmt: skip
    field_order = ("start", "declared")

    def __init__(self, *args: Any, starts: Sequence[datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["start"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [
            (start.isoformat(), f"{start.astimezone(clock.HANOI):%H:%M %d/%m/%Y}")
            for start in starts
        ]


class TimeForm(_Declaring):
    """Another time."""

    start_1 = moment_field(_("Which time suits you?"))
    words = words_field(_("Say why, if you like"), 3, required=False)
    field_order = ("start_1", "words", "declared")

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        told = super().told()
        told["start"] = told.pop("start_1")
        return told


class NothingForm(forms.Form):
    """Nothing to fill in: a button."""


class MinutesForm(forms.Form):
    """What was asked, found and advised."""

    asked = words_field(_("What was asked"))
    found = words_field(_("What you found"), 6)
    advised = words_field(_("What you advise"), 6)
    worked = forms.IntegerField(
        label=_("How many minutes did it take?"), min_value=0,
        help_text=_("They are paid at the rate kept when you were asked."),
    )  # fmt: skip
    file = forms.FileField(label=_("A paper that goes with it"), required=False)

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        told = dict(self.cleaned_data)
        file = told.pop("file")
        return {**told, "papers": [(file.read(), file.name)] if file else []}


class ConfirmForm(forms.Form):
    """The version of the minutes that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SettleForm(forms.Form):
    """How many minutes count, and why."""

    worked = forms.IntegerField(label=_("How many minutes count?"), min_value=0)
    words = words_field(_("Why?"), help_text=_("Both sides read it."))


class PayOutForm(forms.Form):
    """The bank's reference of a payment."""

    reference = forms.CharField(label=_("Reference of the transfer"), max_length=60)
