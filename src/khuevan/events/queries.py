"""What pages of events read: lists, figures of who came, questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from khuevan.directory.public import Organisation, Person
from khuevan.feedback.public import ratings_of_many
from khuevan.platform.privacy import SMALLEST_GROUP

from .models import RUNNING, Event, Question, Registration, Vote
from .rules.events import Standing


@dataclass(frozen=True, slots=True)
class Figures:
    """Who registered and who came, counted from what happened; nobody types them.

    `stars` is the mean of the ratings once there are enough of them to name nobody.
    """

    registered: int = 0
    waiting: int = 0
    withdrawn: int = 0
    attended: int = 0
    guests: int = 0
    first_time: int = 0
    stars: float | None = None

    @property
    def share(self) -> int | None:
        """Return how many of those registered came, in per cent."""
        return round(100 * self.attended / self.registered) if self.registered else None


def _count(**conditions: object) -> Count:
    return Count("pk", filter=Q(**conditions))


def figures_of(events: Iterable[Event]) -> dict[UUID, Figures]:
    """Return the figures of some events: one query."""
    rows = Registration.objects.filter(event__in=list(events)).values("event")
    counted = rows.annotate(
        registered=_count(standing=Standing.REGISTERED),
        waiting=_count(standing=Standing.WAITING),
        withdrawn=_count(standing=Standing.WITHDRAWN),
        attended=_count(attended_at__isnull=False),
        guests=_count(attended_at__isnull=False, person=None),
        first_time=_count(first_time=True),
    )
    names = ("registered", "waiting", "withdrawn", "attended", "guests", "first_time")
    told = counted.values_list("event", *names)
    return {event: Figures(*numbers) for event, *numbers in told}


def stars_of(event: Event) -> float | None:
    """Return the mean of an event's stars, None while they would name somebody."""
    came = event.registrations.filter(attended_at__isnull=False)
    given = ratings_of_many([row.ref for row in came.only("pk")])
    stars = [rating.stars for rating in given if rating.stars is not None]
    return sum(stars) / len(stars) if len(stars) >= SMALLEST_GROUP else None


def organisers_of(person: Person) -> QuerySet[Organisation]:
    """Return the bodies whose events somebody runs."""
    posts = [h.organisation_id for h in person.authority.holdings if h.role in RUNNING]
    return Organisation.objects.filter(pk__in=posts).order_by("sort_key")


def own_registration(event: Event, person: Person | AnonymousUser) -> Registration | None:  # fmt: skip
    """Return somebody's registration that holds, None where there is none."""
    if not isinstance(person, Person):
        return None
    rows = event.registrations.exclude(standing=Standing.WITHDRAWN)
    return rows.filter(person=person).first()


def questions_of(event: Event, registration: Registration | None = None, *, hidden: bool = False) -> QuerySet[Question]:  # fmt: skip
    """Return an event's questions with their `voices`, most wanted first.

    Where a registration is given each row says whether it is `own` or `voted` for; its own
    hidden ones are there, too. `hidden` is for moderators: all of them.
    """
    rows = event.questions.annotate(voices=Count("votes", distinct=True))
    if registration is not None:
        mine = Vote.objects.filter(question=OuterRef("pk"), registration=registration)
        rows = rows.annotate(voted=Exists(mine))
    if not hidden:
        rows = rows.filter(Q(hidden_at=None) | Q(registration=registration))
    return rows.order_by("-voices", "asked_at", "pk")
