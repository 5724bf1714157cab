"""A listing as the index of one circle of readers keeps it: only what that circle reads."""

from __future__ import annotations

from khuevan.matching.public import (
    PUBLIC,
    Entry,
    Kind as Side,
    Licence as Right,
    Screening as Standing,
)

from .models import Listing
from .queries.disclosing import Shown, shown_at
from .rules.codes import divisions, patent_classes
from .rules.disclosing import Level
from .rules.listings import Kind, Licence, Territory
from .rules.screening import Screening


RIGHTS = {
    Licence.ASSIGNMENT: Right.OWNERSHIP,
    Licence.EXCLUSIVE: Right.EXCLUSIVE,
    Licence.NON_EXCLUSIVE: Right.NON_EXCLUSIVE,
    Licence.OPEN: Right.NON_EXCLUSIVE,
}
ANY_RIGHT = tuple(Right)
WANTED = {
    Licence.ASSIGNMENT: (Right.OWNERSHIP,),
    Licence.EXCLUSIVE: (Right.OWNERSHIP, Right.EXCLUSIVE),
    Licence.NON_EXCLUSIVE: ANY_RIGHT,
    Licence.OPEN: ANY_RIGHT,
}
"""What serves somebody who needs at least so much: more does, too."""
SOLD_AS = {Kind.EQUIPMENT: Right.SALE, Kind.SERVICE: Right.SERVICE, Kind.EXPERT: Right.SERVICE}  # fmt: skip
"""What passes on beside a right: goods and work."""
ASEAN = ("VN", "BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL")
REACH: dict[Territory, tuple[str, ...]] = {
    Territory.CITY: ("VN-HN",),
    Territory.COUNTRY: ("VN",),
    Territory.ASEAN: ASEAN,
    Territory.WORLD: (),
}
"""Territories as codes; everywhere is no limit."""
EVERYWHERE = ("WORLD",)
"""Where a need for the whole world will use it: no smaller right reaches so far."""
LOWEST_TRL, HIGHEST_TRL = 1, 9
ON_SALE = "auction"
"""The mark of what people bid for now."""
SEEN_BY = (PUBLIC,)
"""Each circle has an index of its own, in which everybody who may ask it sees all."""
_SUMMARY = ("title_en", "summary_vi", "summary_en", "outcome", "outcome_en")
_BODY = (
    "advantage", "advantage_en", "advantage_against", "description", "description_en", "trl_evidence",
    "data_available", "criteria", "criteria_en", "licence_terms", "ip_number",
)  # fmt: skip


def entry_of(listing: Listing, level: Level, marks: tuple[str, ...] = ()) -> Entry:
    """Return what the index of a circle may hold of a published listing.

    All of it is what `shown_at` lets the circle read; that the listing's words call to
    mind a list of the law (`screening`) is the one thing beside it, and no filter.
    `marks` are what others made of it, such as its auction.
    """
    shown = shown_at(listing, level)
    assert shown.published_at is not None
    named = "member" in shown.fields
    return Entry(
        code=shown.code,
        kind=Side.NEED if shown.kind is Kind.NEED else Side.OFFER,
        title=shown.fields["title_vi"],
        summary=_joined(shown, _SUMMARY),
        body="\n".join([_joined(shown, _BODY), *_papers(shown)]),
        names="\n".join(_names(shown)),
        fields=(shown.fields["field"],) if shown.get("field") else (),
        region=listing.member.region if named or shown.origin else "",
        trl=_trl(shown),
        licences=_licences(shown),
        territories=_territories(shown),
        price=_price(shown),
        owner=listing.member.ref if named else "",
        deals=listing.member.delivered if named else 0,
        sort=str(shown.kind),
        house=listing.member.kind if named else "",
        checked=str(shown.verification),
        marks=marks,
        classes=patent_classes(shown.get("ipc") or ()),
        branches=divisions(shown.get("nace") or ()),
        screening=_standing(listing),
        takes_restricted=shown.get("takes_restricted") or listing.screening == Screening.RESTRICTED,
        seen_by=SEEN_BY,
        body_seen_by=SEEN_BY,
        published_at=shown.published_at,
    )  # fmt: skip


def _joined(shown: Shown, names: tuple[str, ...]) -> str:
    return "\n".join(shown.fields[name] for name in names if name in shown.fields)


def _papers(shown: Shown) -> list[str]:
    return [f"{paper.title}\n{paper.text}" for paper in shown.papers]


def _names(shown: Shown) -> list[str]:
    """Return who lists and owns it, its code and its classes: found, but no reason for a match."""
    owners = [name for name, _share in shown.fields.get("owners", ())]
    classes = [*(shown.get("ipc") or ()), *(shown.get("nace") or ())]
    return [shown.code, shown.fields.get("member", ""), *owners, *classes]


def _trl(shown: Shown) -> tuple[int, int] | None:
    level, most = shown.get("trl"), shown.get("trl_most")
    if shown.kind is Kind.NEED and (level or most):
        return (level or LOWEST_TRL, most or HIGHEST_TRL)
    return (level, level) if level else None


def _licences(shown: Shown) -> tuple[Right, ...]:
    told = shown.get("licence")
    if told and shown.kind is Kind.NEED:
        return WANTED[Licence(told)]
    rights = [RIGHTS[Licence(told)]] if told else []
    if rights and shown.kind in SOLD_AS:
        rights.append(SOLD_AS[shown.kind])
    return tuple(rights)


def _territories(shown: Shown) -> tuple[str, ...]:
    told = shown.get("territory")
    if not told:
        return ()
    reach = REACH[Territory(told)]
    return reach or (EVERYWHERE if shown.kind is Kind.NEED else ())


def _price(shown: Shown) -> tuple[int, int] | None:
    """Return least and most in đồng; of a need the budget, which is one figure."""
    least, most = shown.get("price_from"), shown.get("price_to")
    if shown.kind is Kind.NEED:
        return (most, most) if most is not None else None
    if least is None and most is None:
        return None
    low = least or 0
    return low, max(low, most if most is not None else low)


def _standing(listing: Listing) -> Standing:
    if listing.screening in {Screening.PROHIBITED, Screening.RESTRICTED}:
        return Standing(listing.screening)
    return Standing.FREE
