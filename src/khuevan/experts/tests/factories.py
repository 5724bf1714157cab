"""The pool in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.experts import actions
from khuevan.experts.dated import declaration_on, keeper_on
from khuevan.experts.models import Booking, Expert
from khuevan.experts.rules.pool import Tie
from khuevan.payments.public import orders_of, take_cash
from khuevan.platform import clock
from khuevan.valuation.public import register_names


FIELD = "environment"
WHY = "Có mười năm kinh nghiệm được chứng minh."
QUESTION = "Màng lọc này có chịu được nước thải dệt nhuộm của chúng tôi không?"
RATE = 600_000


def register_fields() -> None:
    """Name the fields the exchange would name."""
    register_names(fields={FIELD: "Environment", "energy": "Energy"}, kinds={})


def declared() -> str:
    """Return the version of the sentence put before experts today."""
    return declaration_on(clock.today()).version


def slot(days: int = 3, hour: int = 9) -> datetime:
    """Return a time some days ahead."""
    return clock.at_local(clock.today() + timedelta(days=days), time(hour))


def make_applicant(person: Person | None = None, **more: object) -> Expert:
    """Return somebody who applied."""
    register_fields()
    person = person or PersonFactory.create()
    told: dict[str, object] = {
        "headline": "Xử lý nước thải công nghiệp", "experience": "Mười năm vận hành.",
        "fields": [FIELD], "languages": ["vi", "en"], "amount": RATE, **more,
    }  # fmt: skip
    return actions.apply(person=person, **told, by=person)  # type: ignore[arg-type]


def make_expert(keeper: Person, person: Person | None = None, **more: object) -> Expert:
    """Return somebody in the pool."""
    return actions.admit(expert=make_applicant(person, **more), reason=WHY, by=keeper)


@dataclass
class Cast:
    """A firm that asks, two experts, and who keeps the pool."""

    firm: Organisation
    asker: Person
    keeper: Person
    expert: Expert
    second: Expert

    def ask(self, *experts: Expert, **more: object) -> list[Booking]:
        """Return the bookings of a question put to experts, the first one by default."""
        told: dict[str, object] = {
            "experts": experts or [self.expert], "title": "Màng lọc gốm", "question": QUESTION,
            "starts": [slot(), slot(4)], "minutes": 120, "organisation": self.firm, **more,
        }  # fmt: skip
        asked = actions.ask_experts(**told, by=self.asker)  # type: ignore[arg-type]
        return list(asked.bookings.select_related("expert__person").order_by("code"))

    def agreed(self, **more: object) -> Booking:
        """Return a booking with its time."""
        [booking] = self.ask(**more)
        return actions.accept(
            booking=booking, start=booking.starts[0], declared=declared(),
            by=self.expert.person,
        )  # fmt: skip

    def reported(self, worked: int = 120, **more: object) -> Booking:
        """Return a booking that was held, with minutes; its day has come by then."""
        booking = self.agreed(**more)
        with clock.telling(booking.time.upper):
            report(booking, worked)
        booking.refresh_from_db()
        return booking

    def owed(self, worked: int = 120, **more: object) -> Booking:
        """Return a booking whose minutes were confirmed."""
        booking = self.reported(worked, **more)
        with clock.telling(booking.since + timedelta(hours=1)):
            return actions.confirm(booking=booking, version=1, by=self.asker)

    def closed(self, worked: int = 120, **more: object) -> Booking:
        """Return a booking that was paid."""
        booking = self.owed(worked, **more)
        with clock.telling(booking.since + timedelta(hours=1)):
            pay(booking, self.keeper)
        booking.refresh_from_db()
        return booking


def report(booking: Booking, worked: int = 120) -> None:
    """Write the minutes of a booking as its expert."""
    actions.write_minutes(
        booking=booking, asked="Hỏi về độ bền của màng lọc.", worked=worked,
        found="Mẫu thử chịu được độ pH 12.", advised="Thử thêm ba tháng ở xưởng.",
        by=booking.expert.person,
    )  # fmt: skip


def pay(booking: Booking, keeper: Person) -> None:
    """Pay what is owed in cash."""
    [order] = orders_of(booking.ref)
    take_cash(order_id=order.id, by=keeper)


def make_cast() -> Cast:
    """Return everybody a booking takes."""
    register_fields()
    code = keeper_on(clock.today())
    # Tests that really commit take the city's bodies away.
    body = Organisation.objects.filter(code=code).first()
    keeper = make_person(Role.OFFICIAL, body or OrganisationFactory.create(code=code))
    firm = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    return Cast(
        firm, make_person(Role.MEMBER, firm), keeper, make_expert(keeper),
        make_expert(keeper),
    )  # fmt: skip


def make_firm() -> Organisation:
    """Return another enterprise."""
    return OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)


def declare_tie(expert: Expert, tie: Tie, organisation: Organisation) -> None:
    """Declare a tie as the expert."""
    actions.declare_interest(
        expert=expert, tie=tie, organisation=organisation, by=expert.person
    )


def stranger() -> Person:
    """Return somebody with an account and nothing else."""
    return PersonFactory.create()


LONG_AGO = date(2020, 1, 1)
