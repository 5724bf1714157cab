"""What the facts of contracts tell the people of both sides, and the exchange's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, Organisation, in_force
from khuevan.exchange.public import REVIEWING, operator_on
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller, Urgency
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .access import BINDING
from .models import Contract


People = Iterable[UUID | None]


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class Known:
    """Whom a batch of facts is for, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = {_key(fact) for fact in facts}

    @cached_property
    def sides(self) -> dict[UUID, list[UUID]]:
        """Whoever may bind a side of each contract today."""
        rows = Contract.objects.filter(pk__in=self.keys)
        of = {pk: {giver, taker} for pk, giver, taker in rows.values_list("pk", "giver", "taker")}  # fmt: skip
        posts = Appointment.objects.filter(
            in_force(), organisation__in=set().union(*of.values()), role__in=BINDING
        ).values_list("organisation_id", "person_id")
        held = list(posts)
        return {pk: [who for body, who in held if body in both] for pk, both in of.items()}  # fmt: skip

    @cached_property
    def staff(self) -> list[UUID]:
        """The people of the exchange's operator today."""
        operator = Organisation.objects.filter(code=operator_on(clock.today()))
        posts = Appointment.objects.filter(in_force(), organisation__in=operator, role__in=REVIEWING)  # fmt: skip
        return list(posts.values_list("person_id", flat=True))


def _sides(fact: Fact, known: Known) -> People:
    return known.sides.get(_key(fact), [])


def _sides_and_staff(fact: Fact, known: Known) -> People:
    return [*_sides(fact, known), *known.staff]


def _page(fact: Fact, known: Known) -> str:
    return reverse("contract", args=[fact.figures["number"]])


def _number(fact: Fact, known: Known) -> dict[str, Any]:
    return {"number": fact.figures["number"]}


tell = Teller("contracts", params=_number, link=_page, gather=Known)


tell(
    "contract_drawn_up",
    _sides,
    N_("%(number)s waits for your signature"),
    N_("Read the paper on its page and sign it, or call it off and say why."),
)
tell(
    "contract_signed",
    _sides,
    N_("A side signed %(number)s"),
    N_("Its page says who signs next, what the contract owes the State and until when."),
)  # fmt: skip
tell(
    "registration_opened",
    _sides,
    N_("The dossier that registers %(number)s was begun"),
    N_("The side that files looks through it and files it before the day its page names."),
)  # fmt: skip
tell(
    "registration_closed",
    _sides,
    N_("The dossier of %(number)s ended without a certificate"),
    N_("Its page says why, and until when another one may be filed."),
)
tell(
    "registration_decided",
    _sides,
    N_("The authority decided on %(number)s"),
    N_("Its page says whether the contract is in force, or why it is not."),
)
tell(
    "contract_fell_late",
    _sides_and_staff,
    N_("%(number)s waits longer than it may"),
    N_("Its page says for whom it waits and since when."),
)
tell(
    "contract_called_off",
    _sides,
    N_("%(number)s was called off"),
    N_("Its page says why. It binds nobody."),
)
tell(
    "contract_ended",
    _sides,
    N_("%(number)s ended"),
    N_("Its page says how. What was owed before still is."),
    urgency=Urgency.DAILY,
)
