"""The national portal's copy of our dossiers: what goes out, what came back, what differs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khuevan.counter.rules.syncing import Choice, Kind, State
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .dossiers import Dossier


class SyncMessage(Entity):
    """One message to the portal, made of one fact; `sequence` is the fact's number.

    Dossier code and sequence name it for ever, so that sent twice it is taken once.
    """

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="messages"
    )
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in Kind])
    status = models.PositiveSmallIntegerField()
    payload = models.JSONField()
    state = models.CharField(
        max_length=10, choices=[(s, s.name) for s in State], default=State.WAITING
    )
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    overrules = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    held = models.PositiveSmallIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    choice = models.CharField(
        max_length=6, blank=True, choices=[(c, c.name) for c in Choice]
    )
    chosen_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: models.Manager[SyncMessage] = models.Manager()

    class Privacy:
        personal = {
            "payload": "what the national interface lists of an application",
            "answer": "what the portal answered, as it came",
        }
        open = {"id", "dossier", "sequence", "kind", "status", "state", "attempts",
                "next_try_at", "overrules", "held", "made_at", "done_at", "choice",
                "chosen_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "sequence"], name="counter_a_fact_is_told_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dropped"], done_at__isnull=False)
                | (~Q(state__in=["done", "dropped"]) & Q(done_at__isnull=True)),
                name="counter_message_has_an_end_when_it_is_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["waiting", "sending"]),
                name="counter_messages_to_send",
            ),
            models.Index(
                fields=["dossier", "sequence"],
                condition=Q(state__in=["waiting", "sending", "conflict"]),
                name="counter_messages_unfinished",
            ),
        ]  # fmt: skip

    @property
    def key(self) -> str:
        """Return the name under which the portal takes this message once."""
        return f"{self.dossier.code}/{self.sequence}"


class NationalCopy(Entity):
    """The portal's copy of one dossier: the code it goes by there, the files it has."""

    dossier = models.OneToOneField(
        Dossier, on_delete=models.CASCADE, related_name="national_copy"
    )
    code = models.CharField(max_length=60, blank=True)
    files = models.JSONField(default=dict)
    created_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[NationalCopy] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "dossier", "code", "files", "created_at"}


class SyncDay(Entity):
    """The comparison of the dossiers filed on one day with the portal's list."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    different = models.PositiveIntegerField()

    objects: models.Manager[SyncDay] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "day", "made_at", "ours", "theirs", "different"}


class SyncCount(Entity):
    """How many dossiers of a procedure both sides had in a status."""

    of = models.ForeignKey(SyncDay, on_delete=models.CASCADE, related_name="counts")
    procedure = models.CharField(max_length=20)
    status = models.PositiveSmallIntegerField()
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()

    objects: models.Manager[SyncCount] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "of", "procedure", "status", "ours", "theirs"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of", "procedure", "status"],
                name="counter_a_day_is_counted_once_by_procedure_and_status",
            )
        ]


class SyncDifference(Entity):
    """A dossier both sides see differently, and who looks into it."""

    of = models.ForeignKey(
        SyncDay, on_delete=models.CASCADE, related_name="differences"
    )
    code = models.CharField(max_length=60)
    procedure = models.CharField(max_length=20)
    ours = models.PositiveSmallIntegerField(null=True, blank=True)
    theirs = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[SyncDifference] = models.Manager()

    class Privacy:
        personal = {"note": "staff"}
        open = {"id", "of", "code", "procedure", "ours", "theirs", "owner", "found_at",
                "settled_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of", "code"], name="counter_a_difference_is_listed_once_a_day"
            )
        ]


class PortalDossier(Entity):
    """What the trial portal holds of a dossier. Not ours: the other side, for trying out."""

    code = models.CharField(max_length=60, unique=True)
    procedure = models.CharField(max_length=20)
    filed_on = models.DateField()
    status = models.PositiveSmallIntegerField()
    sequence = models.BigIntegerField(default=0)
    changed_there = models.BooleanField(default=False)
    applied = models.PositiveIntegerField(default=0)
    payload = models.JSONField(default=dict)

    objects: models.Manager[PortalDossier] = models.Manager()

    class Privacy:
        personal = {"payload": "what the national interface lists of an application"}
        open = {"id", "code", "procedure", "filed_on", "status", "sequence",
                "changed_there", "applied"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["filed_on"], name="counter_portal_by_day")]


class PortalReceipt(Entity):
    """A message the trial portal took, with its answer."""

    key = models.CharField(max_length=100, unique=True)
    answer = models.JSONField()

    objects: models.Manager[PortalReceipt] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "key", "answer"}


class PortalMood(Entity):
    """How the trial portal misbehaves: once for each row, or until it is told to stop."""

    behaviour = models.CharField(max_length=12)
    lasting = models.BooleanField(default=False)

    objects: models.Manager[PortalMood] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "behaviour", "lasting"}
