"""The facts feedback leaves in the journal: how they are written, how they read."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Petition
from .queries.judging import standing_of


def record_petition(
    kind: str, petition: Petition, *, by: Person | None, **figures: Any
) -> int:
    """Write one fact about a petition, with what it counts as after the fact.

    No words of anybody, no contact: codes, references and numbers only.
    """
    about: dict[str, Any] = {"for": petition.subject}
    return record(
        f"feedback.{kind}",
        subject=petition.ref,
        by=by,
        code=petition.code,
        standing=standing_of(petition),
        **about,
        **figures,
    )


WORDS: dict[str, str] = {
    "feedback.petition_sent": N_("Petition %(code)s was sent"),
    "feedback.petition_accepted": N_("Petition %(code)s was accepted"),
    "feedback.petition_refused": N_("Petition %(code)s was turned away"),
    "feedback.petition_forwarded": N_("Petition %(code)s was passed on"),
    "feedback.petition_more_asked": N_("The sender of %(code)s was asked for more"),
    "feedback.petition_more_given": N_("The sender of %(code)s gave more"),
    "feedback.handler_named": N_("Somebody answers for petition %(code)s"),
    "feedback.petition_answered": N_("Petition %(code)s was answered"),
    "feedback.petition_published": N_("The answer to %(code)s was published"),
    "feedback.petition_merged": N_("Petition %(code)s was joined to another"),
    "feedback.petition_reopened": N_("The sender opened %(code)s again"),
    "feedback.petition_fell_late": N_("A limit of petition %(code)s ran out"),
    "feedback.reaction_given": N_("Somebody said what they think of the answer"),
    "feedback.clock_moved": N_("A limit moved with the calendar"),
    "feedback.rating_link_issued": N_("A link to rate was handed out"),
    "feedback.rating_given": N_("A rating was given"),
}
"""What each kind of fact says on a timeline."""
