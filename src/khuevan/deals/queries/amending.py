"""The amendment of a deal's contract: which version is to replace which, how far it is."""

from __future__ import annotations

from khuevan.contracts.public import ContractView, contracts_of
from khuevan.deals.models import Deal, Milestone, Version
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.rules.amending import Standing, touched

from .contracting import agreed_in


def waiting_in(deal: Deal) -> Version | None:
    """Return the amendment both sides agreed to that holds not yet; None without one."""
    rows = deal.versions.filter(agreed_at__isnull=False, reopened_at=None)
    return rows.filter(amends__isnull=False, amends__replaced_on=None).first()


def proposed_in(deal: Deal) -> Version | None:
    """Return the latest amendment that waits for the other side's answer; None without one."""
    last = deal.versions.order_by("-number").first()
    open_one = last is not None and last.stands and last.agreed_at is None
    return last if open_one and last is not None and last.amends_id else None


def amendment_paper(version: Version) -> ContractView | None:
    """Return the paper of an agreed amendment; None where none is drawn up."""
    papers = contracts_of(version.deal.ref) if version.paper else []
    return next((paper for paper in papers if paper.id == version.paper), None)


def standings_of(deal: Deal) -> list[Standing]:
    """Return how the milestones of a deal stand towards an amendment."""
    return [
        Standing(
            m.number,
            fixed=m.state not in (MilestoneState.DUE, MilestoneState.DROPPED),
            paid=m.paid_at is not None or bool(m.returning),
            over=not m.open and m.state != MilestoneState.DROPPED,
        )
        for m in deal.milestones.all()
    ]


def touched_by(version: Version) -> list[Milestone]:
    """Return the milestones of a deal that an amendment changes or drops."""
    assert version.amends is not None
    numbers = touched(version.amends.told, version.told)
    return list(version.deal.milestones.filter(number__in=numbers))


def is_touched(milestone: Milestone) -> bool:
    """Tell whether an agreed amendment that holds not yet changes a milestone."""
    version = waiting_in(milestone.deal)
    return version is not None and milestone.number in {m.number for m in touched_by(version)}  # fmt: skip


def holding_in(deal: Deal) -> Version:
    """Return the version that holds in a deal whose contract is in effect."""
    version = agreed_in(deal)
    assert version is not None
    return version
