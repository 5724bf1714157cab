"""How far a problem is, how answers are scored, and who may be invited to a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from khuevan.platform.errors import N_, RuleBroken


WHOLE = 100
SHORTEST = 20


class State(StrEnum):
    """How far a problem is."""

    OPEN = "open"
    SCORING = "scoring"
    SHORTLISTED = "shortlisted"
    TRIAL = "trial"
    PROVEN = "proven"
    ORDERED = "ordered"
    ENDED = "ended"


class Standing(StrEnum):
    """How an answer stands."""

    SENT = "sent"
    WITHDRAWN = "withdrawn"
    SHORTLISTED = "shortlisted"
    PASSED_OVER = "passed_over"


MOVES: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.SCORING, State.ENDED}),
    State.SCORING: frozenset({State.SHORTLISTED, State.ENDED}),
    State.SHORTLISTED: frozenset({State.TRIAL, State.ENDED}),
    State.TRIAL: frozenset({State.PROVEN, State.SHORTLISTED}),
    State.PROVEN: frozenset({State.ORDERED, State.ENDED}),
    State.ORDERED: frozenset(),
    State.ENDED: frozenset(),
}
"""What may follow what. A trial that did not succeed leads back to the short list."""


def after(state: State, to: State) -> State:
    """Return the state moved to; RuleBroken where it does not follow."""
    if to not in MOVES[state]:
        raise RuleBroken(
            N_(
                "This cannot be done with the problem as it stands now; reload its page."
            )
        )
    return to


@dataclass(frozen=True, slots=True)
class Criterion:
    """What answers are scored by; `weight` in per cent."""

    name: str
    weight: int


def check_criteria(criteria: Sequence[Criterion]) -> None:
    """Refuse criteria whose weights do not make up the whole, or that say nothing."""
    if not criteria or any(
        not each.name.strip() or each.weight <= 0 for each in criteria
    ):
        raise RuleBroken(
            N_("Every criterion has a name and a weight above nought."),
            field="criteria",
        )
    if sum(each.weight for each in criteria) != WHOLE:
        raise RuleBroken(
            N_("The weights of the criteria add up to %(total)s %%: make it 100."),
            field="criteria", total=sum(each.weight for each in criteria),
        )  # fmt: skip
    if len({each.name.strip().casefold() for each in criteria}) < len(criteria):
        raise RuleBroken(N_("Two criteria have one name."), field="criteria")


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody gave an answer for a criterion, 0 to 100, and why."""

    scorer: UUID
    criterion: str
    points: int
    why: str


def total(criteria: Sequence[Criterion], scores: Sequence[Score]) -> Decimal | None:
    """Return the weighted mean of all scorers, to two places; None while a criterion has no score."""
    found = Decimal(0)
    for criterion in criteria:
        points = [s.points for s in scores if s.criterion == criterion.name]
        if not points:
            return None
        found += Decimal(sum(points)) / len(points) * criterion.weight / WHOLE
    return found.quantize(Decimal("0.01"))


def scorers_of(criteria: Sequence[Criterion], scores: Sequence[Score]) -> int:
    """Return how many people scored every criterion."""
    given: dict[UUID, set[str]] = {}
    for score in scores:
        given.setdefault(score.scorer, set()).add(score.criterion)
    names = {criterion.name for criterion in criteria}
    return sum(1 for told in given.values() if told >= names)


def check_points(points: int, why: str) -> None:
    """Refuse points out of range, or without their reason."""
    if not 0 <= points <= WHOLE:
        raise RuleBroken(N_("Points go from 0 to 100."), field="points")
    if len(why.strip()) < SHORTEST // 2:
        raise RuleBroken(N_("Say why: the supplier reads it."), field="why")


def check_shortlist(
    totals: Mapping[UUID, Decimal | None], chosen: Sequence[UUID], why: str
) -> None:
    """Refuse a short list that leaves out a better answer without saying why.

    `totals` are those of all answers that stand; None where one is not scored yet.
    """
    if any(value is None for value in totals.values()):
        raise RuleBroken(N_("Not every answer is scored by enough people yet."))
    if not chosen or not set(chosen) <= set(totals):
        raise RuleBroken(N_("Choose at least one of the answers."), field="chosen")
    told = {key: value for key, value in totals.items() if value is not None}
    worst = min(told[key] for key in chosen)
    better = [key for key, value in told.items() if key not in chosen and value > worst]
    if len(why.strip()) < SHORTEST:
        raise RuleBroken(
            N_("Say in at least %(least)s characters why these."),
            field="why",
            least=SHORTEST,
        )
    if better:
        raise RuleBroken(
            N_("%(count)s answers that scored better are left out: choose by the scores."),
            field="chosen", count=len(better),
        )  # fmt: skip
