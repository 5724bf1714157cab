"""Who is away and who stands aside, as far as somebody may know."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from khuevan.counter.access import WORKERS
from khuevan.counter.models import Absence, Interest
from khuevan.counter.models.aside import led_by
from khuevan.directory.public import Appointment, Person, in_force
from khuevan.platform import clock


MOST = 200


def absences_for(person: Person) -> list[Absence]:
    """Return the absences that are not over and concern somebody, by first day."""
    found = Absence.objects.visible_to(person).to_come(clock.today())
    people = found.select_related("person", "substitute", "organisation")
    return list(people.order_by("starts_on", "person__sort_key", "pk")[:MOST])


def interests_for(person: Person) -> list[Interest]:
    """Return the interests that stand: one's own and one's people's, newest first."""
    found = Interest.objects.visible_to(person).standing()
    return list(
        found.select_related("person", "dossier").order_by("-declared_at", "pk")[:MOST]
    )


def posts_to_leave(person: Person) -> QuerySet[Appointment]:
    """Return the posts somebody may enter an absence for: their own, their people's."""
    posts = Appointment.objects.filter(
        in_force(), Q(person=person) | Q(organisation__in=led_by(person)),
        role__in=WORKERS, person__is_active=True,
    )  # fmt: skip
    # Who holds two posts in one organisation is away from both at once.
    once = posts.order_by("person", "organisation").distinct("person", "organisation")
    found = Appointment.objects.filter(pk__in=once.values("pk"))
    return found.select_related("person", "organisation").order_by("person__sort_key")


def colleagues_of(posts: QuerySet[Appointment]) -> QuerySet[Person]:
    """Return who holds a post where these posts are."""
    units = posts.order_by().values("organisation")
    beside = Appointment.objects.filter(
        in_force(), organisation__in=units, role__in=WORKERS
    )
    found = Person.objects.filter(pk__in=beside.values("person"), is_active=True)
    return found.order_by("sort_key")
