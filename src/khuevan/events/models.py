"""Events, their agendas, who registered, and what was asked."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules.events import Audience, Item, Kind, Standing, State, text_of


RUNNING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL)
"""Posts whose holders run the events of their organisation."""


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word, word.name) for word in words]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what was published, for accounts only to who has one; drafts to who runs them."""
        seen = Q(published_at__isnull=False)
        if not isinstance(person, Person):
            return self.filter(seen, audience=Audience.EVERYBODY)
        posts = [
            h.organisation_id for h in person.authority.holdings if h.role in RUNNING
        ]
        return self.filter(seen | Q(organiser__in=posts))


class Event(Entity):
    """A meeting one registers for, by an organising body."""

    code = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=8, choices=_choices(Kind))
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    organiser = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=250, blank=True)
    link = models.URLField(max_length=250, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.PositiveIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    audience = models.CharField(
        max_length=10, choices=_choices(Audience), default=Audience.EVERYBODY
    )
    state = models.CharField(
        max_length=10, choices=_choices(State), default=State.DRAFT
    )
    drafted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    objects = EventQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "kind", "title", "summary", "organiser", "place", "link",
                "starts_at", "ends_at", "seats", "opens_at", "closes_at", "audience",
                "state", "drafted_by", "published_at", "ended_at", "words"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), closes_at__gt=F("opens_at")),
                name="events_end_after_they_start",
            ),
            models.CheckConstraint(condition=Q(seats__gt=0), name="events_have_a_seat"),
            models.CheckConstraint(
                condition=Q(
                    state__in=(State.HELD, State.CALLED_OFF), ended_at__isnull=False
                )
                | (~Q(state__in=(State.HELD, State.CALLED_OFF)) & Q(ended_at=None)),
                name="events_over_have_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="events_published_say_since_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"])]

    @property
    def agenda(self) -> str:
        """Return the agenda as it is typed."""
        rows = (Item(i.title, i.speaker, i.minutes, i.page) for i in self.items.all())
        return text_of(list(rows))


class AgendaItem(Entity):
    """One line of an agenda."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    speaker = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField()
    page = models.CharField(max_length=250, blank=True)

    objects: ClassVar[models.Manager[AgendaItem]] = models.Manager()

    class Privacy:
        personal = {"speaker": "who speaks: published with the event"}
        open = {"id", "event", "number", "title", "minutes", "page"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="events_agenda_lines_have_one_number"
            )
        ]


class Registration(Entity):
    """Somebody who comes, by account or as a guest; `token` opens their own page."""

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="registrations"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    notice = models.CharField(max_length=20, blank=True)
    standing = models.CharField(max_length=10, choices=_choices(Standing))
    token = models.CharField(max_length=43, unique=True)
    ticket = models.CharField(max_length=8)
    made_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    attended_at = models.DateTimeField(null=True)
    counted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    first_time = models.BooleanField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Registration]] = models.Manager()

    class Privacy:
        personal = {
            "person": "who comes to an event",
            "name": "a guest's",
            "email": "a guest's",
            "token": "opens somebody's page",
            "ticket": "of a person",
            "attended_at": "where somebody was",
        }
        open = {"id", "event", "notice", "standing", "made_at", "withdrawn_at",
                "counted_by", "first_time", "erased_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"],
                condition=~Q(standing=Standing.WITHDRAWN),
                name="events_a_person_registers_once",
            ),
            models.UniqueConstraint(
                F("event"),
                Lower("email"),
                condition=~Q(standing=Standing.WITHDRAWN) & ~Q(email=""),
                name="events_an_email_registers_once",
            ),
            models.UniqueConstraint(
                fields=["event", "ticket"], name="events_ticket_is_one_registration_s"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="", email="", erased_at=None)
                | (Q(person=None, erased_at=None) & ~Q(name="") & ~Q(email=""))
                | Q(person=None, erased_at__isnull=False, name="", email=""),
                name="events_registration_is_an_account_s_or_a_guest_s",
            ),
            models.CheckConstraint(
                condition=Q(attended_at=None, counted_by=None, first_time=None)
                | Q(
                    attended_at__isnull=False,
                    first_time__isnull=False,
                    standing=Standing.REGISTERED,
                ),
                name="events_who_was_counted_was_registered",
            ),
        ]
        indexes = [models.Index(fields=["event", "standing", "made_at"])]


class Question(Entity):
    """What a participant asks, before or during the event."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="questions")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="questions"
    )
    text = models.TextField()
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    hidden_why = models.CharField(max_length=250, blank=True)
    hidden_at = models.DateTimeField(null=True)
    tended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Question]] = models.Manager()

    class Privacy:
        personal = {"text": "people may write about themselves"}
        open = {"id", "event", "registration", "asked_at", "answer", "answered_at",
                "hidden_why", "hidden_at", "tended_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_why="")
                | (Q(hidden_at__isnull=False) & ~Q(hidden_why="")),
                name="events_question_is_hidden_with_a_reason",
            )
        ]
        indexes = [models.Index(fields=["event", "asked_at"])]


class Vote(Entity):
    """One participant would like to hear the answer, too."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="votes"
    )
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Vote]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "question", "registration"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "registration"], name="events_a_vote_counts_once"
            )
        ]
