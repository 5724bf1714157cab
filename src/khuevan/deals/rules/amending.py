"""Which terms of a contract in force may still change, and what a change touches.

What was paid, delivered or accepted stays as it was agreed. So does what makes it this
contract (its kind, the right, the border, shares in a company that passed with it), and the
broker's share: the broker is not asked. Everything else the two sides may amend (Civil Code
91/2015/QH13 Art. 421).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuevan.contracts.rules.terms import Milestone, Terms, differences
from khuevan.platform.errors import N_, Problem


LASTING = frozenset({"form", "crossing", "right", "equity", "broker"})
"""Terms that another contract changes, no amendment."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a milestone stands: `fixed`: none of it changes; `paid`: its sum does not."""

    number: int
    fixed: bool
    paid: bool
    over: bool


def touched(before: Terms, after: Terms) -> dict[int, Milestone | None]:
    """Return the milestones an amendment changes, adds or drops (None), by number."""
    old = dict(enumerate(before.milestones, 1))
    new = dict(enumerate(after.milestones, 1))
    return {
        number: new.get(number)
        for number in sorted(old.keys() | new.keys())
        if old.get(number) != new.get(number)
    }


def amendment_faults(
    before: Terms, after: Terms, standings: Sequence[Standing], *, delivered: bool
) -> list[Problem]:
    """Return what an amendment may not change; `delivered` tells that all work is accepted."""
    found = [
        Problem(
            change.field,
            N_("An amendment does not change this"),
            N_("Leave it as it is; for something else make another contract."),
        )
        for change in differences(before, after)
        if change.field in LASTING
    ]
    changed = touched(before, after)
    if delivered and changed:
        return [*found, _milestones(N_("All milestones are accepted"), N_("Leave them as they are; other terms may change."))]  # fmt: skip
    by_number = {standing.number: standing for standing in standings}
    for number, after_it in changed.items():
        standing = by_number.get(number)
        if standing and standing.fixed:
            found.append(_milestones(N_("Milestone %(number)s is delivered or accepted"), N_("Leave it as it is, in its place."), number))  # fmt: skip
        elif standing and standing.paid and _sum(after_it) != before.milestones[number - 1].amount:  # fmt: skip
            found.append(_milestones(N_("Milestone %(number)s is paid in"), N_("Its sum stays; its words and its day may change."), number))  # fmt: skip
    over = {standing.number for standing in standings if standing.over}
    if not delivered and len(over & set(range(1, len(after.milestones) + 1))) == len(after.milestones):  # fmt: skip
        found.append(_milestones(N_("No milestone is left to deliver"), N_("Keep one, or end the deal by agreement.")))  # fmt: skip
    return found


def _sum(milestone: Milestone | None) -> int | None:
    return milestone.amount if milestone else None


def _milestones(what: str, how: str, number: int | None = None) -> Problem:
    return Problem("milestones", what, how, {"number": number} if number else {})
