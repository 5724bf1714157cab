"""What the facts of the exchange tell its members and the reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, Role, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Message, Teller, Urgency, declare
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .dated import operator_on
from .models import Listing, Review, SavedSearch
from .models.members import ACTING


People = Iterable[UUID | None]


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.keys = {_key(fact) for fact in facts}

    @cached_property
    def reviewers(self) -> dict[UUID, UUID | None]:
        """Who has the review of a listing that runs."""
        rows = Review.objects.filter(listing__in=self.keys, ended_at=None)
        return dict(rows.values_list("listing_id", "reviewer_id"))

    @cached_property
    def listers(self) -> dict[UUID, list[UUID | None]]:
        """Whoever speaks for the member of each listing today."""
        rows = Listing.objects.filter(pk__in=self.keys)
        of = rows.values_list("pk", "member__organisation_id", "member__person_id")
        posts = Appointment.objects.filter(
            in_force(), organisation__in=[body for _, body, _ in of], role__in=ACTING
        )
        people: dict[UUID | None, list[UUID | None]] = {}
        for body, person in posts.values_list("organisation_id", "person_id"):
            people.setdefault(body, []).append(person)
        return {pk: people.get(body, [person]) for pk, body, person in of}

    @cached_property
    def keepers(self) -> list[UUID | None]:
        """Who heads the exchange's operator today."""
        posts = Appointment.objects.filter(
            in_force(), organisation__code=operator_on(clock.today()), role=Role.HEAD
        )
        return list(posts.values_list("person_id", flat=True))


def _listers(fact: Fact, known: Known) -> People:
    return known.listers.get(_key(fact), [])


def _reviewer(fact: Fact, known: Known) -> People:
    return [known.reviewers.get(_key(fact))]


def _page(fact: Fact, known: Known) -> str:
    return reverse("exchange-listing", args=[fact.figures["code"]])


def _code(fact: Fact, known: Known) -> dict[str, Any]:
    return {"code": fact.figures["code"]}


class Searches:
    """Whose the saved searches of a batch of facts are."""

    def __init__(self, facts: list[Fact]) -> None:
        rows = SavedSearch.objects.filter(pk__in={_key(fact) for fact in facts})
        self.people = dict(rows.values_list("pk", "person_id"))


def _searcher(fact: Fact, known: Searches) -> People:
    return [known.people.get(_key(fact))]


def _matches_page(fact: Fact, known: Known) -> str:
    return reverse("exchange-matches", args=[fact.figures["code"]])


def _pair(fact: Fact, known: Known) -> dict[str, Any]:
    return {name: fact.figures[name] for name in ("code", "other", "score")}


tell = Teller("exchange", params=_code, link=_page, gather=Known)


_WAITS = N_("Its page says until when you review it, and what to look at.")
tell("listing_submitted", _reviewer, N_("Listing %(code)s waits for your review"), _WAITS)  # fmt: skip
tell("listing_checked", _reviewer, N_("Listing %(code)s waits for your review"), _WAITS)  # fmt: skip
tell("review_handed_on", _reviewer, N_("Listing %(code)s waits for your review"), _WAITS)  # fmt: skip
tell("review_fell_late", _reviewer, N_("The review of %(code)s is late"), _WAITS)
tell(
    "listing_returned",
    _listers,
    N_("Listing %(code)s came back with reasons"),
    N_("Its page says what to mend. Change it and submit it again."),
)
tell(
    "listing_published",
    _listers,
    N_("Listing %(code)s is published"),
    N_("Its page says until when, and who reads which part of it."),
)
tell(
    "listing_unprotected",
    lambda fact, known: [*_listers(fact, known), *known.keepers],
    N_("The protection of %(code)s has ended"),
    N_(
        "The listing went back, or, where people bid for it, waits for the exchange to decide about its auction. Its page says why."
    ),
)
tell(
    "listing_expires_soon",
    _listers,
    N_("Listing %(code)s expires soon"),
    N_("If it still holds, renew it on its page before its last day."),
    Urgency.DAILY,
)
tell(
    "listing_expired",
    _listers,
    N_("Listing %(code)s expired"),
    N_("If it still holds, renew it on its page."),
    Urgency.DAILY,
)
declare(
    Message(
        kind="exchange.search_answered",
        subject=N_("New listing %(code)s answers a search you keep"),
        body=N_("You are told of each listing once. Alerts are turned off with one tap on the page of your searches."),
        recipients=_searcher,
        params=_code,
        link=_page,
        urgency=Urgency.NOW,
        gather=Searches,
    )
)  # fmt: skip
declare(
    Message(
        kind="exchange.match_found",
        subject=N_("New listing %(other)s fits your listing %(code)s to %(score)s per cent"),
        body=N_("Its page of matches says why, and what else fits. Say there whether it does."),
        recipients=_listers,
        params=_pair,
        link=_matches_page,
        urgency=Urgency.DAILY,
        gather=Known,
    )
)  # fmt: skip
