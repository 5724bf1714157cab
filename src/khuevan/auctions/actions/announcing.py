"""Announcing an auction, and calling it off."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from khuevan.auctions.access import may_hold_auctions, may_run
from khuevan.auctions.dated import deposit_rule_on
from khuevan.auctions.facts import record_in
from khuevan.auctions.lots import lots_of
from khuevan.auctions.models import Auction, OpeningKey
from khuevan.auctions.queries import database_now, has_bids
from khuevan.auctions.rules.replay import Kind
from khuevan.auctions.rules.terms import (
    Form,
    State,
    Terms,
    check_deposit,
    check_terms,
)
from khuevan.books.public import Kind as AccountKind, open_account, open_book
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    BANK,
    SELLER,
    add_event,
    locked,
    move_to,
    require,
    require_state,
    return_deposits,
)


_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}")


@transaction.atomic
def announce(
    *, code: str, title: str, subject: str, keeper: Organisation, form: Form,
    start: int, reserve: int, step: int = 0, deposit: int, opens_at: datetime,
    closes_at: datetime, window: int = 0, tick: int = 0,
    opening_key: UUID | None = None, by: Person | None,
) -> Auction:  # fmt: skip
    """Announce an auction and return it.

    Money in đồng, `window` and `tick` in seconds. `opening_key` is one of the keeper's
    that is ready and no auction has used, for sealed bids only. Raises RuleBroken for terms that make
    no auction, and for a deposit outside what the Law on Auction of Assets sets (Article
    39); and where the app that owns the thing says no.
    """
    require(may_hold_auctions(by, keeper))
    _check_announcement(code, title, opens_at)
    if lots := lots_of(subject):
        lots.check_announcement(subject, code)
    key = _free_key(keeper, opening_key) if form is Form.SEALED else None
    terms = Terms(
        form=form, start=start, reserve=reserve, step=step, deposit=deposit,
        opens_at=clock.microseconds(opens_at), closes_at=clock.microseconds(closes_at),
        window=window, tick=tick, **_opened_with(key),
    )  # fmt: skip
    check_terms(terms)
    rule = deposit_rule_on(clock.local_day(database_now()))
    check_deposit(terms, rule.least, rule.most)
    auction = Auction.objects.create(
        code=code, title=title.strip(), subject=subject, keeper=keeper, form=form,
        start=start, reserve=reserve, step=step, deposit=deposit, window=window,
        tick=tick, opens_at=opens_at, closes_at=closes_at, announced_by=by,
    )  # fmt: skip
    if key:
        key.auction = auction
        key.save(update_fields=["auction"])
    _open_book(auction)
    add_event(
        auction, Kind.ANNOUNCED, lot=auction.title, subject=subject, **terms.told()
    )
    record_in(auction, "auction_announced", by=by, form=form, start=start)
    return auction


@transaction.atomic
def cancel(*, auction: Auction, reason: str, by: Person | None) -> Auction:
    """Call an auction off before it is decided; every deposit goes back."""
    auction = locked(auction)
    require(may_run(by, auction))
    require_state(auction, State.RUNNING, State.CLOSED)
    if len(reason.strip()) < 10:
        raise RuleBroken(
            N_("Say in at least ten characters why; everybody reads it."),
            field="reason",
        )
    add_event(auction, Kind.CANCELLED, reason=reason.strip())
    move_to(auction, State.CANCELLED)
    return_deposits(auction)
    record_in(auction, "auction_cancelled", by=by)
    return auction


@transaction.atomic
def withdraw(*, auction: Auction, reason: str, by: Person | None) -> Auction:
    """Call an auction off for whoever sells; raises RuleBroken once somebody bid."""
    auction = locked(auction)
    if has_bids(auction):
        raise RuleBroken(
            N_("Somebody bid already: only whoever holds the auction may call it off now, for a reason that everybody reads. Ask them.")
        )  # fmt: skip
    return cancel(auction=auction, reason=reason, by=by)


def _check_announcement(code: str, title: str, opens_at: datetime) -> None:
    if not _CODE.fullmatch(code):
        raise RuleBroken(
            N_("A code has 2 to 30 capitals, digits and hyphens."), field="code"
        )
    if Auction.objects.filter(code=code).exists():
        raise RuleBroken(
            N_("There is another auction “%(code)s”."), field="code", code=code
        )
    if not title.strip():
        raise RuleBroken(N_("Say what is sold."), field="title")
    if opens_at <= database_now():
        raise RuleBroken(N_("It opens in the future."), field="opens_at")


def _free_key(keeper: Organisation, wanted: UUID | None) -> OpeningKey | None:
    """Return the keeper's ready key that is asked for, locked; None where there is none."""
    free = OpeningKey.objects.ready().select_for_update().filter(keeper=keeper)
    return free.filter(pk=wanted).first() if wanted else None


def _opened_with(key: OpeningKey | None) -> dict[str, Any]:
    if key is None:
        return {}
    return {
        "threshold": key.threshold,
        "public_keys": tuple(holder.public_key for holder in key.holders.all()),
        "holders": tuple(holder.post for holder in key.holders.all()),
    }


def _open_book(auction: Auction) -> None:
    open_book(code=auction.book, title=auction.title, owner=auction.keeper, by=None)
    for account, name, kind in (
        (BANK, "Tài khoản ngân hàng", AccountKind.ASSET),
        (SELLER, "Phải trả bên bán", AccountKind.LIABILITY),
    ):
        open_account(
            book=auction.book, code=account, name=name, kind=kind, about=auction.ref,
            by=None,
        )  # fmt: skip
