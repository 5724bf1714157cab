"""Forms of events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Organisation

from .rules.events import LONGEST_QUESTION, Audience, Kind
from .words import AUDIENCES, KINDS


def _moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")  # fmt: skip
    return forms.DateTimeField(label=label, widget=widget, **more)


def words_field(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """Return a field for some sentences."""
    return forms.CharField(label=label, max_length=8_000, widget=forms.Textarea(attrs={"rows": rows}), **more)  # fmt: skip


class EventForm(forms.Form):
    """An event."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = words_field(_("What it is about"), required=False)
    place = forms.CharField(label=_("Where it takes place"), max_length=250, required=False)  # fmt: skip
    link = forms.CharField(label=_("Link of the video meeting"), max_length=250, required=False)  # fmt: skip
    starts_at = _moment_field(_("It starts"))
    ends_at = _moment_field(_("It is over at"))
    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=100_000,
        help_text=_("Once announced they only grow. Whoever comes after waits, and moves up."),
    )  # fmt: skip
    opens_at = _moment_field(_("Registration opens"))
    closes_at = _moment_field(_("Registration closes"))
    audience = forms.ChoiceField(
        label=_("Who may register?"), choices=list(AUDIENCES.items()), widget=forms.RadioSelect,
    )  # fmt: skip
    agenda = words_field(
        _("Agenda"), 6, required=False,
        help_text=_("A line each: minutes; title; speaker; page here. Such as: 30; Water filters; Lê An; /exchange/"),
    )  # fmt: skip

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        told = dict(self.cleaned_data)
        told["kind"], told["audience"] = Kind(told["kind"]), Audience(told["audience"])
        return told


class NewForm(EventForm):
    """An event, and whose it is."""

    organiser = forms.ModelChoiceField(
        label=_("Organiser"), queryset=Organisation.objects.none(), empty_label=None
    )
    field_order = ("organiser",)

    def __init__(self, *args: Any, organisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["organiser"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = organisers


class GuestForm(forms.Form):
    """Who comes without an account."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))  # fmt: skip
    email = forms.EmailField(label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))  # fmt: skip


class NothingForm(forms.Form):
    """Nothing to fill in: a button."""


class WordsForm(forms.Form):
    """A reason everybody registered is told."""

    words = words_field(_("Why?"), help_text=_("Everybody registered is told."))


class ReportForm(forms.Form):
    """What came of an event."""

    words = words_field(
        _("What came of it?"), 8,
        help_text=_("What was shown and agreed, and which contacts or deals followed. Who came is counted by itself."),
    )  # fmt: skip


class TicketForm(forms.Form):
    """A ticket typed at the door."""

    ticket = forms.CharField(
        label=_("Entrance ticket"), max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class QuestionForm(forms.Form):
    """A question."""

    text = forms.CharField(
        label=_("Your question"), help_text=_("It is shown without your name."), max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """An answer."""

    answer = words_field(_("Answer"), 3)


class HideForm(forms.Form):
    """Why a question is hidden."""

    why = forms.CharField(label=_("Why is it hidden?"), help_text=_("Who asked reads it."), max_length=250)  # fmt: skip
