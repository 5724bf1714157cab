"""What became of a member's deals: what it is known for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from khuevan.deals.models import Deal, Decision, Milestone, Party
from khuevan.deals.rules.states import SIDES, Part, State
from khuevan.platform import clock


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A member's deals by what became of them.

    Of the `accepted` milestones it had to deliver, `on_time` were handed over by their day.
    """

    delivered: int
    ended_early: int
    accepted: int
    on_time: int
    disputes: int


def outcomes_of(member: UUID) -> Outcomes:
    """Return what became of a member's deals, those of brokers not counted: three queries."""
    sides = Party.objects.filter(member=member, part__in=SIDES)
    deals = Deal.objects.filter(pk__in=sides.values("deal"))
    provided = sides.filter(part=Part.PROVIDER)
    ended = deals.aggregate(
        delivered=Count("pk", filter=Q(delivered_at__isnull=False)),
        early=Count("pk", filter=Q(state=State.TERMINATED, delivered_at=None)),
    )
    milestones = Milestone.objects.filter(deal__in=deals.filter(pk__in=provided.values("deal")), accepted_at__isnull=False)  # fmt: skip
    handed = milestones.annotate(day=TruncDate("delivered_at", tzinfo=clock.HANOI)).aggregate(
        accepted=Count("pk"), on_time=Count("pk", filter=Q(day__lte=F("due_on")))
    )  # fmt: skip
    disputes = Decision.objects.filter(deal__in=deals, decided_at__isnull=False).count()
    return Outcomes(
        ended["delivered"],
        ended["early"],
        handed["accepted"],
        handed["on_time"],
        disputes,
    )
