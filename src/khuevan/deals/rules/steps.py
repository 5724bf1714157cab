"""The steps of the funnel: what a deal comes to between asking for contact and delivery.

The exchange is judged by how many deals come to the last one (Resolution 459/NQ-HĐND).
"""

from __future__ import annotations

from enum import StrEnum

from .states import Move


class Reached(StrEnum):
    """How far a deal came, the first step first."""

    CONTACT = "contact"
    INTRODUCED = "introduced"
    NDA = "nda"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    DELIVERED = "delivered"


COLUMNS = {
    Reached.CONTACT: "asked_at",
    Reached.INTRODUCED: "introduced_at",
    Reached.NDA: "room_at",
    Reached.NEGOTIATING: "negotiating_at",
    Reached.AGREED: "agreed_at",
    Reached.SIGNED: "signed_on",
    Reached.IN_FORCE: "effective_on",
    Reached.DELIVERED: "delivered_at",
}
"""What of a deal tells that it came to a step, and when."""
MADE_BY = {
    Reached.INTRODUCED: (Move.ACCEPT, "deals.contact_accepted"),
    Reached.NDA: (Move.OPEN_ROOM, "deals.room_opened"),
    Reached.NEGOTIATING: (Move.AGREE_MEMORANDUM, "deals.memorandum_agreed"),
    Reached.AGREED: (Move.AGREE_TERMS, "deals.terms_agreed"),
    Reached.SIGNED: (Move.NOTE_SIGNED, "deals.contract_signed"),
    Reached.IN_FORCE: (Move.TAKE_EFFECT, "deals.contract_took_effect"),
}
"""The move that takes a deal to a step, and the fact it leaves. The first step is asking
itself; the last one follows by itself once no milestone is open."""


def after(step: Reached) -> Reached | None:
    """Return the step that follows one; None after the last."""
    steps = list(Reached)
    place = steps.index(step) + 1
    return steps[place] if place < len(steps) else None
