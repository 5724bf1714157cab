"""What the facts of the pool tell experts, askers and the keeper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, Role, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .dated import keeper_on
from .models import ACTING, Booking, Expert
from .rules.pool import Standing


People = Iterable[UUID | None]


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = {_key(fact) for fact in facts}

    @cached_property
    def bookings(self) -> dict[UUID, Booking]:
        """The bookings with who asked and who was asked."""
        rows = Booking.objects.filter(pk__in=self.keys)
        return {row.pk: row for row in rows.select_related("consultation", "expert")}

    @cached_property
    def experts(self) -> dict[UUID, Expert]:
        """The experts a batch is about."""
        return Expert.objects.in_bulk(self.keys)

    @cached_property
    def posts(self) -> dict[UUID, list[UUID]]:
        """Whoever acts today for the organisations that asked."""
        bodies = {row.consultation.organisation_id for row in self.bookings.values()}
        rows = Appointment.objects.filter(in_force(), organisation__in=bodies - {None}, role__in=ACTING)  # fmt: skip
        found: dict[UUID, list[UUID]] = {}
        for body, person in rows.values_list("organisation_id", "person_id"):
            found.setdefault(body, []).append(person)
        return found

    @cached_property
    def keepers(self) -> list[UUID]:
        """The officials and heads who keep the pool today."""
        rows = Appointment.objects.filter(
            in_force(), organisation__code=keeper_on(clock.today()),
            role__in=(Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL),
        )  # fmt: skip
        return list(rows.values_list("person_id", flat=True))


def _expert(fact: Fact, known: Known) -> People:
    booking = known.bookings.get(_key(fact))
    return [booking.expert.person_id] if booking else []


def _asker(fact: Fact, known: Known) -> People:
    booking = known.bookings.get(_key(fact))
    if booking is None:
        return []
    asked = booking.consultation
    colleagues = known.posts.get(asked.organisation_id, []) if asked.organisation_id else []  # fmt: skip
    return [asked.asked_by_id, *colleagues]


def _both(fact: Fact, known: Known) -> People:
    return [*_expert(fact, known), *_asker(fact, known)]


def _turn(fact: Fact, known: Known) -> People:
    return _expert(fact, known) if fact.figures["turn"] == "expert" else _asker(fact, known)  # fmt: skip


def _keepers(fact: Fact, known: Known) -> People:
    return known.keepers


def _himself(fact: Fact, known: Known) -> People:
    expert = known.experts.get(_key(fact))
    return [expert.person_id] if expert else []


def _waited_for(fact: Fact, known: Known) -> People:
    """Return the person proposed, or the keeper where an application waits."""
    proposed = fact.figures["standing"] == Standing.PROPOSED
    return _himself(fact, known) if proposed else known.keepers


def _page(fact: Fact, known: Known) -> str:
    return reverse("expert-booking", args=[fact.figures["code"]])


def _code(fact: Fact, known: Known) -> dict[str, Any]:
    return {"code": fact.figures["code"]}


def _nothing(fact: Fact, known: Known) -> dict[str, Any]:
    return {}


def _expert_page(fact: Fact, known: Known) -> str:
    return reverse("expert", args=[_key(fact)])


Recipients = Callable[[Fact, Known], People]
tell = Teller("experts", params=_code, link=_page, gather=Known)
tell_expert = Teller("experts", params=_nothing, link=_expert_page, gather=Known)
_ACT = N_("Its page says what there is to do, and until when.")
_READ = N_("Its page says what was done and why.")
tell("booking_asked", _expert, N_("%(code)s: somebody asks for your advice"), _ACT)
tell("booking_accepted", _asker, N_("%(code)s: the expert accepted"), N_("Its page has the time, and a file for your calendar."))  # fmt: skip
tell("time_proposed", _asker, N_("%(code)s: the expert names another time"), _ACT)
tell("time_taken", _expert, N_("%(code)s: your time was taken"), N_("Its page has the time, and a file for your calendar."))  # fmt: skip
tell("booking_declined", _asker, N_("%(code)s: the expert declined"), _READ)
tell("booking_called_off", _both, N_("%(code)s was called off"), _READ)
tell("minutes_written", _asker, N_("%(code)s: the minutes are there"), _ACT)
tell("minutes_disputed", _expert, N_("%(code)s: your minutes were disputed"), _ACT)
tell("booking_confirmed", _both, N_("%(code)s: minutes and hours are confirmed"), _READ)
tell("booking_settled", _both, N_("%(code)s: the keeper settled the hours"), _READ)
tell("booking_paid", _both, N_("%(code)s was paid"), N_("Who asked may rate the advice on its page."))  # fmt: skip
tell("booking_paid_out", _expert, N_("%(code)s: your fee has left for your bank"), _READ)  # fmt: skip
tell("booking_reminded", _turn, N_("%(code)s waits for you and is overdue"), _ACT)
tell("booking_passed_on", _keepers, N_("%(code)s is stuck: look after it"), _ACT)
tell("booking_lapsed", _both, N_("%(code)s lapsed: nobody answered in time"), _READ)
_OF_EXPERTS = N_("The page of the pool says what comes next.")
tell_expert("expert_proposed", _himself, N_("You were proposed for the adviser pool"), N_("Nothing is shown of you before you agree. The page says who asks and why."))  # fmt: skip
tell_expert("expert_applied", _keepers, N_("Somebody applied to the adviser pool"), _OF_EXPERTS)  # fmt: skip
tell_expert("expert_admitted", _himself, N_("You were admitted to the adviser pool"), _OF_EXPERTS)  # fmt: skip
tell_expert("expert_refused", _himself, N_("Your application to the adviser pool was refused"), N_("The page says why, and that you may apply again."))  # fmt: skip
tell_expert("expert_reminded", _waited_for, N_("An application to the adviser pool waits for you"), _OF_EXPERTS)  # fmt: skip
