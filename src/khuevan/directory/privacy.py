"""Personal data: shown masked, read only with a purpose, exported to its owner.

What is personal is declared beside the fields (`Privacy.personal`); this module
reads those declarations and knows how each kind is masked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Person
from .rules import Gender


LABELS: dict[str, Any] = {
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "national_id": _("National identity number"),
    "birth_date": _("Date of birth"),
    "gender": _("Gender"),
    "residence": _("Place of residence"),
    "last_login": _("Last signed in"),
    "password_changed_at": _("Password last changed"),
}
GENDERS = {Gender.FEMALE: _("Female"), Gender.MALE: _("Male")}
SHOWABLE = ("email", "phone", "national_id", "birth_date", "gender", "residence")
"""What others may read with a purpose; the rest is between a person and the system."""


def mask_email(value: str) -> str:
    """Return a…@…: the first letter says which of one's own addresses it is."""
    return f"{value[:1]}…@…" if "@" in value else "…"


def mask_phone(value: str) -> str:
    """Return ••• 123: the last digits of a number long enough to hide the rest."""
    digits = [c for c in value if c.isdigit()]
    return f"••• {''.join(digits[-3:])}" if len(digits) >= 7 else "•••"


def mask_national_id(value: str) -> str:
    """Return the last three of the digits, and as many dots as there are others."""
    return f"{'•' * max(len(value) - 3, 0)}{value[-3:]}" if len(value) > 6 else "•••"


def mask_birth_date(value: date) -> str:
    """Return nothing of the date but that there is one."""
    return "••/••/••••"


def mask_wholly(value: str) -> str:
    """Return nothing of it but that there is something."""
    return "•••"


MASKS: dict[str, Callable[[Any], str]] = {
    "email": mask_email,
    "phone": mask_phone,
    "national_id": mask_national_id,
    "birth_date": mask_birth_date,
    "gender": mask_wholly,
    "residence": mask_wholly,
}


def masked(person: Person) -> dict[str, str]:
    """Return the fields others may ask for, each masked; empty ones are left out."""
    return {
        field: MASKS[field](value)
        for field in SHOWABLE
        if (value := getattr(person, field))
    }


def clear(person: Person, fields: list[str]) -> dict[str, str]:
    """Return fields in clear, as text; only for `read_personal_data` and their owner."""
    return {
        field: str(GENDERS.get(value, "")) if field == "gender" else _text(value)
        for field in fields
        if (value := getattr(person, field))
    }


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
