"""What keeps an offer and a need apart, and what else than words speaks for them.

Every finding is a sentence with its values, so that a page can say why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from khuevan.platform.errors import N_

from .entries import Entry, Kind, Screening


class Part(StrEnum):
    """What a score is made of."""

    TERMS = "terms"
    FIELD = "field"
    TRL = "trl"
    REGION = "region"
    PRICE = "price"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Reason:
    """An untranslated sentence with its values; `words.say` makes it one for people.

    `fit` from 0 to 1 is how well this part fits; of what keeps two apart it is 0.
    """

    what: str
    params: dict[str, Any] = field(default_factory=dict)
    fit: float = 0.0


UNKNOWN = 0.5
"""How well a part fits of which one side says nothing: neither for nor against."""
RECORD_HALF = 2
"""So many deals delivered are worth half of what any number could be."""


def obstacles(need: Entry, offer: Entry) -> tuple[Reason, ...]:
    """Return every reason why these two cannot deal; none is a yes.

    What a side does not state keeps nobody apart. Prohibited and restricted
    technologies are those of Law 07/2017 Art. 10 and 11, as the entry was screened.
    """
    return tuple(found for check in _CHECKS if (found := check(need, offer)))


def sides(one: Entry, another: Entry) -> tuple[Entry, Entry]:
    """Return two entries of different kinds as need and offer."""
    if one.kind is another.kind:
        raise ValueError(f"{one.code} and {another.code} are on the same side.")
    return (one, another) if one.kind is Kind.NEED else (another, one)


def _owner(need: Entry, offer: Entry) -> Reason | None:
    if need.owner and need.owner == offer.owner:
        return Reason(N_("Need and offer belong to the same owner"))
    return None


def _screening(need: Entry, offer: Entry) -> Reason | None:
    if Screening.PROHIBITED in (offer.screening, need.screening):
        return Reason(N_("The technology is on the list of prohibited ones"))
    if offer.screening is Screening.RESTRICTED and not need.takes_restricted:
        return Reason(
            N_(
                "The technology is on the list of restricted ones, and the need does not take those"
            )
        )
    return None


def _trl(need: Entry, offer: Entry) -> Reason | None:
    if need.trl and offer.trl and not _overlap(need.trl, offer.trl):
        return Reason(
            N_("TRL %(has)s is outside the wanted %(least)s to %(most)s"),
            {"has": offer.trl[1], "least": need.trl[0], "most": need.trl[1]},
        )
    return None


def _licence(need: Entry, offer: Entry) -> Reason | None:
    if need.licences and offer.licences and not {*need.licences} & {*offer.licences}:
        return Reason(
            N_("Wanted is %(wanted)s, offered %(offered)s"),
            {"wanted": need.licences, "offered": offer.licences},
        )
    return None


def _territory(need: Entry, offer: Entry) -> Reason | None:
    left = [one for one in need.territories if not _covered(one, offer.territories)]
    if offer.territories and left:
        return Reason(
            N_("The right does not reach to %(left)s, only to %(reach)s"),
            {"left": tuple(left), "reach": offer.territories},
        )
    return None


def _budget(need: Entry, offer: Entry) -> Reason | None:
    if need.price and offer.price and offer.price[0] > need.price[1]:
        return Reason(
            N_("It costs at least %(price)s đồng, the budget is %(budget)s đồng"),
            {"price": offer.price[0], "budget": need.price[1]},
        )
    return None


Check = Callable[[Entry, Entry], Reason | None]
_CHECKS: tuple[Check, ...] = (_owner, _screening, _trl, _licence, _territory, _budget)


def fits(need: Entry, offer: Entry) -> dict[Part, Reason]:
    """Return how well two fit that no obstacle keeps apart, by part, words left out.

    A part without a sentence says nothing: it is unknown, or speaks neither for nor
    against.
    """
    return {
        Part.FIELD: _field_fit(need, offer),
        Part.TRL: _trl_fit(need, offer),
        Part.REGION: _region_fit(need, offer),
        Part.PRICE: _price_fit(need, offer),
    }


def record_fit(candidate: Entry) -> Reason:
    """Return what the candidate's owner has delivered; it counts ever less per deal."""
    if not candidate.deals:
        return Reason("")
    return Reason(
        N_("Its owner has delivered %(deals)s deals traced here"),
        {"deals": candidate.deals},
        candidate.deals / (candidate.deals + RECORD_HALF),
    )


def _field_fit(need: Entry, offer: Entry) -> Reason:
    if not need.fields or not offer.fields:
        return Reason("", fit=UNKNOWN)
    shared = tuple(sorted({*need.fields} & {*offer.fields}))
    if not shared:
        return Reason("")
    return Reason(N_("Same field: %(fields)s"), {"fields": shared}, 1.0)


def _trl_fit(need: Entry, offer: Entry) -> Reason:
    if not need.trl or not offer.trl:
        return Reason("", fit=UNKNOWN)
    return Reason(
        N_("TRL %(has)s is within the wanted %(least)s to %(most)s"),
        {"has": offer.trl[1], "least": need.trl[0], "most": need.trl[1]},
        1.0,
    )


def _region_fit(need: Entry, offer: Entry) -> Reason:
    if not need.region or not offer.region:
        return Reason("", fit=UNKNOWN)
    if need.region != offer.region:
        return Reason("")
    return Reason(N_("Both are in %(region)s"), {"region": need.region}, 1.0)


def _price_fit(need: Entry, offer: Entry) -> Reason:
    if not need.price or not offer.price:
        return Reason("", fit=UNKNOWN)
    budget, (least, most) = need.price[1], offer.price
    if most <= budget:
        return Reason(
            N_("At most %(price)s đồng, within the budget of %(budget)s đồng"),
            {"price": most, "budget": budget},
            1.0,
        )
    return Reason(
        N_(
            "From %(price)s đồng within the budget of %(budget)s đồng, at most %(most)s đồng"
        ),
        {"price": least, "budget": budget, "most": most},
        (budget - least) / (most - least),
    )


def _overlap(one: tuple[int, int], another: tuple[int, int]) -> bool:
    return one[0] <= another[1] and another[0] <= one[1]


def _covered(place: str, reach: tuple[str, ...]) -> bool:
    return any(place == one or place.startswith(f"{one}-") for one in reach)
