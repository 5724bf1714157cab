"""Which terms make a deal, and how two versions of them are compared."""

from __future__ import annotations

from dataclasses import dataclass

from khuevan.contracts.rules.terms import (
    WHOLE,
    Crossing,
    Difference,
    Terms,
    differences,
)
from khuevan.platform.errors import N_, InputRefused, Problem


MOST_MILESTONES = 12
MOST_MONEY = 10**15
LONGEST_TERM = 600
NEEDED = ("name", "content", "product", "territory", "disputes")


def crossing_between(*, giver_abroad: bool, taker_abroad: bool) -> Crossing | None:
    """Return how a transfer between two seats crosses the border; None: both are abroad."""
    if giver_abroad and taker_abroad:
        return None
    if giver_abroad:
        return Crossing.INBOUND
    return Crossing.OUTBOUND if taker_abroad else Crossing.DOMESTIC


def crossing_faults(told: Crossing, seats: Crossing | None) -> list[Problem]:
    """Return what is wrong with how terms cross the border, given the sides' seats."""
    if seats is None or told is seats:
        return []
    return [
        Problem(
            "crossing",
            N_("The seats of the two sides say something else about the border"),
            N_("Choose what fits their countries; the exchange's people put a wrong country right."),
        )
    ]  # fmt: skip


def check_terms(terms: Terms, *, brokered: bool, seats: Crossing | None = None) -> None:
    """Refuse terms that make no deal; InputRefused names everything that is wrong.

    `seats` is how a transfer between the sides crosses the border; None: that is open.
    """
    problems = [*_words(terms), *_parts(terms), *_money(terms)]
    problems += crossing_faults(terms.crossing, seats)
    if terms.broker and not brokered:
        problems.append(
            Problem(
                "broker",
                N_("There is no broker in this deal"),
                N_("Leave the share at 0."),
            )
        )
    if problems:
        raise InputRefused(problems)


def _words(terms: Terms) -> list[Problem]:
    return [
        Problem(name, N_("This is empty"), N_("Write it, or what you propose."))
        for name in NEEDED
        if not getattr(terms, name).strip()
    ]


def _parts(terms: Terms) -> list[Problem]:
    found = [
        Problem(name, N_("Nothing is chosen"), N_("Choose at least one."))
        for name in ("objects", "methods")
        if not getattr(terms, name)
    ]
    if not 0 < len(terms.milestones) <= MOST_MILESTONES:
        found.append(
            Problem(
                "milestones",
                N_("There are %(count)s milestones"),
                N_("Agree on 1 to %(most)s, the last one for the acceptance of all."),
                {"count": len(terms.milestones), "most": MOST_MILESTONES},
            )
        )
    for number, milestone in enumerate(terms.milestones, 1):
        if not (milestone.title.strip() and milestone.shown_by.strip()):
            found.append(
                Problem(
                    "milestones",
                    N_("Milestone %(number)s lacks a title or what shows that it is there"),
                    N_("Both are needed: the money is released by them."),
                    {"number": number},
                )
            )  # fmt: skip
    days = [milestone.days for milestone in terms.milestones]
    if days != sorted(days) or any(day < 0 for day in days):
        found.append(
            Problem(
                "milestones",
                N_("The days of the milestones fall"),
                N_("Put them in the order in which they are due."),
            )
        )
    return found


def _money(terms: Terms) -> list[Problem]:
    found = []
    if any(not 0 <= milestone.amount <= MOST_MONEY for milestone in terms.milestones):
        found.append(Problem("milestones", N_("A sum is negative or too large"), N_("Give whole đồng.")))  # fmt: skip
    if not (terms.price or terms.royalty or terms.equity):
        found.append(
            Problem(
                "milestones",
                N_("Nothing is paid"),
                N_("Give a sum, a royalty or a share of capital."),
            )
        )
    found += [
        Problem(name, N_("A share lies between 0 and 100 per cent"), N_("Correct it."))
        for name in ("equity", "penalty", "broker")
        if not 0 <= getattr(terms, name) <= WHOLE
    ]
    royalty = terms.royalty
    if royalty and not (
        0 < royalty.rate <= WHOLE
        and 0 < royalty.every_months <= royalty.months <= LONGEST_TERM
        and 0 <= royalty.least <= MOST_MONEY
    ):
        found.append(
            Problem(
                "royalty",
                N_("The royalty has no rate or no time"),
                N_("Give a rate above 0, how often it is reported, and for how long."),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """A version as the comparison sees it."""

    number: int
    part: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs in a version: from its own side's last, and from the other side's last."""

    number: int
    own: Proposed | None
    own_changes: tuple[Difference, ...]
    other: Proposed | None
    other_changes: tuple[Difference, ...]


def compare(versions: list[Proposed]) -> list[Compared]:
    """Return for each version what it changed, in their order."""
    found = []
    for at, version in enumerate(versions):
        before = versions[:at][::-1]
        own = next((v for v in before if v.part == version.part), None)
        other = next((v for v in before if v.part != version.part), None)
        found.append(
            Compared(
                version.number,
                own, differences(own.terms, version.terms) if own else (),
                other, differences(other.terms, version.terms) if other else (),
            )
        )  # fmt: skip
    return found
