"""What the exchange has to offer, as indicators: listings, suppliers, who seeks, members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from khuevan.indicators.public import Delta, Indicator, Share, Span, declare
from khuevan.journal.public import Fact
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .models import Member, Step
from .rules.listings import MOVES, Kind, Move, State
from .rules.members import Tier
from .words import FIELDS, KINDS, MEMBER_KINDS


def _listed(fact: Fact) -> Share | None:
    if "listed" not in fact.figures:
        return None
    published = fact.figures["state"] == State.PUBLISHED
    cell = {"field": fact.figures["field"], "kind": fact.figures["listed"]}
    return Share(int(published), 0, cell)


def _published(until: date) -> Iterable[Delta]:
    steps = Step.objects.filter(at__lte=clock.end_of_day(until))
    newest = steps.order_by("listing", "-at", "-id").distinct("listing")
    for move, field, kind in newest.values_list("move", "listing__field", "listing__kind"):  # fmt: skip
        if MOVES[Move(move)][1] is State.PUBLISHED:
            yield Delta(1, 0, {"field": field, "kind": kind}, until)


def _first(needs: bool) -> Callable[[Fact], Iterable[Delta]]:
    def contributions(fact: Fact) -> Iterable[Delta]:
        told = fact.figures
        first = fact.kind == "exchange.listing_published" and told.get("first")
        if first and (told["listed"] == Kind.NEED) is needs:
            yield Delta(1, 0, {"field": told["field"]})

    return contributions


def _first_ones(needs: bool) -> Callable[[date], Iterable[Delta]]:
    def recompute(until: date) -> Iterable[Delta]:
        steps = Step.objects.filter(move=Move.PUBLISH, at__lte=clock.end_of_day(until))
        rows = steps.filter(listing__kind=Kind.NEED) if needs else steps.exclude(listing__kind=Kind.NEED)  # fmt: skip
        rows = rows.order_by("listing__member", "at", "id").distinct("listing__member")
        for at, field in rows.values_list("at", "listing__field"):
            yield Delta(1, 0, {"field": field}, clock.local_day(at))

    return recompute


def _vouched(fact: Fact) -> Share | None:
    if fact.kind != "exchange.member_tier_set":
        return None
    known = fact.figures["after"] != Tier.REGISTERED
    return Share(int(known), 0, {"kind": fact.figures.get("kind_of", "")})


def _members(until: date) -> Iterable[Delta]:
    rows = Member.objects.exclude(tier=Tier.REGISTERED)
    for kind in rows.filter(joined_at__lte=clock.end_of_day(until)).values_list("kind", flat=True):  # fmt: skip
        yield Delta(1, 0, {"kind": kind}, until)


def _records(page: str) -> Callable[[Mapping[str, str], Span, str], str]:
    def address(dims: Mapping[str, str], span: Span, part: str) -> str:
        return f"{reverse(page)}?{urlencode(dims)}"

    return address


def _labels(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    words: Mapping[Any, Any] = FIELDS if dimension == "field" else KINDS | MEMBER_KINDS
    return {key: str(words.get(key, key or gettext("no field given"))) for key in keys}


def _declare(name: str, **told: Any) -> None:
    declare(
        Indicator(
            code=f"exchange.{name}", source=N_("the journal's facts about listings and members"),
            kinds=("exchange.",), labels=_labels, legal=("459/NQ-HĐND", ""), public=True, **told,
        )
    )  # fmt: skip


_declare(
    "listings", title=N_("Listings published"), unit=N_("listings"),
    formula=N_("Offers and needs that are published on the day"), numerator=N_("listings published"),
    dimensions=("field", "kind"), standing=_listed, recompute=_published,
    records=_records("exchange"),
)  # fmt: skip
_declare(
    "suppliers", title=N_("Suppliers"), unit=N_("members"),
    formula=N_("Members that have put an offer on the exchange, each counted once, in the field of its first offer"),
    numerator=N_("members with an offer"), dimensions=("field",),
    contributions=_first(needs=False), recompute=_first_ones(needs=False),
    records=_records("exchange-members"),
)  # fmt: skip
_declare(
    "seekers", title=N_("Members that seek"), unit=N_("members"),
    formula=N_("Members that have put a need on the exchange, each counted once, in the field of its first need"),
    numerator=N_("members with a need"), dimensions=("field",),
    contributions=_first(needs=True), recompute=_first_ones(needs=True),
    records=_records("exchange-members"),
)  # fmt: skip
_declare(
    "members", title=N_("Members of the exchange"), unit=N_("members"),
    formula=N_("Organisations and experts whose identity the exchange has checked, on the day"),
    numerator=N_("verified members"), dimensions=("kind",), standing=_vouched, recompute=_members,
    records=_records("exchange-members"),
)  # fmt: skip
