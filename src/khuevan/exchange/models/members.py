"""Members of the exchange: organisations of the directory, or people as experts."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.exchange.countries import HOME
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.platform import clock
from khuevan.platform.models import Entity


ACTING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL, Role.MEMBER)
SPEAKING = (*ACTING, Role.MACHINE)
"""Roles that speak for an organisation: its software, too, which is nobody's hidden tie."""
"""Posts whose holders act for their organisation on the exchange."""


class MemberQuerySet(models.QuerySet["Member"]):
    def acted_for_by(self, person: Person | AnonymousUser) -> Self:
        """Keep the members a person speaks for: oneself, or where one holds a post."""
        if not isinstance(person, Person):
            return self.none()
        posts = [
            holding.organisation_id
            for holding in person.authority.holdings
            if holding.role in SPEAKING
        ]
        return self.filter(Q(person=person) | Q(organisation__in=posts))

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep everybody: who takes part in the exchange is public."""
        return self.all()


class Member(Entity):
    """Who offers and seeks: an organisation, or a person as an expert.

    `delivered` counts its deals traced to delivery here; nobody can say it of themselves.
    """

    kind = models.CharField(max_length=12, choices=[(k, k.name) for k in MemberKind])
    organisation = models.OneToOneField(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.OneToOneField(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tier = models.CharField(
        max_length=12, choices=[(t, t.name) for t in Tier], default=Tier.REGISTERED
    )
    profile_vi = models.TextField()
    profile_en = models.TextField(blank=True)
    fields = ArrayField(models.CharField(max_length=14), default=list)
    region = models.CharField(max_length=2, blank=True)
    country = models.CharField(max_length=2, default=HOME)
    joined_at = models.DateTimeField(default=clock.now)
    delivered = models.PositiveIntegerField(default=0)

    objects = MemberQuerySet.as_manager()

    class Privacy:
        personal = {"person": "an expert who lists under their own name"}
        open = {"id", "kind", "organisation", "tier", "profile_vi", "profile_en",
                "fields", "region", "country", "joined_at", "delivered"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="exchange_member_is_an_organisation_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(kind=MemberKind.EXPERT),
                name="exchange_person_is_a_member_as_an_expert",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name of the organisation or of the expert."""
        holder = self.organisation or self.person
        return str(holder)
