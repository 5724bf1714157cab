"""What is invoiced in a deal: released milestones, royalties, and the exchange's fee on each."""

from __future__ import annotations

from dataclasses import replace

from khuevan.deals.models import Deal, Milestone, RoyaltyReport
from khuevan.directory.public import Organisation
from khuevan.exchange.public import operator_on
from khuevan.payments.public import Invoice
from khuevan.platform import clock


def invoice_of(deal: Deal, thing: Milestone | RoyaltyReport, reference: str) -> Invoice | None:  # fmt: skip
    """Return what is invoiced for a released milestone or a reported royalty, None before.

    A milestone is released on acceptance, or by a mediator's decision: then on that day.

    `reference` is the number of the order it was paid by.
    """
    names = {party.part: party.name for party in deal.parties.all()}
    if isinstance(thing, Milestone):
        released_at = thing.accepted_at or thing.decided_at
        if not thing.released or released_at is None:
            return None
        day, amount = clock.local_day(released_at), thing.released
        item, what = f"Mốc {thing.number}: {thing.title}", f"moc-{thing.number}"
    else:
        if not thing.royalty or thing.filed_at is None:
            return None
        day, amount = clock.local_day(thing.filed_at), thing.royalty
        item = f"Phí kỳ vụ kỳ {thing.number} ({thing.first:%d/%m/%Y} – {thing.last:%d/%m/%Y})"  # fmt: skip
        what = f"ky-{thing.number}"
    return Invoice(
        deal.code, deal.listing_code, what, day, names["provider"], names["recipient"],
        f"{deal.title}. {item}", "lần", 1, amount, "VND", "Chuyển khoản", reference,
    )  # fmt: skip


def fee_invoice_of(deal: Deal, thing: Milestone | RoyaltyReport, reference: str) -> Invoice | None:  # fmt: skip
    """Return what the exchange invoices its provider for: its fee; None where it took none."""
    paid = invoice_of(deal, thing, reference)
    if paid is None or not thing.fee:
        return None
    exchange = Organisation.objects.get(code=operator_on(paid.day))
    return replace(
        paid, issued_for=f"phi-{paid.issued_for}", seller=exchange.name, buyer=paid.seller,
        item=f"Phí của sàn, giao dịch {deal.code}, {paid.issued_for}", amount=thing.fee, payment="Cấn trừ",
    )  # fmt: skip
