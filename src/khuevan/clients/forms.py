"""The form a machine is registered with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import Organisation, Person, in_force
from khuevan.journal.public import kinds_told

from .models import ANSWERING
from .rules import WRITING
from .words import SCOPES


WRITES = _("approved first")


def bodies_of(person: Person) -> Any:
    """Return the organisations whose machines somebody answers for."""
    holdings = person.authority.holdings
    keys = [h.organisation_id for h in holdings if h.role in ANSWERING]
    return Organisation.objects.filter(in_force(), pk__in=keys).order_by("sort_key")


class HookForm(forms.Form):
    url = forms.CharField(
        label=_("Address that is told"),
        help_text=_("An https address on the open internet."),
        max_length=500,
    )
    kinds = forms.MultipleChoiceField(
        label=_("What should it be told of?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = list(kinds_told().items())


class ClientForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("For which organisation?"), queryset=Organisation.objects.none()
    )
    name = forms.CharField(
        label=_("Name of the machine"),
        help_text=_("For example “Sales system”: it stands beside everything it does."),
        max_length=150,
    )
    contact = forms.EmailField(
        label=_("E-mail of who looks after it"),
        help_text=_("We write there when something about it has to be settled."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        help_text=_("Choose as little as it needs. What writes is approved first."),
        widget=forms.CheckboxSelectMultiple,
        choices=[],
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies: Any = self.fields["organisation"]
        bodies.queryset = bodies_of(by)
        bodies.empty_label = None
        scopes: Any = self.fields["scopes"]
        scopes.choices = [
            (s.value, f"{words} ({WRITES})" if s in WRITING else words)
            for s, words in SCOPES.items()
        ]
