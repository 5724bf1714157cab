"""What the pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.exchange import words
from khuevan.exchange.beside import tabs_for
from khuevan.exchange.models import Listing
from khuevan.exchange.queries.disclosing import (
    Reader,
    Shown,
    readable,
    reader_of,
    shown,
)
from khuevan.platform.errors import InputRefused, RuleBroken


def reader(request: HttpRequest) -> Reader:
    """Return who reads this page."""
    return reader_of(request.user if isinstance(request.user, Person) else None)


def seen(request: HttpRequest, code: str) -> tuple[Listing, Shown, Reader]:
    """Return a listing with what the reader may see of it, else 404."""
    who = reader(request)
    found = readable(who).filter(code=code).first()
    if found is None:
        raise Http404
    return found, shown(found, who), who


def given(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was: an empty form may be sent, too."""
    return request.POST if request.method == "POST" else None


def carried_out(form: forms.Form, do: Callable[[], Any]) -> bool:
    """Do it; a refusal becomes errors of the form."""
    try:
        do()
    except RuleBroken as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, gettext(refused.sentence) % refused.params)
        return False
    except InputRefused as refused:
        for problem in refused.problems:
            label = words.LABELS.get(problem.where, problem.where)
            what = gettext(problem.what) % problem.params
            form.add_error(None, f"{label}: {what}. {gettext(problem.mend)}")
        return False
    return True


def page_number(text: str) -> int:
    """Return the number of a page from an address; nonsense is the first."""
    short = text.isascii() and text.isdigit() and len(text) <= 6
    return max(1, int(text)) if short else 1


def labels() -> dict[str, Any]:
    """Return what the codes are called."""
    return {
        "tabs_for": tabs_for, "kinds": words.KINDS, "fields_of": words.FIELDS, "states": words.STATES,
        "colours": words.COLOURS, "moves": words.MOVES, "groups": words.GROUPS,
        "levels": words.LEVELS, "verifications": words.VERIFICATIONS,
        "labels": words.LABELS, "reviews": words.REVIEWS,
        "member_kinds": words.MEMBER_KINDS, "screenings": words.SCREENINGS, "tiers": words.TIERS,
    }  # fmt: skip
