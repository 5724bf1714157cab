"""Matches of a listing as a reader may see them, with the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from khuevan.exchange.dated import matches_on
from khuevan.exchange.entries import entry_of
from khuevan.exchange.index import circle_of, index_for, out_of_date
from khuevan.exchange.models import Listing, MatchWord
from khuevan.exchange.provinces import PROVINCES
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.listings import Kind, State
from khuevan.exchange.words import FIELDS, PLACES
from khuevan.matching.public import (
    Feedback,
    Looked,
    Match,
    NotBuilt,
    Reason,
    Verdict,
    look,
    say,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .disclosing import Reader, Shown, readable
from .searching import TOKENS, in_order


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """What fits a listing, or nearly: a share of the whole from 0 to 1, and why."""

    shown: Shown
    score: float
    reasons: tuple[str, ...]
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """What fits, what this reader set aside, and what something keeps apart."""

    fitting: tuple[ShownMatch, ...] = ()
    aside: tuple[ShownMatch, ...] = ()
    near: tuple[ShownMatch, ...] = ()


def may_see_matches(reader: Reader) -> bool:
    """Verified members and reviewers: matches speak of what members may read."""
    return reader.verified or reader.oversees


def matches_of(listing: Listing, reader: Reader, limit: int | None = None) -> Matches:
    """Return what the other side has for a published listing, best first.

    Everybody of a circle is told the same: it is asked what that circle may read, also
    of the listing itself. Nothing is matched with a listing of the same member. What the
    reader said does not fit is set aside. Raises NotBuilt where there is no index.
    """
    wanted = limit or matches_on(clock.today()).shown
    words = _words_of(listing, reader)
    looked = _looked(listing, circle_of(reader), wanted + len(words), near=_NEAR)
    found, missed = looked.fitting, looked.near
    shown = in_order(
        reader,
        [*(one.entry.code for one in found), *(one.entry.code for one in missed)],
    )
    told = [
        ShownMatch(
            shown[one.entry.code], one.score,
            (*_told(one.reasons), *_where(shown[one.entry.code])),
            words.get(one.entry.code),
        )
        for one in found if one.entry.code in shown
    ]  # fmt: skip
    aside = [one for one in told if one.verdict not in {None, Verdict.RELEVANT}]
    fitting = [one for one in told if one not in aside][:wanted]
    near = tuple(
        ShownMatch(shown[one.entry.code], one.share, _told(one.obstacles))
        for one in missed if one.entry.code in shown
    )  # fmt: skip
    return Matches(tuple(fitting), tuple(aside), near)


def best_of(listing: Listing, reader: Reader) -> tuple[ShownMatch, ...]:
    """Return the first few matches for the listing's own page; none where it cannot be said."""
    if listing.state != State.PUBLISHED:
        return ()
    try:
        return matches_of(listing, reader).fitting[:_FIRST]
    except NotBuilt:
        return ()


def listing_to_match(reader: Reader, code: str) -> Listing:
    """Return a listing that can be matched; RuleBroken where the reader sees none such."""
    known = code.replace("\0", " ")
    found = readable(reader).published().filter(code=known).first()
    if found is None:
        raise RuleBroken(
            N_("No listing with the code %(code)s is published; look it up in the catalogue."),
            code=known[:30],
        )  # fmt: skip
    listing: Listing = found
    return listing


def raw_matches(listing: Listing, level: Level, limit: int) -> tuple[Match, ...]:
    """Return the matches of a published listing as the copy of a circle gives them."""
    return _looked(listing, level, limit, near=0).fitting


def _looked(listing: Listing, level: Level, limit: int, near: int) -> Looked:
    own = _own_codes(listing)
    return look(
        index_for(level), entry_of(listing, level), tokens=TOKENS,
        without=out_of_date() | own, limit=limit, near=near,
    )  # fmt: skip


def score_of(need: Listing, offer: Listing, reader: Reader) -> float | None:
    """Return what a match scores now, None where it is none."""
    for one in raw_matches(need, circle_of(reader), _ALL):
        if one.entry.code == offer.code:
            return one.score
    return None


def sides(one: Listing, other: Listing) -> tuple[Listing, Listing]:
    """Return two listings as need and offer; raises RuleBroken where they are not."""
    needs = [listing.kind == Kind.NEED for listing in (one, other)]
    if needs[0] == needs[1]:
        raise RuleBroken(N_("A match is between a need and an offer."))
    return (one, other) if needs[0] else (other, one)


def feedback() -> tuple[Feedback, ...]:
    """Return everything that was said of matches, to judge and tune matching by."""
    rows = MatchWord.objects.select_related("need", "offer").order_by("said_at", "pk")
    return tuple(
        Feedback(row.need.code, row.offer.code, Verdict(row.verdict), row.score, row.note)
        for row in rows
    )  # fmt: skip


_ALL = 100
_NEAR = 3
_FIRST = 3


def _where(shown: Shown) -> tuple[str, ...]:
    """Return on which other exchange it is listed, as a reason beside the others."""
    if shown.origin is None:
        return ()
    return (gettext("It is listed on %(exchange)s.") % {"exchange": shown.origin.exchange},)  # fmt: skip


def _own_codes(listing: Listing) -> frozenset[str]:
    """Return the member's own listings: hidden in a copy, they would be matched."""
    rows = Listing.objects.published().filter(member=listing.member_id)
    return frozenset(rows.values_list("code", flat=True))


def _words_of(listing: Listing, reader: Reader) -> dict[str, Verdict]:
    """Return what the reader said of matches of a listing, by the other side's code."""
    mine, other = ("need", "offer") if listing.kind == Kind.NEED else ("offer", "need")
    rows = MatchWord.objects.filter(person=reader.person, **{mine: listing})
    return {code: Verdict(verdict) for code, verdict in rows.values_list(f"{other}__code", "verdict")}  # fmt: skip


def _told(reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    names = {code.value: str(name) for code, name in FIELDS.items()} | PROVINCES
    names |= {code: str(name) for code, name in PLACES.items()}
    return tuple(say(reason, names) for reason in reasons)
