"""Events in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.events import actions
from khuevan.events.models import Event, Registration
from khuevan.events.rules.events import Audience, Kind
from khuevan.platform import clock


WHY = "Diễn giả không đến được vì bão."
REPORT = "Ba doanh nghiệp hẹn gặp nhau sau buổi giới thiệu."
AGENDA = "30; Màng lọc gốm; Lê An; /exchange/\n15; Hỏi đáp"
_numbers = count(1)


@dataclass
class Cast:
    """An organiser with who runs its events."""

    organiser: Organisation
    staff: Person

    def told(self, **more: object) -> dict[str, object]:
        """Return what an event in two days says."""
        starts = clock.now() + timedelta(days=2)
        return {
            "kind": Kind.SEMINAR, "title": "Lọc nước thải dệt nhuộm", "summary": "",
            "place": "258 Võ Chí Công", "link": "", "starts_at": starts,
            "ends_at": starts + timedelta(hours=3), "seats": 2,
            "opens_at": clock.now() - timedelta(minutes=1), "closes_at": starts,
            "audience": Audience.EVERYBODY, "agenda": AGENDA, **more,
        }  # fmt: skip

    def draft(self, **more: object) -> Event:
        """Return a draft."""
        return actions.draft_event(organiser=self.organiser, **self.told(**more), by=self.staff)  # type: ignore[arg-type]  # fmt: skip

    def published(self, **more: object) -> Event:
        """Return an event people register for."""
        return actions.publish(event=self.draft(**more), by=self.staff)

    def came(self, event: Event, registration: Registration) -> Registration:
        """Count somebody as the event begins."""
        with clock.telling(event.starts_at):
            return actions.count_in(registration=registration, by=self.staff)

    def held(self, event: Event) -> Event:
        """Say what came of an event once it is over."""
        with clock.telling(event.ends_at):
            return actions.note_held(event=event, words=REPORT, by=self.staff)


def guest(event: Event, **more: object) -> Registration:
    """Register a guest."""
    number = next(_numbers)
    told: dict[str, object] = {
        "name": f"Khách {number}",
        "email": f"khach{number}@example.org",
        **more,
    }
    return actions.register(event=event, **told, by=None)  # type: ignore[arg-type]


def by_account(event: Event, person: Person | None = None) -> Registration:
    """Register somebody with an account."""
    return actions.register(event=event, by=person or PersonFactory.create())


def make_cast() -> Cast:
    """Return an organiser and who runs its events."""
    organiser = OrganisationFactory.create()
    return Cast(organiser, make_person(Role.OFFICIAL, organiser))
