"""What the facts of petitions tell their senders and those who handle them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, Role, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller, Urgency
from khuevan.platform.errors import N_

from .models import Petition


People = Iterable[UUID | None]


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = [key_of(fact) for fact in facts]

    @cached_property
    def petitions(self) -> dict[UUID, Petition]:
        return Petition.objects.in_bulk(self.keys)

    @cached_property
    def senders(self) -> dict[UUID, list[UUID | None]]:
        """Senders of the petitions that were joined to each."""
        found: dict[UUID, list[UUID | None]] = {}
        rows = Petition.objects.filter(merged_into__in=self.keys)
        for into, reporter in rows.values_list("merged_into_id", "reporter_id"):
            assert into is not None
            found.setdefault(into, []).append(reporter)
        return found

    @cached_property
    def heads(self) -> dict[UUID, list[UUID]]:
        units = {petition.organisation_id for petition in self.petitions.values()}
        rows = Appointment.objects.filter(
            in_force(), organisation__in=units, role=Role.HEAD
        )
        found: dict[UUID, list[UUID]] = {}
        for unit, person in rows.values_list("organisation_id", "person_id"):
            found.setdefault(unit, []).append(person)
        return found


def key_of(fact: Fact) -> UUID:
    """Return the key of the petition a fact is about."""
    return UUID(fact.subject.partition(":")[2])


def _senders(fact: Fact, known: Known) -> People:
    key = key_of(fact)
    return [known.petitions[key].reporter_id, *known.senders.get(key, [])]


def _handlers(fact: Fact, known: Known) -> People:
    petition = known.petitions[key_of(fact)]
    return [petition.handler_id, *known.heads.get(petition.organisation_id, [])]


def _both(fact: Fact, known: Known) -> People:
    return [*_senders(fact, known), *_handlers(fact, known)]


def _page(fact: Fact, known: Known) -> str:
    return reverse("feedback-petition", args=[key_of(fact)])


def _code(fact: Fact, known: Known) -> dict[str, Any]:
    return {"code": fact.figures["code"]}


tell = Teller("feedback", params=_code, link=_page, gather=Known)


tell(
    "petition_sent",
    _both,
    N_("Petition %(code)s was received"),
    N_("The page of the petition says who has it and until when it is accepted."),
)
tell(
    "petition_accepted",
    _both,
    N_("Petition %(code)s was accepted"),
    N_("The page of the petition says who answers for it and until when."),
)
tell(
    "handler_named",
    _handlers,
    N_("Somebody answers for petition %(code)s"),
    N_("The page of the petition says who answers for it and until when."),
)
tell(
    "petition_refused",
    _senders,
    N_("Petition %(code)s was turned away"),
    N_("The page of the petition says why, and where to go instead."),
)
tell(
    "petition_forwarded",
    _both,
    N_("Petition %(code)s was passed on"),
    N_("The page of the petition says who has it now and why."),
)
tell(
    "petition_more_asked",
    _senders,
    N_("Petition %(code)s: something is asked of you"),
    N_("Please answer on the page of the petition. Time stands until you do."),
)
tell(
    "petition_more_given",
    _handlers,
    N_("The sender of %(code)s gave more"),
    N_("Time runs again."),
)
tell(
    "petition_answered",
    _senders,
    N_("Petition %(code)s was answered"),
    N_("Read the answer and say whether it is good. You can open it again once."),
)
tell(
    "petition_published",
    _senders,
    N_("The answer to %(code)s was published"),
    N_("It stands among the public answers, without personal data."),
    Urgency.DAILY,
)
tell(
    "petition_merged",
    _senders,
    N_("Petition %(code)s was joined to another"),
    N_("Others sent the same. You hear of everything that happens to it."),
)
tell(
    "petition_reopened",
    _handlers,
    N_("The sender opened %(code)s again"),
    N_("The answer did not settle it. It counts as repeated; a new limit runs."),
)
tell(
    "petition_fell_late",
    _handlers,
    N_("A limit of petition %(code)s ran out"),
    N_("It counts as late. Act on it today."),
)
