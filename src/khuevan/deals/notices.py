"""What the facts of deals tell the people in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, in_force
from khuevan.exchange.public import ACTING, REVIEWING, operator_on
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller, Urgency
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .queries.deals import people_of
from .rules.states import SIDES, Part


People = Iterable[UUID | None]
Recipients = Callable[[Fact, "Known"], People]


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = {_key(fact) for fact in facts}

    @cached_property
    def parts(self) -> dict[tuple[UUID, Part], list[UUID | None]]:
        """Whoever acts for each part of each deal today."""
        behind = people_of(self.keys)
        bodies = {body for body, _person in behind.values() if body}
        posts = Appointment.objects.filter(in_force(), organisation__in=bodies, role__in=ACTING)  # fmt: skip
        people: dict[UUID | None, list[UUID | None]] = {}
        for body, person in posts.values_list("organisation_id", "person_id"):
            people.setdefault(body, []).append(person)
        return {
            part: people.get(body, []) if body else [person]
            for part, (body, person) in behind.items()
        }

    @cached_property
    def staff(self) -> list[UUID | None]:
        """Who works for the exchange today."""
        posts = Appointment.objects.filter(in_force(), organisation__code=operator_on(clock.today()), role__in=REVIEWING)  # fmt: skip
        return list(posts.values_list("person_id", flat=True).distinct())

    def of(self, fact: Fact, *parts: Part) -> list[UUID | None]:
        """Return the people of some parts of a fact's deal."""
        return [who for part in parts for who in self.parts.get((_key(fact), part), [])]


def _turn(fact: Fact, known: Known) -> People:
    """Whoever is to act after the fact."""
    turn = str(fact.figures["turn"])
    if turn == "both":
        return known.of(fact, *SIDES)
    return known.of(fact, Part(turn)) if turn in set(Part) else []


def _sides(fact: Fact, known: Known) -> People:
    return known.of(fact, *SIDES)


def _other_side(fact: Fact, known: Known) -> People:
    return known.of(fact, Part(str(fact.figures["side"])).other)


def _sides_and_staff(fact: Fact, known: Known) -> People:
    return [*known.of(fact, *SIDES), *known.staff]


def _everybody(fact: Fact, known: Known) -> People:
    return known.of(fact, *Part)


def _provider(fact: Fact, known: Known) -> People:
    return known.of(fact, Part.PROVIDER)


def _recipient(fact: Fact, known: Known) -> People:
    return known.of(fact, Part.RECIPIENT)


def _staff(fact: Fact, known: Known) -> People:
    return known.staff


def _page(fact: Fact, known: Known) -> str:
    return reverse("deal", args=[fact.figures["code"]])


def _code(fact: Fact, known: Known) -> dict[str, Any]:
    return {"code": fact.figures["code"], "listing": fact.figures["listing"]}


tell = Teller("deals", params=_code, link=_page, gather=Known)


_ACT = N_("Its page says what you are asked to do, and until when.")
_READ = N_("Its page says what was decided and why.")
tell("contact_asked", _turn, N_("Somebody asks for contact over %(listing)s"), _ACT)
tell("contact_introduced", _turn, N_("A broker introduces somebody over %(listing)s"), _ACT)  # fmt: skip
tell("contact_accepted", _sides, N_("Deal %(code)s: you are introduced"), _ACT)
tell("contact_declined", _everybody, N_("Deal %(code)s: contact was declined"), _READ)
tell("nda_agreed", _turn, N_("Deal %(code)s: the other side agreed to the NDA"), _ACT)
tell("room_opened", _sides, N_("Deal %(code)s: the data room is open"), _ACT)
tell("file_put", _sides, N_("Deal %(code)s: a file is in the data room"), _ACT, Urgency.DAILY)  # fmt: skip
tell("meeting_called", _everybody, N_("Deal %(code)s: a meeting was called"), N_("Its page says when and where, with a file for your calendar."))  # fmt: skip
tell("memorandum_drafted", _turn, N_("Deal %(code)s: a memorandum waits for you"), _ACT)  # fmt: skip
tell("terms_proposed", _turn, N_("Deal %(code)s: terms wait for your answer"), _ACT)
tell("terms_agreed", _everybody, N_("Deal %(code)s: the terms are agreed"), _READ)
tell("contract_called_off", _sides, N_("Deal %(code)s: the contract was called off"), _ACT)  # fmt: skip
tell("terms_reopened", _sides, N_("Deal %(code)s: the terms are negotiated again"), _ACT)  # fmt: skip
tell("contract_took_effect", _sides, N_("Deal %(code)s is in effect"), _ACT)
tell("change_proposed", _other_side, N_("Deal %(code)s: the other side proposes to amend the contract"), _ACT)  # fmt: skip
tell("change_agreed", _sides, N_("Deal %(code)s: an amendment is agreed"), N_("It is drawn up on the deal's page, and both sides sign it."))  # fmt: skip
tell("change_dropped", _sides, N_("Deal %(code)s: an amendment was given up"), N_("The terms that hold stay as they are."))  # fmt: skip
tell("contract_amended", _everybody, N_("Deal %(code)s: the amended terms hold"), _READ)  # fmt: skip
tell("milestone_paid", _provider, N_("Deal %(code)s: a milestone's money is held for you"), _ACT)  # fmt: skip
tell("payment_taken_back", _sides_and_staff, N_("Deal %(code)s: the bank took a payment back"), N_("That milestone counts as unpaid. Its page says what was asked anew."))  # fmt: skip
tell("royalty_taken_back", _sides_and_staff, N_("Deal %(code)s: the bank took a royalty back"), N_("It counts as unpaid again. The deal's page says until when it is to be paid."))  # fmt: skip
tell("milestone_repaid", _provider, N_("Deal %(code)s: what the bank had taken back was paid again"), _READ)  # fmt: skip
tell("milestone_delivered", _recipient, N_("Deal %(code)s: a milestone was delivered"), _ACT)  # fmt: skip
tell("milestone_accepted", _provider, N_("Deal %(code)s: a milestone was accepted"), _READ)  # fmt: skip
tell("milestone_sent_back", _provider, N_("Deal %(code)s: a milestone was sent back"), _ACT)  # fmt: skip
tell("report_fell_late", _sides, N_("Deal %(code)s: a royalty report is late"), _ACT)
tell("end_asked", _turn, N_("Deal %(code)s: the other side asks to end it"), _ACT)
tell("protection_ended", _sides, N_("Deal %(code)s: the protection of what it is over has ended"), N_("The listing says how. Think over what you agreed, with advice where it is needed."))  # fmt: skip
tell("deal_disputed", _sides, N_("Deal %(code)s: mediation was asked for"), _READ)
tell("dispute_decided", _sides, N_("Deal %(code)s: the dispute is decided"), _READ)
tell("deal_withdrawn", _everybody, N_("Deal %(code)s: one side withdrew"), _READ)
tell("deal_reminded", _turn, N_("Deal %(code)s waits for you and is overdue"), _ACT)
tell("deal_fell_silent", _everybody, N_("Deal %(code)s was closed as silent"), _READ)
tell("funding_corrected", _sides, N_("Deal %(code)s: whether the State paid was put right"), _READ)  # fmt: skip
tell("paper_stated", _staff, N_("Deal %(code)s: a paper of the State waits to be confirmed"), N_("Have it shown to you, then confirm it on the deal's page."))  # fmt: skip
tell("paper_confirmed", _sides, N_("Deal %(code)s: a paper of the State is confirmed"), _READ)  # fmt: skip
tell("survey_asked", _sides, N_("Deal %(code)s: did you close elsewhere?"), N_("One tap on its page answers. It helps the exchange to become better."))  # fmt: skip
