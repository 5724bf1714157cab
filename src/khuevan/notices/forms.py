"""What people fill in about their notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.platform.errors import RuleBroken

from .actions import Wishes, change_preferences
from .models import Mood, Preferences
from .rules import Channel


CHANNELS: dict[Channel, str | Promise] = {
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("SMS"),
    Channel.ZALO: _("Zalo"),
}
MOODS: dict[Mood, str | Promise] = {
    Mood.WORKS: _("takes every message"),
    Mood.BUSY: _("is busy: says to try again later"),
    Mood.REFUSES: _("refuses every message"),
}
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def _clock_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )


class PreferencesForm(forms.Form):
    email = forms.BooleanField(label=_("E-mail"), required=False)
    sms = forms.BooleanField(
        label=_("SMS, for what cannot wait until tomorrow"), required=False
    )
    zalo = forms.BooleanField(
        label=_("Zalo, for what cannot wait until tomorrow"), required=False
    )
    quiet_from = _clock_field(_("Quiet from"))
    quiet_until = _clock_field(_("Quiet until"))
    quiet_days_off = forms.BooleanField(
        label=_("Quiet on days off, by the city's working calendar"), required=False
    )
    urgent_passes = forms.BooleanField(
        label=_("Urgent notices may disturb me at any time"), required=False
    )
    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the daily e-mail"), choices=HOURS, coerce=int
    )
    language = forms.ChoiceField(
        label=_("Language of notices"), choices=settings.LANGUAGES
    )

    @classmethod
    def of(cls, preferences: Preferences, data: Any = None) -> PreferencesForm:
        kept = {name: getattr(preferences, name) for name in Wishes.__slots__[:-1]}
        kept["language"] = preferences.person.language
        return cls(data, initial=kept)

    def save(self, by: Person) -> bool:
        """Carry out what was filled in; a refusal becomes an error of its field."""
        try:
            change_preferences(wishes=Wishes(**self.cleaned_data), by=by)
        except RuleBroken as refusal:
            self.add_error(refusal.field, gettext(refusal.sentence) % refusal.params)
            return False
        return True


class MoodForm(forms.Form):
    channel = forms.TypedChoiceField(
        label=_("Channel"),
        choices=[(c.value, CHANNELS[c]) for c in (Channel.SMS, Channel.ZALO)],
        coerce=Channel,
    )
    mood = forms.TypedChoiceField(
        label=_("From now on it"),
        choices=[(mood.value, words) for mood, words in MOODS.items()],
        coerce=Mood,
    )
