"""The register of organisations: open to everybody, kept by operators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khuevan.directory.access import may_appoint, may_change_register
from khuevan.directory.actions.register import (
    appoint,
    close_organisation,
    end_appointment,
    register_organisation,
    rename_organisation,
)
from khuevan.directory.attempts import person_named
from khuevan.directory.forms import (
    KINDS,
    ROLES,
    AppointmentForm,
    CloseForm,
    OrganisationForm,
    RenameForm,
)
from khuevan.directory.http import CityRequest
from khuevan.directory.models import Appointment, Organisation, Person
from khuevan.directory.queries import (
    formed_from,
    organisations_by_kind,
    posts_in,
    successions_of,
)
from khuevan.directory.rules import OrganisationKind, Role
from khuevan.platform.errors import N_, RuleBroken

from .common import form_page


DOUBTS = (
    N_("about ten times too low in the source"),
    N_("looks far too low for its area in the source"),
)
"""What data/communes.csv says of populations that cannot be right."""

PUBLIC_POSTS = {Role.LEADER, Role.HEAD}
"""Whoever answers for a body is named to everybody; the others to colleagues."""


@require_GET
@login_not_required
def organisations(request: HttpRequest) -> HttpResponse:
    """List bodies by kind; an old name is answered with what became of it."""
    text = request.GET.get("q", "").strip()[:200]
    context = {
        "text": text,
        "kinds": KINDS,
        "groups": organisations_by_kind(text),
        "became": successions_of(text),
        "may_register": isinstance(request.user, Person)
        and may_change_register(request.user),
    }
    return TemplateResponse(request, "directory/organisations.html", context)


@require_GET
@login_not_required
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    unit = get_object_or_404(
        Organisation.objects.select_related("parent", "area"), pk=pk
    )
    viewer = request.user if isinstance(request.user, Person) else None
    posts = [p for p in posts_in(unit) if viewer or p.role in PUBLIC_POSTS]
    context: dict[str, Any] = {
        "unit": unit,
        "area": getattr(unit, "area", None),
        "kinds": KINDS,
        "roles": ROLES,
        "posts": posts,
        "seen": _seen(viewer, posts),
        "children": unit.children.in_force().in_order(),
        "formed_from": formed_from(unit),
        "may_appoint": viewer is not None and may_appoint(viewer, unit, Role.OFFICIAL),
        "may_change": viewer is not None and may_change_register(viewer),
    }
    return TemplateResponse(request, "directory/organisation.html", context)


def _seen(viewer: Person | None, posts: list[Appointment]) -> set[UUID]:
    """Return which of these people the viewer may look up."""
    if viewer is None:
        return set()
    people = Person.objects.visible_to(viewer)
    return set(
        people.filter(pk__in=[p.person_id for p in posts]).values_list("pk", flat=True)
    )


def organisation_new(request: CityRequest) -> HttpResponse:
    if not may_change_register(request.user):
        raise PermissionDenied
    return form_page(
        request,
        OrganisationForm(request.POST or None),
        lambda data: register_organisation(
            **{**data, "kind": OrganisationKind(data["kind"])}, by=request.user
        ),
        back=reverse("organisations"),
        title=_("Register an organisation"),
        button=_("Enter into the register"),
    )


def organisation_rename(request: CityRequest, pk: UUID) -> HttpResponse:
    unit = get_object_or_404(Organisation, pk=pk)
    if not may_change_register(request.user):
        raise PermissionDenied
    initial = {"name": unit.name, "short_name": unit.short_name}
    return form_page(
        request,
        RenameForm(request.POST or None, initial=initial),
        lambda data: rename_organisation(organisation=unit, **data, by=request.user),
        back=reverse("organisation", args=[pk]),
        title=_("Give this organisation a new name"),
        button=_("Rename"),
        intro=_("Searching for the old name will lead here."),
    )


def organisation_close(request: CityRequest, pk: UUID) -> HttpResponse:
    unit = get_object_or_404(Organisation, pk=pk)
    if not may_change_register(request.user):
        raise PermissionDenied
    return form_page(
        request,
        CloseForm(request.POST or None),
        lambda data: close_organisation(organisation=unit, **data, by=request.user),
        back=reverse("organisation", args=[pk]),
        title=_("Enter the end of this organisation"),
        button=_("Close"),
        intro=_("The posts in it end with it. Everything it did stays on record."),
    )


def appointment_new(request: CityRequest, pk: UUID) -> HttpResponse:
    unit = get_object_or_404(Organisation, pk=pk)
    if not may_appoint(request.user, unit, Role.OFFICIAL):
        raise PermissionDenied
    return form_page(
        request,
        AppointmentForm(request.POST or None, initial={"role": Role.OFFICIAL}),
        lambda data: _appoint(unit, data, request.user),
        back=reverse("organisation", args=[pk]),
        title=_("Appoint somebody"),
        button=_("Appoint"),
        intro=unit.name,
    )


def _appoint(unit: Organisation, data: dict[str, Any], by: Person) -> None:
    person = person_named(data.pop("username"))
    if person is None:
        raise RuleBroken(
            N_("There is no account of this name. Ask an operator to make one."),
            field="username",
        )
    appoint(
        person=person, organisation=unit, **{**data, "role": Role(data["role"])}, by=by
    )


def appointment_end(request: CityRequest, pk: UUID) -> HttpResponse:
    post = get_object_or_404(
        Appointment.objects.select_related("organisation", "person"), pk=pk
    )
    if not may_appoint(request.user, post.organisation, Role(post.role)):
        raise PermissionDenied
    return form_page(
        request,
        CloseForm(request.POST or None),
        lambda data: end_appointment(appointment=post, **data, by=request.user),
        back=reverse("organisation", args=[post.organisation_id]),
        title=_("End a post"),
        button=_("End the post"),
        intro=f"{post.person.full_name}, {post.title}, {post.organisation.name}",
    )
