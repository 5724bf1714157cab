"""Experts of the adviser pool in deals: who could mediate, and asking them about a deal."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Person
from khuevan.experts.public import (
    ExpertRow,
    Matter,
    bookable_experts,
    register_matter,
)
from khuevan.platform import clock

from .access import oversees, side_of
from .models import Deal


MATTER = "deals.deal"


def organisations_in(deal: Deal) -> tuple[UUID, ...]:
    """Return the organisations that take part in a deal, whoever brokers it included."""
    parties = deal.parties.filter(organisation__isnull=False)
    return tuple(parties.values_list("organisation_id", flat=True))


def people_in(deal: Deal) -> tuple[UUID, ...]:
    """Return the people who take part in a deal under their own name."""
    parties = deal.parties.filter(person__isnull=False)
    return tuple(parties.values_list("person_id", flat=True))


def mediators_in_pool(deal: Deal) -> list[ExpertRow]:
    """Return the experts of the pool without a tie to anybody in a deal, its field first."""
    people = people_in(deal)
    found = bookable_experts("", organisations_in(deal), clock.today())
    apart = [row for row in found if row.person not in people]
    return sorted(apart, key=lambda row: deal.field not in row.fields)


def _look_up(key: UUID, person: Person) -> Matter | None:
    """Describe a deal to its sides and the exchange's people, once both sides know each other."""
    rows = Deal.objects.visible_to(person, oversees=oversees(person))
    deal = rows.filter(pk=key).first()
    if deal is None or deal.introduced_at is None:
        return None
    if side_of(person, deal) is None and not oversees(person):
        return None
    title = f"{deal.code}: {deal.title}"
    return Matter(
        title,
        reverse("deal", args=[deal.code]),
        organisations_in(deal),
        people_in(deal),
    )


register_matter(MATTER, _look_up)
