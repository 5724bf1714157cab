"""Reading the directory: units and their old names, people, mandates, who read what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.urls import reverse

from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.text import fold

from .models import Appointment, Mandate, Organisation, Person, Succession, in_force
from .rules import (
    Holding,
    Lending,
    MandateConflict,
    OrganisationKind,
    Role,
    Scope,
    Share,
    mandate_conflicts,
)


def holdings_of(people: Collection[Person]) -> dict[UUID, list[Holding]]:
    """Return what each of many people acts as today, as `authority.holdings` does: two queries."""
    lent = Mandate.objects.filter(in_force(), delegate__in=people, ended_at=None, scope=Scope.EVERYTHING)  # fmt: skip
    principals = defaultdict(list)
    for delegate, principal in lent.values_list("delegate", "principal"):
        principals[delegate].append(principal)
    holders = {person.pk for person in people}.union(*principals.values())
    posts = defaultdict(list)
    for post in Appointment.objects.filter(in_force(), person__in=holders):
        posts[post.person_id].append((Role(post.role), post.organisation_id))
    return {
        person.pk: [
            *(Holding(*post) for post in posts[person.pk]),
            *(Holding(*post, other) for other in principals[person.pk] for post in posts[other]),
        ]
        for person in people
    }  # fmt: skip


def find_people(
    *, person: Person | AnonymousUser, text: str, many: int = 20
) -> list[tuple[str, str, str]]:
    """Search the people somebody may see: name, posts held, address."""
    if not isinstance(person, Person):
        return []
    found = Person.objects.visible_to(person).order_by("sort_key")
    for word in fold(text).split():
        found = found.filter(folded__contains=word)
    names = dict(found.values_list("pk", "full_name")[:many])
    posts: dict[UUID, list[str]] = {}
    for key, title, unit in Appointment.objects.filter(
        in_force(), person__in=names
    ).values_list("person_id", "title", "organisation__short_name"):
        posts.setdefault(key, []).append(f"{title}, {unit}")
    return [
        (name, "; ".join(posts.get(key, [])), reverse("person", args=[key]))
        for key, name in names.items()
    ]


def find_organisations(
    *, person: Person | AnonymousUser, text: str, many: int = 20
) -> list[tuple[str, str, str]]:
    """Search organisations in force, with or without accents: name, detail, address.

    A name that was given up finds what became of it.
    """
    found = Organisation.objects.in_force().in_order()
    old = Succession.objects.select_related("successor").order_by("sort_key", "id")
    for word in fold(text).split():
        found = found.filter(folded__contains=word)
        old = old.filter(folded__contains=word)
    rows = [
        (unit.name, unit.code, reverse("organisation", args=[unit.pk]))
        for unit in found[:many]
    ]
    known = {address for _, _, address in rows}
    for past in old[: many - len(rows)]:
        address = reverse("organisation", args=[past.successor_id])
        if address not in known:
            rows.append((past.successor.name, f"← {past.old_name}", address))
    return rows


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One organisation in a list."""

    id: UUID
    code: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an old unit: one of the units it went into, and how much of it."""

    old_name: str
    share: Share
    since: date
    note: str
    id: UUID
    name: str


def organisations_by_kind(text: str = "") -> dict[OrganisationKind, list[UnitRow]]:
    """List organisations in force by kind, in Vietnamese order; one query."""
    found = Organisation.objects.in_force()
    for word in fold(text).split():
        found = found.filter(folded__contains=word)
    rows: dict[OrganisationKind, list[UnitRow]] = {
        kind: [] for kind in OrganisationKind
    }
    for kind, pk, code, name, short_name in found.order_by("sort_key").values_list(
        "kind", "id", "code", "name", "short_name"
    ):
        rows[OrganisationKind(kind)].append(UnitRow(pk, code, name, short_name))
    return {kind: units for kind, units in rows.items() if units}


def successions_of(text: str) -> list[Became]:
    """Tell what became of the units whose old name holds these words."""
    if not text.strip():
        return []
    found = Succession.objects.order_by("sort_key", "successor__sort_key")
    for word in fold(text).split():
        found = found.filter(folded__contains=word)
    return _became(found)


def formed_from(unit: Organisation) -> list[Became]:
    """Tell which old units, whole or in part, went into this one."""
    return _became(unit.successions.order_by("sort_key", "id"))


def _became(found: QuerySet[Succession]) -> list[Became]:
    rows = found.values_list(
        "old_name", "share", "since", "note", "successor_id", "successor__name"
    )
    return [
        Became(old, Share(share), since, note, pk, name)
        for old, share, since, note, pk, name in rows
    ]


def posts_in(unit: Organisation, *, kept_for: int = 200) -> list[Appointment]:
    """List the posts held in an organisation today, heads first."""
    first = {Role.LEADER: 0, Role.HEAD: 1}
    found = list(
        unit.appointments.filter(in_force(), person__is_active=True)
        .exclude(role=Role.MACHINE)
        .select_related("person")
        .order_by("person__sort_key")[:kept_for]
    )
    return sorted(found, key=lambda post: first.get(Role(post.role), 2))


def acting_in(
    by: Person | None, organisation: Organisation, *roles: Role
) -> dict[str, Any]:
    """Return figures that name on whose behalf somebody acts in an organisation.

    Empty where `by` holds one of the roles in person; actions add it to their fact:
    `journal.record(…, **acting_in(by, unit, Role.HEAD))`.
    """
    if by is None:
        return {}
    holding = by.authority.capacity(organisation.pk, *roles)
    if holding is None:
        holding = by.authority.capacity(organisation.parent_id, *roles)
    if holding is None or holding.on_behalf_of is None:
        return {}
    return {"on_behalf_of": f"directory.person:{holding.on_behalf_of}"}


def delegates_for(principal: Person) -> QuerySet[Person]:
    """List who may act for somebody: active people of their organisations and below."""
    units = {h.organisation_id for h in principal.authority.own}
    reach = Organisation.objects.filter(Q(pk__in=units) | Q(parent_id__in=units))
    posts = Appointment.objects.filter(in_force(), organisation__in=reach)
    posts = posts.exclude(role=Role.MACHINE)
    return (
        Person.objects.filter(is_active=True, pk__in=posts.values("person"))
        .exclude(pk=principal.pk)
        .order_by("sort_key")
    )


def may_be_delegate(delegate: Person, principal: Person) -> bool:
    """Tell whether a person may act for another."""
    return delegates_for(principal).filter(pk=delegate.pk).exists()


def conflicts_of(lending: Lending, delegate: Person) -> list[MandateConflict]:
    """Return what is odd about a mandate, as the records stand."""
    beside = Mandate.objects.filter(
        Q(principal_id__in=[lending.principal, lending.delegate]),
        ended_at__isnull=True,
        valid_to__gte=lending.valid_from,
    ).values_list("principal_id", "delegate_id", "scope", "valid_from", "valid_to")
    others = [
        Lending(principal, other, Scope(scope), since or date.min, until or date.max)
        for principal, other, scope, since, until in beside
    ]
    roles = {holding.role for holding in delegate.authority.own}
    return mandate_conflicts(lending, others, roles)


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """List the mandates a person gave or holds, the running ones first."""
    return (
        Mandate.objects.filter(Q(principal=person) | Q(delegate=person))
        .select_related("principal", "delegate")
        .order_by("ended_at", "-valid_to", "id")
    )


@dataclass(frozen=True, slots=True)
class ReadingOfData:
    """One time somebody read another's personal data."""

    at: datetime
    who: str
    organisation: str
    fields: list[str]
    purpose: str
    about: str


def readings_of(person: Person, *, many: int = 500) -> list[ReadingOfData]:
    """Tell a person who read their data, newest first; from the journal."""
    facts = [
        fact
        for fact in reversed(facts_about(person.ref))
        if fact.kind == "directory.personal_data_read"
    ][:many]
    people = _names(Person, "full_name", [fact.actor for fact in facts])
    units = _names(Organisation, "name", [fact.organisation for fact in facts])
    return [
        ReadingOfData(
            fact.occurred_at,
            people.get(fact.actor or "", ""),
            units.get(fact.organisation or "", ""),
            fact.figures["fields"],
            fact.figures["purpose"],
            fact.figures.get("about", ""),
        )
        for fact in facts
    ]


def _names(model: Any, field: str, refs: list[str | None]) -> dict[str, str]:
    keys = {ref.partition(":")[2] for ref in refs if ref}
    label = model._meta.label_lower
    found = model.objects.filter(pk__in=keys).values_list("pk", field)
    return {f"{label}:{pk}": name for pk, name in found}


def own_data(person: Person) -> dict[str, Any]:
    """Return everything the directory holds about a person, for the person."""
    return {
        "exported_at": clock.now(),
        "person": {
            field: getattr(person, field)
            for field in sorted(
                (set(Person.Privacy.personal) | Person.Privacy.open)
                - {"password", "folded", "sort_key"}
            )
        },
        "posts": list(
            person.appointments.order_by("valid_from", "id").values(
                "title", "role", "organisation__code", "organisation__name",
                "valid_from", "valid_to",
            )
        ),
        "mandates": list(
            mandates_of(person).values(
                "principal__full_name", "delegate__full_name", "scope", "valid_from",
                "valid_to", "reason", "ended_at",
            )
        ),
        "sessions": list(
            person.sessions.order_by("started_at").values(
                "browser", "started_at", "seen_at"
            )
        ),
        "sign_in_services": list(
            SocialAccount.objects.filter(user=person)
            .order_by("pk")
            .values("provider", "date_joined")
        ),
        "who_read_it": [
            {"at": r.at, "who": r.who, "organisation": r.organisation,
             "fields": r.fields, "purpose": r.purpose, "about": r.about}
            for r in readings_of(person)
        ],
    }  # fmt: skip
