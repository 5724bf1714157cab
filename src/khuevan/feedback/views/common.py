"""What the pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.platform.errors import RuleBroken


def person_of(request: HttpRequest) -> Person | None:
    """Return who is signed in, if anybody."""
    return request.user if isinstance(request.user, Person) else None


def carried_out(form: forms.Form, do: Callable[[], Any]) -> bool:
    """Do it; a refusal becomes an error of the form."""
    try:
        do()
    except RuleBroken as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, gettext(refused.sentence) % refused.params)
        return False
    return True


def page_number(text: str) -> int:
    """Return the number of a page from an address; nonsense is the first."""
    short = text.isascii() and text.isdigit() and len(text) <= 6
    return max(1, int(text)) if short else 1
