"""Contracts and the signatures under them."""

from __future__ import annotations

import secrets
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.exchange.public import ACTING, works_for_exchange
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile
from khuevan.platform.text import fold

from .rules.clauses import Paper
from .rules.duty import Restriction, Side
from .rules.states import LIVE, OPEN, Ending, State


def new_verification_code() -> str:
    """Return a code nobody can guess: whoever holds the paper may look it up."""
    return secrets.token_urlsafe(12)


class ContractQuerySet(models.QuerySet["Contract"]):
    def of_sides(self, person: Person) -> Self:
        """Keep the contracts of organisations somebody acts for."""
        posts = [h.organisation_id for h in person.authority.holdings if h.role in ACTING]  # fmt: skip
        return self.filter(Q(giver__in=posts) | Q(taker__in=posts))

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep the contracts somebody may see: their sides', all for the exchange's people."""
        if not isinstance(person, Person):
            return self.none()
        if works_for_exchange(person) or person.authority.reads_everything:
            return self.all()
        return self.of_sides(person)

    def called(self, words: str) -> Self:
        """Keep those whose number, technology or sides have all of the words."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Contract(Entity):
    """What two sides agreed on, drawn up as a paper.

    `subject` is the reference of what it comes from, `drawn` the clauses it was made of,
    `duty` what it owes the State since both signed, `due_on` the last day of whatever
    its state waits for, `dossier` the counter's dossier that registers it.
    """

    number = models.CharField(max_length=30, unique=True)
    paper = models.CharField(max_length=10, choices=[(p, p.name) for p in Paper])
    subject = models.CharField(max_length=150, db_index=True)
    amends = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="amendments"
    )
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    terms = models.JSONField()
    drawn = models.JSONField()
    state_funded = models.BooleanField(default=False)
    result_certificate = models.CharField(max_length=60, blank=True)
    restriction = models.CharField(
        max_length=10, choices=[(r, r.name) for r in Restriction], default=Restriction.NO
    )  # fmt: skip
    state = models.CharField(
        max_length=11, choices=[(s, s.name) for s in State], default=State.DRAWN_UP
    )
    drawn_up_at = models.DateTimeField(default=clock.now)
    drawn_up_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    verification = models.CharField(
        max_length=32, unique=True, default=new_verification_code
    )
    due_on = models.DateField(null=True)
    late_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    duty = models.JSONField(null=True)
    dossier = models.CharField(max_length=150, blank=True, db_index=True)
    filed_on = models.DateField(null=True)
    certificate = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True)
    refusal = models.TextField(blank=True)
    in_force_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ending = models.CharField(
        max_length=10, choices=[(e, e.name) for e in Ending], blank=True
    )
    ending_words = models.CharField(max_length=500, blank=True)
    folded = models.CharField(max_length=900, editable=False)

    objects = ContractQuerySet.as_manager()

    class Privacy:
        personal = {"file": "names of those who signed for the sides"}
        open = {"id", "number", "paper", "subject", "amends", "giver", "taker", "terms",
                "drawn", "state_funded", "result_certificate", "restriction", "state",
                "drawn_up_at", "drawn_up_by", "verification", "due_on", "late_at",
                "signed_on", "duty", "dossier", "filed_on", "certificate", "decided_on",
                "refusal", "in_force_on", "ends_on", "ended_on", "ending",
                "ending_words", "folded"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("taker")), name="contracts_sides_are_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN, State.CANCELLED])
                | Q(signed_on__isnull=False, duty__isnull=False),
                name="contracts_signed_contract_has_its_day_and_duty",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.IN_FORCE, State.ENDED])
                | Q(in_force_on__isnull=False, ends_on__isnull=False),
                name="contracts_contract_in_force_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENDED) & ~Q(ending="")
                | ~Q(state=State.ENDED) & Q(ending=""),
                name="contracts_end_has_its_cause",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(amends=None, state__in=LIVE) & ~Q(paper=Paper.MEMORANDUM),
                name="contracts_subject_has_one_live_contract",
            ),
            models.UniqueConstraint(
                fields=["amends"],
                condition=Q(state__in=LIVE),
                name="contracts_contract_is_amended_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def organisation_of(self, side: Side) -> Organisation:
        """Return who stands on a side."""
        return self.giver if side is Side.GIVER else self.taker

    @property
    def title(self) -> str:
        """Return the name of the technology."""
        return str(self.terms["name"])


class Signature(Entity):
    """A side's signature: the person's and the organisation's, and the file since then."""

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="signatures"
    )
    side = models.CharField(max_length=5, choices=[(s, s.name) for s in Side])
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Signature]] = models.Manager()

    class Privacy:
        personal = {"person": "who signed for a side", "file": "their names in it"}
        open = {"id", "contract", "side", "at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "side"], name="contracts_side_signs_once"
            )
        ]
