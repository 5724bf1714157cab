"""Hand out links to rate, send a petition for a thing, and count both for measures.

Measures read one view of the database, kept by this app as its contract:
`feedback_complaint`, a row for each petition in scope and each rating not good, with the
thing it is about.
"""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from khuevan.directory.public import Organisation, Person

from .actions import Sent, issue_link
from .queries.about import PetitionView, petitions_about, petitions_seen
from .queries.judging import (
    PetitionCounts,
    PetitionJudged,
    petition_counts,
    petitions_judged,
)
from .queries.ratings import (
    Group,
    ProcedureRatings,
    RatingView,
    groups,
    procedure_ratings,
    ratings_of,
    ratings_of_many,
)
from .rules.petitions import Category, Channel, Kind
from .tokens import about_token, rating_token


def issue_rating_link(
    *, subject: str, organisation: Organisation, procedure: str, by: Person | None
) -> str:
    """Return the address at which whoever holds it rates a thing once, without sign-in.

    Ask after the result is there (national status 9 or 10). The same thing again gives
    the same address. PermissionDenied for people who return no results.
    """
    link = issue_link(
        subject=subject, organisation=organisation, procedure=procedure, by=by
    )
    address = reverse("feedback-rate", args=[rating_token(link)])
    return urljoin(settings.SITE_URL, address)


def send_address(*, subject: str, code: str) -> str:
    """Return the page on which a petition about a thing is written.

    `code` is what people call the thing. Hand it only to who may see the thing: what is
    sent there is shown on its page.
    """
    return f"{reverse('feedback-send')}?about={about_token(subject, code)}"


__all__ = [
    "Category",
    "Channel",
    "Group",
    "Kind",
    "PetitionCounts",
    "PetitionJudged",
    "PetitionView",
    "ProcedureRatings",
    "RatingView",
    "Sent",
    "groups",
    "issue_rating_link",
    "petition_counts",
    "petitions_about",
    "petitions_judged",
    "petitions_seen",
    "procedure_ratings",
    "ratings_of",
    "ratings_of_many",
    "send_address",
]
