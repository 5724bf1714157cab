"""Who issues a body's papers and who signs them."""

from __future__ import annotations

from khuevan.platform.official.form import Layout, Letterhead, Signature

from .models import Appointment, Organisation, Person, in_force
from .rules import Role


CITY = "Hà Nội"


def letterhead(body: Organisation) -> Letterhead:
    """Return the head of a body's papers: the body above it, itself, its symbol."""
    above = body.parent.name if body.parent else f"Ủy ban nhân dân thành phố {CITY}"
    return Letterhead(
        Layout.STATE, above.upper(), body.name.upper(), symbol_of(body), CITY
    )


def symbol_of(body: Organisation) -> str:
    """Return how a body's papers are numbered: the last part of its code."""
    return body.code.rpartition(".")[2]


def signature_of(person: Person | None, body: Organisation, otherwise: str = "") -> Signature:  # fmt: skip
    """Return the block of a signature with the person's post in a body."""
    name, post = "", otherwise
    if person is not None:
        held = Appointment.objects.filter(
            in_force(), person=person, organisation=body
        ).first()
        name, post = person.full_name, (held.title if held else "") or otherwise
    return Signature("", post.upper(), name)


def head_of(body: Organisation) -> Person | None:
    """Return who leads a body today."""
    held = (
        Appointment.objects.filter(in_force(), organisation=body, role=Role.HEAD)
        .select_related("person")
        .order_by("valid_from", "pk")
        .first()
    )
    return held.person if held else None
