"""The shape of what people give to the journal's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.platform.errors import InputRefused

from .rules import check_subscription


class SubscriptionForm(forms.Form):
    url = forms.CharField(label=_("Address of the machine"), max_length=500)
    kinds = forms.CharField(
        label=_("Kinds of facts"),
        help_text=_("One on a line, such as steering.task_verified or steering.*"),
    )

    def clean_kinds(self) -> list[str]:
        kinds: list[str] = self.cleaned_data["kinds"].split()
        return kinds

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        try:
            check_subscription(
                data.get("url", ""),
                data.get("kinds", []),
                inside=settings.WEBHOOKS_MAY_STAY_INSIDE,
            )
        except InputRefused as refusal:
            for problem in refusal.problems:
                if problem.where in data:
                    said = f"{gettext(problem.what)} {gettext(problem.mend)}"
                    self.add_error(problem.where, said)
        return data
