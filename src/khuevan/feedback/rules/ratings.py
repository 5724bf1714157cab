"""Ratings: one question first, the rest as one likes; shown for groups only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from khuevan.platform.errors import N_, RuleBroken


CHANGEABLE = timedelta(days=1)
BEST_SCORE = 2
MOST_STARS = 5
LONGEST_COMMENT = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives: a thumb or one to five stars, and criteria scored 0 to 2."""

    good: bool
    stars: int | None
    scores: Mapping[str, int]
    comment: str


def check_rating(
    *,
    good: bool | None,
    stars: int | None,
    scores: Mapping[str, int],
    comment: str,
    criteria: frozenset[str],
) -> Given:
    """Return a rating as it is kept. Three stars and more count as a thumb up.

    Raises RuleBroken where nothing was chosen or something is out of range.
    """
    if stars is not None and not 1 <= stars <= MOST_STARS:
        raise RuleBroken(N_("Give one to five stars."), field="stars")
    if good is None and stars is None:
        raise RuleBroken(N_("Choose whether it was good or not."), field="good")
    for code, score in scores.items():
        if code not in criteria or not 0 <= score <= BEST_SCORE:
            raise RuleBroken(N_("A criterion is scored 0, 1 or 2."), field="scores")
    if len(comment) > LONGEST_COMMENT:
        raise RuleBroken(
            N_("Write at most %(most)s characters."),
            field="comment",
            most=LONGEST_COMMENT,
        )
    liked = good if good is not None else (stars or 0) > MOST_STARS // 2
    return Given(liked, stars, dict(scores), comment.strip())
