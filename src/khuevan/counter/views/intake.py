from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from khuevan.directory.public import CityRequest


def start(request: CityRequest) -> HttpResponse:
    return HttpResponse(status=404)


def intake_page(request: CityRequest, pk: UUID) -> HttpResponse:
    return HttpResponse(status=404)
