"""Signing in as one of the demo's people, signing out, one's own page."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from .http import CityRequest
from .models import Appointment, Organisation, Person, in_force


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Offer the demo's people, one click each; only in demo mode."""
    if request.method == "POST" and settings.DEMO:
        person = get_object_or_404(
            Person, username=request.POST.get("username", ""), is_invented=True
        )
        login(request, person, "django.contrib.auth.backends.ModelBackend")
        return redirect("home")
    posts = (
        Appointment.objects.filter(in_force(), person__is_invented=True)
        .select_related("person", "organisation")
        .order_by("id")
    )
    context = {"posts": posts if settings.DEMO else []}
    return TemplateResponse(request, "directory/sign_in.html", context)


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


@require_GET
def account(request: CityRequest) -> HttpResponse:
    posts = request.user.appointments.select_related("organisation").order_by("id")
    return TemplateResponse(request, "directory/account.html", {"posts": posts})


@require_GET
@login_not_required
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    unit = get_object_or_404(Organisation.objects.select_related("parent"), pk=pk)
    return TemplateResponse(request, "directory/organisation.html", {"unit": unit})
