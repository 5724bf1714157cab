"""Form fields that every room needs."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


MOST_MONEY = 10**15
"""More than this is a slip of the key; đồng."""
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
_WRITTEN = re.compile(r"[0-9]{1,40}|[0-9]{1,3}(\.[0-9]{3}){1,12}|[0-9]{1,3}( [0-9]{3}){1,12}")  # fmt: skip


class MoneyField(forms.IntegerField):
    """Whole đồng, with dots or spaces between groups of three or without; its value is an int.

    Anything else is refused: Django's own field reads “500.000” as 500.
    `auctions/sealing.js` reads what bidders type in the same way.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    default_error_messages = {
        "invalid": _("Write whole đồng in digits, such as 1.500.000 or 1500000.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MOST_MONEY, **kwargs})

    def to_python(self, value: Any) -> int | None:
        """Return the amount, None where nothing was typed."""
        if value in self.empty_values or isinstance(value, int):
            return super().to_python(value)
        written = str(value).translate(_SPACES).strip()
        if not _WRITTEN.fullmatch(written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(re.sub(r"[. ]", "", written))
