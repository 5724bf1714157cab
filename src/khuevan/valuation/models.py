"""Valuations, the opinions in them, who may value, and prices people agreed on."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules.concluding import Purpose, Right, State
from .rules.prices import Source
from .rules.sheets import Method


ACTING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL, Role.MEMBER)
"""Posts whose holders act for their organisation."""


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word, word.name) for word in words]


class AppraiserQuerySet(models.QuerySet["Appraiser"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep everybody: who may value is public."""
        return self.all()


class Appraiser(Entity):
    """Somebody on the list of those who value technology (Decree 76/2018, Article 32)."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    certificate = models.CharField(max_length=60)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    until = models.DateField()
    registered_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = AppraiserQuerySet.as_manager()

    class Privacy:
        personal = {
            "person": "who values: the list is public",
            "certificate": "of a person",
        }
        open = {"id", "organisation", "fields", "until", "registered_at", "ended_at"}


class ValuationQuerySet(models.QuerySet["Valuation"]):
    def visible_to(
        self, person: Person | AnonymousUser, *, keeps: bool = False
    ) -> Self:
        """Keep what one's organisation asked for, and what one values oneself.

        `keeps` tells that the person keeps the list of appraisers (see
        `access.keeps_the_list`) and settles what opinions leave open: all is seen.
        """
        if not isinstance(person, Person):
            return self.none()
        if keeps or person.authority.reads_everything:
            return self.all()
        posts = [
            h.organisation_id for h in person.authority.holdings if h.role in ACTING
        ]
        return self.filter(
            Q(owner__in=posts) | Q(appraisals__appraiser__person=person)
        ).distinct()


class Valuation(Entity):
    """What is to be valued, for whom, for what and as of which day. Money in đồng."""

    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=250)
    subject = models.CharField(max_length=150, blank=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    right = models.CharField(max_length=14, choices=_choices(Right))
    purpose = models.CharField(max_length=12, choices=_choices(Purpose))
    trl = models.PositiveSmallIntegerField(null=True)
    state_funded = models.BooleanField()
    base_day = models.DateField()
    protected_until = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=_choices(State), default=State.ASKED
    )
    asked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    amount = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = ValuationQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "title", "subject", "owner", "field", "kind", "right",
                "purpose", "trl", "state_funded", "base_day", "protected_until", "state",
                "asked_by", "asked_at", "amount", "why", "ended_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(trl__isnull=True) | Q(trl__gte=1, trl__lte=9),
                name="valuation_trl_is_one_to_nine",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CONCLUDED, amount__gt=0)
                | (~Q(state=State.CONCLUDED) & Q(amount=None)),
                name="valuation_has_a_value_once_concluded",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"])]


class Appraisal(Entity):
    """One appraiser's opinion; another's is not seen before both are signed."""

    valuation = models.ForeignKey(
        Valuation, on_delete=models.CASCADE, related_name="appraisals"
    )
    seat = models.PositiveSmallIntegerField()
    appraiser = models.ForeignKey(Appraiser, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField(null=True)
    reasoning = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager[Appraisal]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "valuation",
            "seat",
            "appraiser",
            "amount",
            "reasoning",
            "signed_at",
            "digest",
        }

    class Meta:
        ordering = ["seat"]
        constraints = [
            models.UniqueConstraint(
                fields=["valuation", "seat"], name="valuation_seat_is_taken_once"
            ),
            models.UniqueConstraint(
                fields=["valuation", "appraiser"],
                name="valuation_appraiser_gives_one_opinion",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, amount=None, digest="")
                | (Q(signed_at__isnull=False, amount__gt=0) & ~Q(digest="")),
                name="valuation_opinion_is_signed_with_its_value",
            ),
        ]


class Worksheet(Entity):
    """One method's inputs and what they come to, as `rules.sheets` tells; đồng."""

    appraisal = models.ForeignKey(
        Appraisal, on_delete=models.CASCADE, related_name="worksheets"
    )
    method = models.CharField(max_length=12, choices=_choices(Method))
    weight = models.PositiveSmallIntegerField()
    sheet = models.JSONField()
    value = models.BigIntegerField()
    kept_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Worksheet]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "appraisal", "method", "weight", "sheet", "value", "kept_at"}

    class Meta:
        ordering = ["method"]
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "method"], name="valuation_method_is_worked_once"
            ),
            models.CheckConstraint(
                condition=Q(weight__lte=100), name="valuation_weight_is_a_share"
            ),
        ]


class ReferencePriceQuerySet(models.QuerySet["ReferencePrice"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep the prices everybody may read one by one: those whose sides agreed to it."""
        return self.filter(open=True)


class ReferencePrice(Entity):
    """A price two sides agreed on, once per subject; `open` where both let it be read."""

    subject = models.CharField(max_length=150, unique=True)
    title = models.CharField(max_length=250)
    agreed_on = models.DateField()
    field = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    right = models.CharField(max_length=14, choices=_choices(Right))
    price = models.BigIntegerField()
    royalty = models.PositiveIntegerField(null=True)
    trl = models.PositiveSmallIntegerField(null=True)
    seller = models.UUIDField()
    buyer = models.UUIDField()
    source = models.CharField(max_length=8, choices=_choices(Source))
    open = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ReferencePriceQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "subject", "title", "agreed_on", "field", "kind", "right", "price",
                "royalty", "trl", "seller", "buyer", "source", "open", "recorded_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0), name="valuation_price_is_above_nought"
            ),
            models.CheckConstraint(
                condition=~Q(seller=F("buyer")), name="valuation_price_has_two_sides"
            ),
        ]
        indexes = [models.Index(fields=["field", "right", "agreed_on"])]
