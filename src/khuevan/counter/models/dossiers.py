"""A dossier: whose it is, where it is, and its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from khuevan.catalogue.public import Channel
from khuevan.counter.dated import most_on
from khuevan.counter.rules.clocks import Judged, Timeliness, Why, judge
from khuevan.counter.rules.states import (
    ENDED,
    Business,
    Delivery,
    Finance,
    Outcome,
    Stage,
    Standing,
    Status,
    Sync,
)
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity


def eyes_of(person: Person) -> dict[str, Any]:
    """Return what decides which dossiers a person sees."""
    authority = person.authority
    return {
        "person": person.pk,
        "bodies": list(authority.organisations),
        "everything": authority.reads_everything,
    }


def seen(person: Any, bodies: Any, *, everything: bool) -> Q:
    """Return the condition for a person and the bodies they work in: keys, or `Given`."""
    own = Q(applicant=person) | Q(filed_by=person)
    filed = ~Q(business=Business.DRAFT)
    if everything:
        return own | filed
    return own | (filed & Q(parties__overlap=bodies)) if bodies else own


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what a person may know of: the one way to get a dossier.

        One's own; those of the agencies and points one works in, whether they decide,
        received it, return it, helped, or were asked; all of them for those who read
        everything. A draft is its owner's alone.
        """
        if not isinstance(person, Person):
            return self.none()
        return self.filter(seen(**eyes_of(person)))

    def running(self) -> Self:
        return self.exclude(business__in=[Business.DRAFT, *sorted(ENDED)])


class Dossier(Entity):
    """One application of one person for one procedure, from draft to returned result.

    Up to four organisations have a part and are never one field (services.md 3.2):
    where the person was helped, who received it, who decides, who returns the result.
    `parties` holds the keys of all of them and of every agency asked.
    """

    code = models.CharField(max_length=60, unique=True, null=True, blank=True)
    procedure = models.CharField(max_length=20)
    version = models.UUIDField()
    title = models.CharField(max_length=500)
    sector = models.CharField(max_length=200)
    channel = models.CharField(
        max_length=10, choices=[(c.value, c.name) for c in Channel]
    )

    applicant = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    applicant_name = models.CharField(max_length=250, blank=True)
    filed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    support_point = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receiving_point = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    return_point = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    parties = ArrayField(models.UUIDField(), default=list)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    business = models.CharField(
        max_length=12,
        choices=[(s.value, s.name) for s in Business],
        default=Business.DRAFT.value,
    )
    finance = models.CharField(
        max_length=10,
        choices=[(s.value, s.name) for s in Finance],
        default=Finance.NONE.value,
    )
    delivery = models.CharField(
        max_length=12,
        choices=[(s.value, s.name) for s in Delivery],
        default=Delivery.NOT_READY.value,
    )
    sync = models.CharField(
        max_length=12,
        choices=[(s.value, s.name) for s in Sync],
        default=Sync.PENDING.value,
    )
    outcome = models.CharField(
        max_length=10, blank=True, choices=[(o.value, o.name) for o in Outcome]
    )
    origin_system = models.CharField(max_length=40, default="city")

    filed_at = models.DateTimeField(null=True)
    reception_due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    limit_amount = models.PositiveSmallIntegerField(null=True)
    limit_unit = models.CharField(max_length=12, blank=True)
    cut_off = models.CharField(max_length=10, default="none")
    original_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reappointed_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    supplements = models.PositiveSmallIntegerField(default=0)
    warned = models.CharField(max_length=10, blank=True)

    # What measures count, set by the action that makes it so and recounted from the
    # papers, the result and the money by `queries.recount`.
    papers_due = models.PositiveSmallIntegerField(default=0)
    papers_digitised = models.PositiveSmallIntegerField(default=0)
    reused = models.BooleanField(default=False)
    population_data = models.BooleanField(default=False)
    e_result = models.BooleanField(default=False)
    result_due = models.BooleanField(default=True, db_default=True)
    fee_due = models.PositiveBigIntegerField(default=0)
    paid_online = models.BooleanField(default=False)
    paid = models.BooleanField(default=False, db_default=False)
    synced_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=500, blank=True)
    apology = models.CharField(max_length=500, blank=True, db_default="")

    folded = models.CharField(max_length=400, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = DossierQuerySet.as_manager()

    class Privacy:
        personal = {
            "applicant": "identity",
            "applicant_name": "identity",
            "filed_by": "identity",
            "folded": "identity",
        }
        open = {"id", "code", "procedure", "version", "title", "sector", "channel",
                "support_point", "receiving_point", "agency", "return_point", "parties",
                "parent", "business", "finance", "delivery", "sync", "outcome",
                "origin_system", "filed_at", "reception_due_at", "accepted_at",
                "limit_amount", "limit_unit", "cut_off", "original_due_at", "due_at",
                "reappointed_at", "promised_at", "ended_at", "returned_at", "supplements", "warned",
                "papers_due", "papers_digitised", "reused", "population_data", "e_result",
                "result_due",
                "fee_due", "paid_online", "paid", "synced_at", "decision_note", "apology", "created_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(business=Business.DRAFT)
                | Q(code__isnull=False, filed_at__isnull=False, agency__isnull=False),
                name="counter_dossier_has_a_code_and_an_agency_once_filed",
            ),
            models.CheckConstraint(
                condition=~Q(business__in=[Business.ACCEPTED, Business.IN_PROCESS, Business.SUPPLEMENT, Business.DECIDED])
                | Q(accepted_at__isnull=False, due_at__isnull=False),
                name="counter_dossier_has_a_clock_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(business=Business.DECIDED) | Q(delivery=Delivery.NOT_READY),
                name="counter_dossier_is_decided_before_its_result_leaves",
            ),
            models.CheckConstraint(
                condition=Q(business__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(business__in=sorted(ENDED)) & Q(ended_at__isnull=True)),
                name="counter_dossier_has_an_end_when_it_is_over",
            ),
            models.CheckConstraint(
                condition=~Q(business=Business.DECIDED) | ~Q(outcome=""),
                name="counter_decision_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_at__gte=F("filed_at")),
                name="counter_dossier_is_filed_before_it_is_accepted",
            ),
        ]  # fmt: skip
        # An index that begins with a key is that key's own as well: no second one beside.
        indexes = [
            models.Index(
                fields=["agency", "due_at"],
                condition=Q(business__in=[Business.FILED, Business.TO_COMPLETE, Business.ACCEPTED, Business.IN_PROCESS, Business.SUPPLEMENT, Business.WITHDRAWING]),
                name="counter_running_of_an_agency",
            ),
            models.Index(fields=["agency", "-filed_at"], name="counter_latest_of_an_agency"),
            models.Index(fields=["-filed_at"], name="counter_latest"),
            models.Index(fields=["procedure", "-filed_at"], name="counter_latest_of_a_procedure"),
            models.Index(fields=["applicant", "-created_at"], name="counter_of_an_applicant"),
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="counter_running_by_date"),
            models.Index(
                fields=["reception_due_at"],
                condition=Q(business__in=[Business.FILED, Business.TO_COMPLETE]),
                name="counter_at_reception",
            ),
            models.Index(fields=["sync"], condition=~Q(sync=Sync.ACKNOWLEDGED), name="counter_not_synced"),
            models.Index(fields=["ended_at"], name="counter_by_end"),
            models.Index(
                fields=["ended_at"],
                condition=Q(business__in=[Business.REFUSED, Business.STOPPED, Business.WITHDRAWN]),
                name="counter_given_up",
            ),
            models.Index(fields=["procedure", "ended_at"], name="counter_of_a_procedure"),
            GinIndex(fields=["parties"], name="counter_by_party"),
            GinIndex(
                SearchVector("folded", config="simple"), name="counter_by_words"
            ),
        ]  # fmt: skip

    kept_work: list[Any] | None = None
    """Its steps in order, where an action read them under its lock; else None."""

    def __str__(self) -> str:
        return self.code or str(self.pk)

    @property
    def standing(self) -> Standing:
        """Return where the state machines are."""
        return Standing(
            Business(self.business), Finance(self.finance), Delivery(self.delivery)
        )

    @standing.setter
    def standing(self, value: Standing) -> None:
        self.business, self.finance, self.delivery = (
            value.business, value.finance, value.delivery,
        )  # fmt: skip

    @property
    def status(self) -> Status | None:
        """Return the national status."""
        return self.standing.national

    @property
    def stands_since(self) -> datetime | None:
        """Return since when the legal clock stands; None where it runs, or is over."""
        if self.ended_at is not None:
            return None
        open_ones = (one for one in self.intervals.all() if one.ends_at is None)
        return min((one.starts_at for one in open_ones), default=None)

    def timeliness(self) -> Timeliness | None:
        """Return how the dossier counts now; see `rules.clocks.judge`."""
        now = clock.now()
        return judge(
            Judged(
                self.accepted_at, self.ended_at, self.due_at, self.supplements, self.stands_since
            ),
            now,
            most_on("requests", clock.local_day(self.ended_at or now)),
        )  # fmt: skip

    @property
    def asked_enough(self) -> bool:
        """Tell whether another request for papers would make the dossier late."""
        return self.supplements >= most_on("requests", clock.today())

    def admit(self, *organisations: Organisation | UUID | None) -> None:
        """Add organisations to those that have a part in this dossier."""
        for one in organisations:
            key = one.pk if isinstance(one, Organisation) else one
            if key is not None and key not in self.parties:
                self.parties = [*self.parties, key]


class Application(Entity):
    """What the applicant declared: answers, where each came from, how to reach them.

    `answers` follow the version's form; `provenance` holds for each field its source,
    when it was fetched and the consent it stands on.
    """

    dossier = models.OneToOneField(
        Dossier, on_delete=models.CASCADE, related_name="application"
    )
    answers = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict)
    page = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(max_length=20, default="citizen")
    national_id = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    represents = models.CharField(max_length=300, blank=True)
    consent = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now)

    objects: models.Manager[Application] = models.Manager()

    class Privacy:
        personal = {
            "answers": "application",
            "provenance": "application",
            "national_id": "identity",
            "phone": "contact",
            "email": "contact",
            "address": "contact",
            "represents": "application",
            "consent": "application",
        }
        open = {"id", "dossier", "page", "subject", "saved_at"}

    class Meta:
        indexes = [
            models.Index(
                fields=["national_id"],
                condition=~Q(national_id=""),
                name="counter_of_a_national_number",
            )
        ]


class Interval(Entity):
    """A time during which the legal clock stood, from when to when and why."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="intervals"
    )
    why = models.CharField(max_length=12, choices=[(w.value, w.name) for w in Why])
    stage = models.CharField(max_length=12, choices=[(s.value, s.name) for s in Stage])
    restarts = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Interval] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "dossier", "why", "stage", "restarts", "starts_at", "ends_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "why"],
                condition=Q(ends_at__isnull=True),
                name="counter_one_open_pause_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="counter_pause_ends_after_it_starts",
            ),
        ]


class DossierNumber(Entity):
    """The last running number an agency gave on a day."""

    agency = models.CharField(max_length=40)
    day = models.DateField()
    last = models.PositiveIntegerField()

    objects: models.Manager[DossierNumber] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "agency", "day", "last"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "day"], name="counter_numbers_run_per_agency_and_day"
            )
        ]
