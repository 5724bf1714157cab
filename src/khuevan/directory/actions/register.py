"""The register of organisations and the posts in them, each with its days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.access import may_appoint, may_change_register
from khuevan.directory.models import Appointment, Organisation, Person, Succession
from khuevan.directory.queries import acting_in
from khuevan.directory.rules import OrganisationKind, Role, Share, valid_on
from khuevan.journal import public as journal
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken


CODE = re.compile(r"[A-Z]{1,3}\d{0,3}(\.[A-Z0-9Đ]{1,10}){0,5}")
UNDER_THE_CITY = "H26"
"""Hanoi in the register of electronic identifiers (Decision 20/2020/QĐ-TTg)."""


@transaction.atomic
def appoint(
    *,
    person: Person,
    organisation: Organisation,
    role: Role,
    title: str,
    valid_from: date,
    valid_to: date | None = None,
    by: Person | None,
) -> Appointment:
    """Give a person a post for a time; the same post twice at once is refused."""
    if not may_appoint(by, organisation, role):
        raise PermissionDenied
    _check_post(person, organisation, role, title, valid_from, valid_to)
    post = Appointment.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        title=title.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    journal.record(
        "directory.person_appointed",
        subject=post.ref,
        by=by,
        person=person.ref,
        unit=organisation.ref,
        role=Role(role).value,
        valid_from=valid_from,
        valid_to=valid_to,
        **acting_in(by, organisation, Role.HEAD),
    )
    return post


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, last_day: date, by: Person | None
) -> Appointment:
    """Let a post end on a day; it stays in the history."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if not may_appoint(by, appointment.organisation, Role(appointment.role)):
        raise PermissionDenied
    _check_days(appointment.valid_from, last_day, field="last_day")
    if appointment.valid_to and appointment.valid_to < clock.today():
        raise RuleBroken(N_("This post has already ended."))
    appointment.valid_to = last_day
    appointment.save(update_fields=["valid_to"])
    journal.record(
        "directory.appointment_ended",
        subject=appointment.ref,
        by=by,
        person=appointment.person.ref,
        last_day=last_day,
        **acting_in(by, appointment.organisation, Role.HEAD),
    )
    return appointment


@transaction.atomic
def register_organisation(
    *,
    code: str,
    kind: OrganisationKind,
    name: str,
    short_name: str,
    parent: Organisation | None,
    valid_from: date,
    by: Person | None,
) -> Organisation:
    """Enter a body into the register under an identifier that never changes hands."""
    if not may_change_register(by):
        raise PermissionDenied
    code = code.strip().upper()
    _check_code(code, parent)
    unit = Organisation.objects.create(
        code=code,
        kind=kind,
        name=name.strip(),
        short_name=short_name.strip(),
        parent=parent,
        valid_from=valid_from,
    )
    journal.record(
        "directory.organisation_registered",
        subject=unit.ref,
        by=by,
        code=code,
        of_kind=OrganisationKind(kind).value,
        valid_from=valid_from,
    )
    return unit


@transaction.atomic
def rename_organisation(
    *,
    organisation: Organisation,
    name: str,
    short_name: str,
    since: date,
    by: Person | None,
) -> Organisation:
    """Give a body a new name; the old one goes on leading to it."""
    if not may_change_register(by):
        raise PermissionDenied
    unit = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if since > clock.today():
        raise RuleBroken(
            N_("A new name is entered on the day it begins to hold."), field="since"
        )
    if not name.strip() or name.strip() == unit.name:
        raise RuleBroken(N_("The new name is missing, or it is the old one."), field="name")  # fmt: skip
    Succession.objects.get_or_create(
        old_name=unit.name,
        successor=unit,
        since=since,
        defaults={"share": Share.RENAMED},
    )
    unit.name, unit.short_name = name.strip(), short_name.strip()
    unit.save()
    journal.record(
        "directory.organisation_renamed", subject=unit.ref, by=by, since=since
    )
    return unit


@transaction.atomic
def close_organisation(
    *, organisation: Organisation, last_day: date, by: Person | None
) -> Organisation:
    """Let a body end on a day; posts in it end with it, bodies below must end first."""
    if not may_change_register(by):
        raise PermissionDenied
    unit = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _check_days(unit.valid_from, last_day, field="last_day")
    if unit.valid_to:
        raise RuleBroken(N_("The end of this organisation is already entered."))
    if unit.children.in_force(last_day + timedelta(days=1)).exists():
        raise RuleBroken(N_("Close or move the organisations below it first."))
    unit.valid_to = last_day
    unit.save(update_fields=["valid_to"])
    ended = [
        post
        for post in unit.appointments.select_for_update()
        if post.valid_to is None or post.valid_to > last_day
    ]
    for post in ended:
        if post.valid_from and post.valid_from > last_day:
            raise RuleBroken(N_("Somebody is appointed there from a later day. End that post first."))  # fmt: skip
        post.valid_to = last_day
        post.save(update_fields=["valid_to"])
    journal.record(
        "directory.organisation_closed",
        subject=unit.ref,
        by=by,
        last_day=last_day,
        posts=[post.ref for post in ended],
    )
    return unit


def _check_days(
    valid_from: date | None, valid_to: date | None, field: str = "valid_to"
) -> None:
    if valid_from and valid_to and valid_to < valid_from:
        raise RuleBroken(N_("The last day lies before the first."), field=field)


def _check_post(
    person: Person,
    organisation: Organisation,
    role: Role,
    title: str,
    valid_from: date,
    valid_to: date | None,
) -> None:
    """Refuse a post without a title, outside its organisation's days, or held already."""
    _check_days(valid_from, valid_to)
    if not title.strip():
        raise RuleBroken(N_("The title of the post is missing."), field="title")
    if not valid_on(organisation.valid_from, organisation.valid_to, valid_from):
        raise RuleBroken(
            N_("%(unit)s does not exist on %(day)s."),
            field="valid_from",
            unit=organisation.name,
            day=valid_from.strftime("%d/%m/%Y"),
        )
    Person.objects.select_for_update().get(pk=person.pk)
    for post in person.appointments.filter(organisation=organisation, role=role):
        if (post.valid_to is None or post.valid_to >= valid_from) and (
            valid_to is None or post.valid_from is None or post.valid_from <= valid_to
        ):
            raise RuleBroken(N_("This person already holds this post then."))


def _check_code(code: str, parent: Organisation | None) -> None:
    """Refuse what is no identifier, is in use, or does not say whose body this is."""
    if not CODE.fullmatch(code):
        raise RuleBroken(
            N_("“%(code)s” is not an identifier. Write it like H26.35."),
            field="code",
            code=code,
        )
    under = parent.code if parent else UNDER_THE_CITY
    if under.startswith(UNDER_THE_CITY) and not code.startswith(f"{UNDER_THE_CITY}."):
        raise RuleBroken(
            N_("Bodies of the city have identifiers that begin with H26."), field="code"
        )
    if Organisation.objects.filter(code=code).exists():
        raise RuleBroken(
            N_("The identifier %(code)s is already in use."), field="code", code=code
        )
