"""Problems, answers, scores, trials and what was measured in them."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .rules.problems import Standing, State
from .rules.trials import Step, TrialState


WORKING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL)
"""Posts whose holders work on a body's problems."""
SUPPLYING = (*WORKING, Role.MEMBER)
"""Posts whose holders answer for a supplier."""


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word, word.name) for word in words]


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep all: a problem is public from the day it is put out."""
        return self.all()


class Problem(Entity):
    """What must get better, for whom, by when answers are taken. Money in đồng.

    `need` is the code of the need on the exchange; its words are kept as they were.
    `due_on` is by when whoever has it acts, `late_at` when that was found to be over.
    """

    code = models.CharField(max_length=16, unique=True)
    need = models.CharField(max_length=12)
    title = models.CharField(max_length=250)
    outcome = models.TextField()
    data = models.TextField()
    market = models.TextField()
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    budget = models.BigIntegerField()
    state = models.CharField(max_length=11, choices=_choices(State), default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closes_at = models.DateTimeField()
    shortlisted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    late_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = ProblemQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "need", "title", "outcome", "data", "market", "agency", "budget",
                "state", "opened_at", "opened_by", "closes_at", "shortlisted_at", "due_on", "late_at",
                "why", "ended_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")),
                name="dtmarket_answers_are_taken_for_a_while",
            ),
            models.CheckConstraint(
                condition=Q(budget__gt=0), name="dtmarket_budget_is_above_nought"
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=~Q(state__in=(State.ENDED, State.ORDERED)),
                name="dtmarket_need_is_one_problem_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes_at"]),
            models.Index(
                fields=["due_on"], condition=Q(late_at=None), name="dtmarket_runs_out"
            ),
        ]


class CriterionRow(Entity):
    """What answers are scored by; `weight` in per cent."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="criteria"
    )
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    weight = models.PositiveSmallIntegerField()

    objects: ClassVar[models.Manager[CriterionRow]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "problem", "place", "name", "weight"}

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "name"], name="dtmarket_criterion_stands_once"
            )
        ]


class MetricRow(Entity):
    """What a trial is judged by: today's figure and the target."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="metrics"
    )
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40)
    baseline = models.DecimalField(max_digits=15, decimal_places=4)
    target = models.DecimalField(max_digits=15, decimal_places=4)
    source = models.CharField(max_length=250)

    objects: ClassVar[models.Manager[MetricRow]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "problem",
            "place",
            "name",
            "unit",
            "baseline",
            "target",
            "source",
        }

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "name"], name="dtmarket_metric_stands_once"
            )
        ]


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep one's own side's, and those to one's body's problems once they were opened."""
        if not isinstance(person, Person):
            return self.none()
        opened = ~Q(problem__state=State.OPEN)
        if person.authority.reads_everything:
            return self.filter(opened)
        own = [
            h.organisation_id for h in person.authority.holdings if h.role in SUPPLYING
        ]
        works = [
            h.organisation_id for h in person.authority.holdings if h.role in WORKING
        ]
        return self.filter(Q(supplier__in=own) | opened & Q(problem__agency__in=works))


class Answer(Entity):
    """How a supplier would solve it; đồng. Nobody else reads it before answering is over."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="answers"
    )
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    offer = models.CharField(max_length=12, blank=True)
    solution = models.TextField()
    price = models.BigIntegerField()
    trial_days = models.PositiveSmallIntegerField()
    standing = models.CharField(
        max_length=11, choices=_choices(Standing), default=Standing.SENT
    )
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AnswerQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "problem",
            "supplier",
            "offer",
            "solution",
            "price",
            "trial_days",
            "standing",
            "sent_at",
            "sent_by",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "supplier"], name="dtmarket_supplier_answers_once"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0), name="dtmarket_price_is_not_negative"
            ),
        ]


class ScoreRow(Entity):
    """What somebody gave an answer for a criterion, and why."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="scores")
    scorer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=120)
    points = models.PositiveSmallIntegerField()
    why = models.TextField()
    given_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[ScoreRow]] = models.Manager()

    class Privacy:
        personal = {
            "scorer": "who judged: the agency and inspection know, suppliers do not"
        }
        open = {"id", "answer", "criterion", "points", "why", "given_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "scorer", "criterion"],
                name="dtmarket_scored_once_by_each",
            ),
            models.CheckConstraint(
                condition=Q(points__lte=100), name="dtmarket_points_are_a_share"
            ),
        ]


class Trial(Entity):
    """A solution at work for a while, paid by its supplier until it has succeeded; đồng."""

    answer = models.OneToOneField(
        Answer, on_delete=models.PROTECT, related_name="trial"
    )
    state = models.CharField(
        max_length=9, choices=_choices(TrialState), default=TrialState.RUNNING
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    decision = models.CharField(max_length=60)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    auditor = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    audited = models.BigIntegerField(null=True)
    audit_paper = models.CharField(max_length=120, blank=True)
    support = models.BigIntegerField(default=0)
    supported_at = models.DateTimeField(null=True)
    false_why = models.TextField(blank=True)
    repay_by = models.DateField(null=True)
    repay_late_at = models.DateTimeField(null=True)
    repaid_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Trial]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "answer", "state", "starts_on", "ends_on", "decision", "decided_by",
                "decided_at", "ended_at", "why", "auditor", "audited", "audit_paper", "support",
                "supported_at", "false_why", "repay_by", "repay_late_at",
                "repaid_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="dtmarket_trial_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(support=0)
                | Q(
                    state=TrialState.SUCCEEDED,
                    audited__isnull=False,
                    supported_at__isnull=False,
                ),
                name="dtmarket_support_follows_success_and_audit",
            ),
        ]


class ReadingRow(Entity):
    """A figure measured on a day over so many cases. A newer one of the same day counts instead."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="readings")
    metric = models.CharField(max_length=120)
    on = models.DateField()
    value = models.DecimalField(max_digits=15, decimal_places=4)
    cases = models.PositiveIntegerField()
    why = models.CharField(max_length=250, blank=True)
    kept_at = models.DateTimeField(default=clock.now)
    kept_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    counts = models.BooleanField(default=True)

    objects: ClassVar[models.Manager[ReadingRow]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "trial",
            "metric",
            "on",
            "value",
            "cases",
            "why",
            "kept_at",
            "kept_by",
            "counts",
        }

    class Meta:
        ordering = ["metric", "on", "kept_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "metric", "on"],
                condition=Q(counts=True),
                name="dtmarket_one_reading_a_day_counts",
            ),
            models.CheckConstraint(
                condition=Q(cases__gt=0), name="dtmarket_reading_has_cases"
            ),
        ]


class Order(Entity):
    """What the body ordered after a trial that succeeded; đồng."""

    problem = models.OneToOneField(
        Problem, on_delete=models.PROTECT, related_name="order"
    )
    trial = models.OneToOneField(Trial, on_delete=models.PROTECT, related_name="order")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    amount = models.BigIntegerField()
    signed_on = models.DateField()
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Order]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "problem",
            "trial",
            "number",
            "title",
            "amount",
            "signed_on",
            "made_at",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="dtmarket_order_is_above_nought"
            )
        ]


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what is public, what is of one's body's problems, and of one's own trials."""
        public = Q(public=True)
        if not isinstance(person, Person):
            return self.filter(public)
        if person.authority.reads_everything:
            return self.all()
        held = [(h.organisation_id, h.role) for h in person.authority.holdings]
        works = [body for body, role in held if role in WORKING]
        own = [body for body, role in held if role in SUPPLYING]
        return self.filter(public | Q(problem__agency__in=works) | Q(trial__answer__supplier__in=own))  # fmt: skip


class Paper(Entity):
    """A paper of a problem's course: a decision, the file figures come from, an audit, an order.

    `trial` where it is of one. The firm on trial reads the papers of its trial.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="papers"
    )
    trial = models.ForeignKey(
        Trial, null=True, on_delete=models.CASCADE, related_name="papers"
    )
    step = models.CharField(max_length=8, choices=_choices(Step))
    title = models.CharField(max_length=150)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    public = models.BooleanField(default=False)
    kept_at = models.DateTimeField(default=clock.now)
    kept_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PaperQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "problem", "trial", "step", "title", "file", "public", "kept_at",
                "kept_by"}  # fmt: skip

    class Meta:
        ordering = ["kept_at", "id"]
