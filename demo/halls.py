"""The halls of the service centre on the morning the demo goes on, told through actions.

Desks are open, numbers are taken at the first minute, appointments stand for the
coming days, and Party bodies entered their months: counts and times, as invented as
everybody here. The ward has a bank account, so that a duty shows its VietQR.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from django.db import transaction

from khuevan.centre import actions
from khuevan.centre.access import POINTS
from khuevan.centre.queries import free_days, places_at
from khuevan.centre.rules import Priority
from khuevan.centre.words import PARTY
from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.payments.actions import name_account
from khuevan.platform import clock

from .names import FAMILY, GIVEN, MIDDLE
from .people import WARD
from .story import GOES_ON


BUSY = 9
"""How many points have people in their hall; the others are still quiet."""
QUEUES = (8, 5, 3, 6, 2, 4, 1, 3, 2)
MONTHS = (date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1))


@transaction.atomic
def open_halls() -> int:
    """Open the halls; return how many numbers were taken."""
    dice = random.Random(258)  # noqa: S311 - the same morning every time
    taken = 0
    with clock.telling(GOES_ON):
        _name_accounts()
        for point, many in zip(_points(), QUEUES, strict=False):
            _open_desk(point)
            for number in range(many):
                priority = Priority.ELDERLY if number % 4 == 2 else Priority.NONE
                actions.take_ticket(point=point, priority=priority, by=None)
            taken += many
            _book(point, dice)
        _count_party(dice)
    return taken


def _points() -> list[Organisation]:
    """Return points with officials: the ward first, then the branches' by turns."""
    ward = Organisation.objects.get(code=WARD)
    others = Organisation.objects.in_force().filter(kind__in=POINTS).exclude(pk=ward.pk)
    return [ward, *others.order_by("-kind", "code")[: BUSY - 1]]


def _open_desk(point: Organisation) -> None:
    """Have one of the point's officials sit down, where it has any."""
    official = (
        Person.objects.filter(
            appointments__organisation=point, appointments__role=Role.OFFICIAL
        )
        .order_by("pk")
        .first()
    )
    if official is not None:
        actions.open_desk(point=point, number=1, by=official)


def _book(point: Organisation, dice: random.Random) -> None:
    for day in free_days(point, places_at(point), days=2):
        for start in dice.sample(day.free, min(3, len(day.free))):
            name = f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"
            actions.book(point=point, starts_at=start, name=name, phone=f"0912{dice.randrange(10**6):06d}", by=None)  # fmt: skip


def _count_party(dice: random.Random) -> None:
    bodies = Organisation.objects.in_force().filter(kind=OrganisationKind.PARTY)
    for body in bodies.order_by("code")[:3]:
        for month in MONTHS:
            for procedure in PARTY:
                received = dice.randrange(20, 220)
                settled = received - dice.randrange(0, 12)
                actions.count_party_month(
                    organisation=body, procedure=procedure, month=month, received=received,
                    settled=settled, on_time=settled - dice.randrange(0, 6),
                    mean_days=Decimal(dice.randrange(20, 150)) / 10, by=None,
                )  # fmt: skip


def _name_accounts() -> None:
    """Name the invented accounts of the ward and of two departments that name duties."""
    for number, code in enumerate((WARD, "H26.NNMT", "H26.XD"), 1):
        body = Organisation.objects.filter(code=code).first()
        if body is not None:
            name_account(
                organisation=body, bin="970415", bank="VietinBank (giả định)",
                number=f"19000000{number:04d}", holder=body.short_name.upper(), by=None,
            )  # fmt: skip
