"""Partners and what came from them, as it was declared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from khuevan.directory.public import Organisation, Person
from khuevan.exchange.public import works_for_exchange
from khuevan.platform import clock
from khuevan.platform.models import Entity
from khuevan.platform.refusals import readable

from .rules import Standing, Trust


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a sentence of ours with its values, or somebody's words."""

    sentence: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it in the language of who reads."""
        if not self.sentence:
            return ""
        told = gettext(self.sentence)
        return told % readable(self.values) if self.values else told


def _values() -> Any:
    return models.JSONField(default=dict, encoder=DjangoJSONEncoder)


class PartnerQuerySet(models.QuerySet["Partner"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep all for people of the exchange's operator and who reads everything."""
        if not isinstance(person, Person):
            return self.none()
        reads = works_for_exchange(person) or person.authority.reads_everything
        return self if reads else self.none()


class Partner(Entity):
    """Another exchange: where it is, as whom we ask it, and on which agreement.

    `sealed` is the secret we ask it with, encrypted; `cursor` stands after what was read.
    """

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.CharField(max_length=100)
    sealed = models.TextField()
    takes = ArrayField(models.CharField(max_length=5))
    trust = models.CharField(max_length=8, choices=[(t, t.name) for t in Trust])
    agreed_on = models.DateField()
    document = models.CharField(max_length=200)
    begun_at = models.DateTimeField(default=clock.now)
    cursor = models.CharField(max_length=200, blank=True)
    pulled_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=500, blank=True)
    fault_values = _values()
    fault_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)

    objects = PartnerQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "name", "address", "organisation", "client_id", "sealed", "takes",
                "trust", "agreed_on", "document", "begun_at", "cursor", "pulled_at",
                "fault", "fault_values", "fault_at", "paused_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(takes=[]), name="federation_partner_gives_something"
            ),
            models.CheckConstraint(
                condition=Q(fault="", fault_at__isnull=True)
                | (~Q(fault="") & Q(fault_at__isnull=False)),
                name="federation_fault_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def told_fault(self) -> str:
        """Return why it could not be read, in the language of who reads."""
        return str(Reason(self.fault, self.fault_values))


class CameQuerySet(models.QuerySet["Came"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what came from partners somebody may see."""
        return self.filter(partner__in=Partner.objects.visible_to(person))


class Came(Entity):
    """What a partner lists, as it was last declared, and what became of it here."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="came")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    declared = models.JSONField(default=dict)
    standing = models.CharField(
        max_length=8, choices=[(s, s.name) for s in Standing], db_index=True
    )
    why = models.CharField(max_length=500, blank=True)
    why_values = _values()
    passed = models.BooleanField(default=False)
    listing = models.UUIDField(null=True)
    seen_at = models.DateTimeField()

    objects = CameQuerySet.as_manager()

    class Privacy:
        personal = {"declared": "may name owners"}
        open = {"id", "partner", "code", "title", "standing", "why", "why_values", "passed", "listing", "seen_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "code"], name="federation_what_came_is_kept_once"
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.LISTED) | Q(listing__isnull=False),
                name="federation_listed_has_its_listing",
            ),
        ]

    @property
    def told_why(self) -> str:
        """Return why it stands so, in the language of who reads."""
        return str(Reason(self.why, self.why_values))

    @property
    def digest(self) -> str:
        """Return the digest of what somebody reads who looks at it: its side and its words."""
        said = [self.declared.get("kind"), self.declared.get("fields")]
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def stands(self, standing: Standing, why: Reason) -> None:
        """Say how it stands from now on, and why; not saved."""
        self.standing, self.why, self.why_values = standing, why.sentence, dict(why.values)  # fmt: skip
