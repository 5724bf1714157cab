"""What the pages share."""

from __future__ import annotations

from django.http import HttpRequest

from khuevan.directory.public import Person


def person_of(request: HttpRequest) -> Person | None:
    """Return who is signed in, if anybody."""
    return request.user if isinstance(request.user, Person) else None
