"""Deals, who takes part, what was agreed to and done, and what they were asked later."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from khuevan.deals.rules.states import ENDS, Move, Part, State, Turn
from khuevan.directory.public import Organisation, Person
from khuevan.exchange.public import ACTING
from khuevan.platform import clock
from khuevan.platform.models import Entity


_ENDS = sorted(state.value for state in ENDS)


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the codes of a list of words for a column."""
    return [(word.value, word.name) for word in words]


def _posts(person: Person) -> list[object]:
    return [h.organisation_id for h in person.authority.holdings if h.role in ACTING]


class BrokerQuerySet(models.QuerySet["Broker"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep everybody: who brokers on the exchange is public."""
        return self

    def in_force(self) -> Self:
        return self.filter(ended_on=None)


class Broker(Entity):
    """A member of the exchange that is registered as broker; `member` is its key there."""

    member = models.UUIDField()
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True)

    objects = BrokerQuerySet.as_manager()

    class Privacy:
        personal = {"person": "an expert who brokers under their own name"}
        open = {"id", "member", "organisation", "since", "ended_on"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(ended_on__isnull=True),
                name="deals_member_is_registered_as_broker_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation or self.person)


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(
        self, person: Person | AnonymousUser, *, oversees: bool = False
    ) -> Self:
        """Keep the deals one takes part in or mediates; all where one works for the exchange.

        `oversees` tells that the person does (see `access.oversees`). How much of a deal is
        shown is `access`'s.
        """
        if not isinstance(person, Person):
            return self.none()
        if oversees or person.authority.reads_everything:
            return self
        part = Party.objects.filter(
            Q(person=person) | Q(organisation__in=_posts(person))
        )
        return self.filter(Q(pk__in=part.values("deal")) | Q(mediator=person))

    def live(self) -> Self:
        return self.exclude(state__in=ENDS)


class Deal(Entity):
    """One provider and one recipient over one listing, from asking for contact on.

    `listing` is its key in the exchange; its code, kind and field are kept as they were
    when contact was asked for. `due_at` is when whoever has the `turn` ought to have acted.
    """

    code = models.CharField(max_length=16, unique=True)
    listing = models.UUIDField(db_index=True)
    listing_code = models.CharField(max_length=12)
    listing_kind = models.CharField(max_length=16)
    field = models.CharField(max_length=14, blank=True)
    title = models.CharField(max_length=250)
    state_funded = models.BooleanField(null=True)
    asker = models.CharField(max_length=9, choices=choices(Part))
    lister_hidden = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=choices(State))
    turn = models.CharField(max_length=9, choices=choices(Turn))
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    introduced_at = models.DateTimeField(null=True)
    room_at = models.DateTimeField(null=True)
    nda = models.UUIDField(null=True)
    negotiating_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_asked_by = models.CharField(max_length=9, blank=True, choices=choices(Part))
    book = models.CharField(max_length=80, blank=True)
    mediator = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DealQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "listing", "listing_code", "listing_kind", "field", "title",
                "state_funded", "asker", "lister_hidden", "state", "turn", "since", "due_at",
                "chased", "asked_at", "introduced_at", "room_at", "nda", "negotiating_at",
                "agreed_at", "signed_on", "registered_on", "effective_on", "delivered_at",
                "ended_at", "end_asked_by", "book", "mediator"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_ENDS, ended_at__isnull=False, due_at=None)
                | ~Q(state__in=_ENDS) & Q(ended_at=None, due_at__isnull=False),
                name="deals_live_deal_has_a_clock_and_an_ended_one_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def account(self) -> str:
        """Return the code of the account that keeps the deal's escrow."""
        return f"ESCROW:{self.code}"

    @property
    def owed(self) -> str:
        """Return the code of the account of what was released to the provider."""
        return f"PAYABLE:{self.code}"

    @property
    def lacking(self) -> str:
        """Return the code of the account of what the recipient is to pay again."""
        return f"LACKING:{self.code}"


class Party(Entity):
    """Who takes part in a deal as what; `member` is their key in the exchange."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="parties")
    part = models.CharField(max_length=9, choices=choices(Part))
    member = models.UUIDField()
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Party]] = models.Manager()

    class Privacy:
        personal = {"person": "an expert who deals under their own name"}
        open = {"id", "deal", "part", "member", "organisation"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "part"], name="deals_each_part_is_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="deals_party_is_an_organisation_or_a_person",
            ),
        ]

    @property
    def name(self) -> str:
        """Return the name of the organisation or of the expert."""
        return str(self.organisation or self.person)


class Step(Entity):
    """What was done in a deal, by whom, for which side, with which words."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="steps")
    move = models.CharField(max_length=16, blank=True, choices=choices(Move))
    state = models.CharField(max_length=12, choices=choices(State))
    part = models.CharField(max_length=9, blank=True, choices=choices(Part))
    words = models.TextField(blank=True)
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Step]] = models.Manager()

    class Privacy:
        personal = {"words": "may speak of people"}
        open = {"id", "deal", "move", "state", "part", "by", "at"}

    class Meta:
        ordering = ["at", "id"]


class Consent(Entity):
    """One side agreed to a version of the NDA; `digest` is the SHA-256 of its text."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="consents")
    part = models.CharField(max_length=9, choices=choices(Part))
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Consent]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "part", "version", "digest", "by", "at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "part"], name="deals_each_side_agrees_to_the_nda_once"
            )
        ]


class PriceConsent(Entity):
    """One side lets everybody read the price of a delivered deal; both have to."""

    deal = models.ForeignKey(
        Deal, on_delete=models.PROTECT, related_name="price_consents"
    )
    part = models.CharField(max_length=9, choices=choices(Part))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[PriceConsent]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "part", "by", "at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "part"], name="deals_each_side_opens_the_price_once"
            )
        ]


class Answer(models.TextChoices):
    """What a side says when asked whether it closed elsewhere."""

    NO = "no"
    TALKING = "talking"
    ELSEWHERE = "elsewhere"


MOST_POINTS = 5
"""What a side gives the exchange at most, and at least one."""


class Rating(Entity):
    """How the exchange served one side of a deal, in its own points and words."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="ratings")
    part = models.CharField(max_length=9, choices=choices(Part))
    points = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Rating]] = models.Manager()

    class Privacy:
        personal = {"words": "may speak of people"}
        open = {"id", "deal", "part", "points", "by", "at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "part"], name="deals_each_side_rates_once"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1, points__lte=MOST_POINTS),
                name="deals_points_are_one_to_five",
            ),
        ]


class Survey(Entity):
    """The question some days after an introduction; `value` in đồng, if they tell."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="surveys")
    part = models.CharField(max_length=9, choices=choices(Part))
    days = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=9, blank=True, choices=Answer.choices)
    value = models.PositiveBigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Survey]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "part", "days", "asked_at", "answer", "value",
                "answered_at", "answered_by"}  # fmt: skip

    class Meta:
        ordering = ["days", "part"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "part", "days"], name="deals_each_side_is_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="deals_answer_has_its_time",
            ),
        ]
