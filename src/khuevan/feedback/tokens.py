"""Addresses that stand for a right: to rate one thing, to follow one petition."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing

from khuevan.platform.passes import make_pass, read_pass

from .models import Petition, RatingLink


_RATE = "khuevan.feedback.rate"
_ABOUT = "khuevan.feedback.about"
FOLLOWING_LASTS = timedelta(days=1)


def rating_token(link: RatingLink) -> str:
    """Return the secret part of a rating's address."""
    return signing.Signer(salt=_RATE).sign(link.pk.hex)


def link_of(token: str) -> RatingLink | None:
    """Return what a token gives the right to rate; None where it is false."""
    try:
        key = UUID(signing.Signer(salt=_RATE).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return RatingLink.objects.select_related("organisation").filter(pk=key).first()


def about_token(subject: str, code: str) -> str:
    """Return what tells the sending page which thing a petition is about."""
    return signing.dumps([subject, code], salt=_ABOUT)


def told_about(token: str) -> tuple[str, str]:
    """Return a thing's reference and code; two empty words where the token is false."""
    try:
        subject, code = signing.loads(token, salt=_ABOUT)
    except signing.BadSignature:
        return "", ""
    return subject, code


def follow_token(petition: Petition) -> str:
    """Return the secret part of a follower's address; it works for a day."""
    return make_pass("petition", petition.pk, FOLLOWING_LASTS)


def followed(token: str) -> Petition | None:
    """Return the petition a token follows; None where it is false or old."""
    key = read_pass("petition", token)
    found = Petition.objects.select_related(
        "organisation", "handler", "merged_into__organisation"
    )
    return found.filter(pk=key).first() if key else None
