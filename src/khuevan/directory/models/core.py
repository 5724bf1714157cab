"""People, organisations, the posts people hold, and who acts for whom.

The one app whose models others may point to. Personal data is declared beside
the model in `Privacy`: what is personal, and what may be shown to whom unmasked.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q

from khuevan.directory.rules import (
    Authority,
    Gender,
    Holding,
    OrganisationKind,
    Role,
    Scope,
    Share,
)
from khuevan.platform import clock
from khuevan.platform.models import Entity
from khuevan.platform.text import fold, sort_key


def in_force(day: date | None = None, prefix: str = "") -> Q:
    """Return the condition that a dated row holds on a day (default today)."""
    day = day or clock.today()
    starts = Q(**{f"{prefix}valid_from__isnull": True}) | Q(
        **{f"{prefix}valid_from__lte": day}
    )
    ends = Q(**{f"{prefix}valid_to__isnull": True}) | Q(
        **{f"{prefix}valid_to__gte": day}
    )
    return starts & ends


class Dated(Entity):
    """A thing that holds from one day to another, both included."""

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
            )
        ]


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def in_force(self, day: date | None = None) -> Self:
        return self.filter(in_force(day))

    def in_order(self) -> Self:
        return self.order_by("sort_key")


class Organisation(Dated):
    """A body that holds tasks, people and data: department, commune, enterprise …"""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(
        max_length=20, choices=[(k, k.name) for k in OrganisationKind]
    )
    name = models.CharField(max_length=250)
    short_name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=250, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    folded = models.CharField(max_length=500, editable=False)
    sort_key = models.CharField(max_length=4000, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "valid_from", "valid_to", "code", "kind", "name", "short_name",
                "name_en", "parent", "folded", "sort_key"}  # fmt: skip

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["kind", "sort_key"])]

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(f"{self.name} {self.short_name} {self.code}")
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.name


class Area(Entity):
    """The territory of a commune: official code, size, people, outline on the map."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="area"
    )
    official_code = models.CharField(max_length=5, unique=True)
    is_ward = models.BooleanField()
    area_km2 = models.DecimalField(max_digits=8, decimal_places=2)
    population = models.PositiveIntegerField()
    population_doubt = models.CharField(max_length=200, blank=True)
    formed_from = models.TextField(blank=True)
    outline = models.TextField(help_text="SVG path data in the city map's own units")

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "organisation", "official_code", "is_ward", "area_km2",
                "population", "population_doubt", "formed_from", "outline"}  # fmt: skip


class Succession(Entity):
    """What became of a unit that is no more, or of a name that was given up."""

    old_name = models.CharField(max_length=250)
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="successions"
    )
    share = models.CharField(max_length=10, choices=[(s, s.name) for s in Share])
    since = models.DateField()
    note = models.CharField(max_length=250, blank=True)
    folded = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=4000, editable=False)

    objects: ClassVar[models.Manager[Succession]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "old_name", "successor", "share", "since", "note", "folded",
                "sort_key"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["old_name", "successor", "since"],
                name="directory_succession_is_told_once",
            )
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(self.old_name)
        self.sort_key = sort_key(self.old_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, viewer: Person) -> PersonQuerySet:
        """Return whom a person may look up: oneself, colleagues, or everybody.

        City-wide readers and operators see everybody who holds or held a post;
        others see the people of the organisations they act in.
        """
        authority = viewer.authority
        if authority.reads_everything or authority.has(Role.OPERATOR):
            return self
        return self.filter(
            Q(pk=viewer.pk)
            | Exists(
                Appointment.objects.filter(
                    in_force(),
                    person=OuterRef("pk"),
                    organisation__in=authority.organisations,
                )
            )
        )


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username__iexact=username)


class Person(AbstractBaseUser, Entity):
    """Somebody who may sign in, or is named by the records."""

    username = models.CharField(max_length=150, unique=True)
    full_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    national_id = models.CharField(max_length=12, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(
        max_length=6, blank=True, choices=[(g, g.name) for g in Gender]
    )
    residence = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2, default="vi")
    is_active = models.BooleanField(default=True)
    is_invented = models.BooleanField(default=False, help_text="A person of the demo")
    created_at = models.DateTimeField(default=clock.now)
    enabled_at = models.DateTimeField(default=clock.now)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    folded = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=2000, editable=False)

    objects = PersonManager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Privacy:
        personal = {
            "email": "contact",
            "phone": "contact",
            "national_id": "identity",
            "birth_date": "identity",
            "gender": "identity",
            "residence": "identity",
            "last_login": "account",
            "password_changed_at": "account",
        }
        open = {"id", "password", "username", "full_name", "language", "is_active",
                "is_invented", "created_at", "enabled_at", "folded", "sort_key"}  # fmt: skip

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(f"{self.full_name} {self.username}")
        # People are sorted by given name, the last word of a Vietnamese name.
        family, _, given = self.full_name.rpartition(" ")
        self.sort_key = sort_key(f"{given} {family}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.full_name

    def has_usable_password(self) -> bool:
        """Tell whether a password was ever set: most people come through a service."""
        return bool(self.password) and super().has_usable_password()

    @property
    def authority(self) -> Authority:
        """Return what this person may act as today: one query, kept on the object."""
        day = clock.today()
        kept: tuple[date, Authority] | None = self.__dict__.get("_authority")
        if kept is None or kept[0] != day:
            kept = (day, _authority_on(self, day))
            self.__dict__["_authority"] = kept
        return kept[1]

    @property
    def organisation_ref(self) -> str | None:
        """Return the organisation this person acts in first, for the journal."""
        holdings = self.authority.holdings
        if not holdings:
            return None
        return f"directory.organisation:{holdings[0].organisation_id}"


class Appointment(Dated):
    """A post: this person, in this organisation, in this role, from when to when."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="appointments"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="appointments"
    )
    role = models.CharField(max_length=20, choices=[(r, r.name) for r in Role])
    title = models.CharField(max_length=150)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "valid_from", "valid_to", "person", "organisation", "role",
                "title"}  # fmt: skip

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["organisation", "role"])]


class Mandate(Dated):
    """Acting for another: whose authority, lent to whom, for what, until when."""

    principal = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="mandates_given"
    )
    delegate = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="mandates_held"
    )
    scope = models.CharField(max_length=20, choices=[(s, s.name) for s in Scope])
    reason = models.CharField(max_length=250)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "valid_from", "valid_to", "principal", "delegate", "scope",
                "reason", "ended_at"}  # fmt: skip

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(principal=F("delegate")),
                name="%(app_label)s_%(class)s_is_for_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False),
                name="%(app_label)s_%(class)s_has_an_end",
            ),
        ]


_HELD = """
    WITH RECURSIVE held AS (
        SELECT a.role, a.organisation_id, NULL::uuid AS principal, '' AS scope,
            a.valid_from, a.id
        FROM directory_appointment a
        WHERE a.person_id = %(person)s
            AND coalesce(a.valid_from <= %(day)s, true)
            AND coalesce(a.valid_to >= %(day)s, true)
        UNION ALL
        SELECT a.role, a.organisation_id, a.person_id, m.scope, NULL, a.id
        FROM directory_mandate m
        JOIN directory_appointment a ON a.person_id = m.principal_id
        WHERE m.delegate_id = %(person)s AND m.ended_at IS NULL
            AND coalesce(m.valid_from <= %(day)s, true)
            AND coalesce(m.valid_to >= %(day)s, true)
            AND coalesce(a.valid_from <= %(day)s, true)
            AND coalesce(a.valid_to >= %(day)s, true)
    ), below AS (
        SELECT o.id, o.parent_id FROM directory_organisation o
        WHERE o.parent_id IN (SELECT organisation_id FROM held)
        UNION
        SELECT o.id, o.parent_id FROM directory_organisation o
        JOIN below ON o.parent_id = below.id
    )
    (SELECT role, organisation_id, principal, scope FROM held
     ORDER BY principal IS NOT NULL, valid_from, id)
    UNION ALL SELECT NULL, id, parent_id, NULL FROM below
"""
"""What somebody holds themselves, what was lent to them, then all bodies below."""


def _authority_on(person: Person, day: date) -> Authority:
    holdings: list[Holding] = []
    below: dict[UUID, UUID] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"person": person.pk, "day": day})
        for role, organisation, other, scope in cursor.fetchall():
            if role is None:
                below[organisation] = other
            else:
                covers = Scope(scope) if scope else Scope.EVERYTHING
                holdings.append(Holding(Role(role), organisation, other, covers))
    return Authority.of(tuple(holdings), below)
