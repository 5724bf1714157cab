"""A request behind the sign-in wall."""

from __future__ import annotations

from django.http import HttpRequest

from .models import Person


class CityRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: there is always a person."""

    user: Person
