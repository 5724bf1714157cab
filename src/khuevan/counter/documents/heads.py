"""Who issues a paper of the counter, who signs it, where it is followed."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from khuevan.counter.models import Dossier, Result
from khuevan.directory.public import Appointment, Organisation, Person, Role, in_force
from khuevan.platform.official.form import Layout, Letterhead, Signature


CITY = "Hà Nội"
HOTLINE = "024.1022"
"""The service centre's line (services.md 12, contacts)."""


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


def follow_address(dossier: Dossier) -> str:
    """Return where a dossier is followed, for a QR: the public page where there is one."""
    try:
        path = reverse("dossier-follow") + f"?code={dossier.code}"
    except NoReverseMatch:
        path = reverse("dossier", args=[dossier.pk])
    return urljoin(settings.SITE_URL, path)


def register_address(body: Organisation, since: date, until: date) -> str:
    """Return where the register of a body in a period is read, for its people alone."""
    wanted = urlencode({"body": body.pk, "since": since, "until": until})
    return urljoin(settings.SITE_URL, f"{reverse('dossier-register')}?{wanted}")


def check_address(result: Result) -> str:
    """Return where anybody checks a result."""
    return urljoin(
        settings.SITE_URL, reverse("dossier-check", args=[result.verification])
    )
