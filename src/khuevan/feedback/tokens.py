"""Addresses that stand for a right: to rate one thing, to follow one petition."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from .models import Petition, RatingLink


_RATE = "khuevan.feedback.rate"
_FOLLOW = "khuevan.feedback.follow"
FOLLOW_SECONDS = 24 * 3600


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


def follow_token(petition: Petition) -> str:
    """Return the secret part of a follower's address; it works for a day."""
    return signing.TimestampSigner(salt=_FOLLOW).sign(petition.pk.hex)


def followed(token: str) -> Petition | None:
    """Return the petition a token follows; None where it is false or old."""
    try:
        told = signing.TimestampSigner(salt=_FOLLOW).unsign(token, FOLLOW_SECONDS)
        key = UUID(told)
    except (signing.BadSignature, ValueError):
        return None
    found = Petition.objects.select_related(
        "organisation", "handler", "merged_into__organisation"
    )
    return found.filter(pk=key).first()
