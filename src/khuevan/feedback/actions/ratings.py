"""Ratings and reactions, and the second factor of those who follow without an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from khuevan.directory.public import Organisation, Person
from khuevan.feedback.access import is_reporter, may_issue_links
from khuevan.feedback.dated import criteria_on
from khuevan.feedback.facts import record_petition
from khuevan.feedback.models import (
    Petition,
    Rating,
    RatingLink,
    Reaction,
)
from khuevan.feedback.rules.contacts import same_contact
from khuevan.feedback.rules.petitions import SETTLED
from khuevan.feedback.rules.ratings import CHANGEABLE, check_rating
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.tries import count_guess

from .common import locked, require


@transaction.atomic
def issue_link(
    *, subject: str, organisation: Organisation, procedure: str = "", by: Person | None
) -> RatingLink:
    """Hand out the right to rate a thing once; issued again it is the same link."""
    require(may_issue_links(by))
    key = {"subject": subject, "organisation": organisation, "procedure": procedure}
    link = RatingLink.objects.filter(**key).first()
    if link is not None:
        return link
    link = RatingLink.objects.create(**key)
    about: dict[str, Any] = {"for": subject}
    record(
        "feedback.rating_link_issued",
        subject=link.ref,
        by=by,
        organisation=str(organisation.pk),
        procedure=procedure,
        **about,
    )
    return link


@transaction.atomic
def rate(
    *,
    link: RatingLink,
    good: bool | None = None,
    stars: int | None = None,
    scores: Mapping[str, int] | None = None,
    comment: str = "",
    by: Person | None = None,
) -> Rating:
    """Give a rating, or change it within a day. Who holds the link may; nobody is named.

    The fact names no actor, whoever is signed in (Decree 224/2026/NĐ-CP, Article 10).
    """
    link = RatingLink.objects.select_for_update().get(pk=link.pk)
    now = clock.now()
    known = frozenset(c.code for c in criteria_on(clock.today()))
    given = check_rating(
        good=good, stars=stars, scores=scores or {}, comment=comment, criteria=known
    )
    rating = Rating.objects.filter(link=link).first() or Rating(link=link, rated_at=now)
    changed = not rating._state.adding
    if changed and now - rating.rated_at > CHANGEABLE:
        raise RuleBroken(N_("A rating can be changed for a day; that day is over."))
    rating.good, rating.stars = given.good, given.stars
    rating.scores, rating.comment = dict(given.scores), given.comment
    rating.changed_at = now if changed else None
    rating.save()
    about: dict[str, Any] = {"for": link.subject}
    record(
        "feedback.rating_given",
        subject=link.ref,
        by=None,
        organisation=str(link.organisation_id),
        procedure=link.procedure,
        good=given.good,
        stars=given.stars,
        changed=changed,
        **about,
    )
    return rating


@transaction.atomic
def react(
    *, petition: Petition, like: bool, followed: bool = False, by: Person | None
) -> Reaction:
    """Say whether an answer is good: its sender, or anybody signed in once it is public.

    One each; said again it replaces the first. The fact names no actor.
    """
    petition = locked(petition)
    if petition.state not in SETTLED:
        raise RuleBroken(N_("There is no answer to judge yet."))
    sender = is_reporter(by, petition, followed=followed)
    public = by is not None and petition.published_at is not None
    require(sender or public)
    voter = "sender" if sender or by is None else by.ref
    digest = salted_hmac("feedback.voter", f"{petition.pk}{voter}", algorithm="sha256")
    reaction, _ = Reaction.objects.update_or_create(
        petition=petition,
        voter=digest.hexdigest(),
        defaults={"like": like, "at": clock.now()},
    )
    record_petition("reaction_given", petition, by=None, like=like)
    return reaction


@transaction.atomic
def prove_contact(
    *, code: str, contact: str, address: str, by: Person | None = None
) -> Petition | None:
    """Return the petition of a code for whoever knows its telephone or e-mail, else None.

    Every try is counted (see `platform.tries`). It changes nothing else and leaves no
    fact.
    """
    count_guess("petition", code, address)
    petition = Petition.objects.filter(code=code).first()
    if petition is None or not same_contact(contact, petition.phone, petition.email):
        return None
    return petition
