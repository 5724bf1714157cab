"""What the pages share."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest

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
from khuevan.platform import refusals


carried_out = partial(
    refusals.carried_out, names=lambda where: words.LABELS.get(where, where)
)
"""Do it; a refusal becomes errors of the form, in the words of the page."""


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


def labels() -> dict[str, Any]:
    """Return what the codes are called."""
    return {
        "tabs_for": tabs_for, "kinds": words.KINDS, "fields_of": words.FIELDS, "states": words.STATES,
        "colours": words.COLOURS, "moves": words.MOVES, "groups": words.GROUPS,
        "levels": words.LEVELS, "readings": words.READINGS, "verifications": words.VERIFICATIONS,
        "labels": words.LABELS, "reviews": words.REVIEWS,
        "member_kinds": words.MEMBER_KINDS, "screenings": words.SCREENINGS, "tiers": words.TIERS,
    }  # fmt: skip
