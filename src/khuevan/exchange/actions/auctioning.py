"""Putting a listing up for auction, calling it off, and declaring who stands behind a member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from khuevan.auctions.public import Form, announce, is_bound, on_sale, withdraw_lot
from khuevan.directory.public import Organisation, Person
from khuevan.exchange.access import may_list
from khuevan.exchange.dated import operator_on
from khuevan.exchange.facts import record_listing
from khuevan.exchange.models import Listing, ListingAuction, Member, MemberParty
from khuevan.exchange.rules.auctioning import Lot, PartyKind, check_lot, party_key
from khuevan.exchange.rules.listings import Kind, Licence, State
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, require


MOST_PARTIES = 20


@transaction.atomic
def auction_listing(
    *, listing: Listing, form: Form, start: int, reserve: int, step: int, deposit: int,
    opens_at: datetime, closes_at: datetime, window: int = 0, tick: int = 0,
    opening_key: UUID | None = None, consent: str = "", decision: str = "",
    by: Person | None,
) -> ListingAuction:  # fmt: skip
    """Put a published listing up for auction, held by the exchange's operator.

    The operator keeps the deposits and runs it: who sells does not learn who bids. Money
    in đồng, `window` and `tick` in seconds; instants by the database's clock. Sealed bids
    take an opening key that the operator's holders have made: the seller sees who holds its
    shares and never a share. Raises
    RuleBroken for what may not be auctioned or is bound already, and for terms that make
    no auction.
    """
    listing = locked(listing)
    require(may_list(by, listing.member))
    owners = listing.owners.count()
    licence = Licence(listing.licence) if listing.licence else None
    lot = Lot(Kind(listing.kind), State(listing.state), licence, listing.screening, owners, bool(listing.state_funded))  # fmt: skip
    check_lot(lot, consent, decision)
    if is_bound(listing.ref):
        raise RuleBroken(N_("It is under auction, or sold to somebody who has yet to pay."))  # fmt: skip
    number = ListingAuction.objects.filter(listing=listing).count() + 1
    auction = ListingAuction.objects.create(
        listing=listing, code=f"DG-{listing.code}-{number}", consent=consent.strip(),
        decision=decision.strip(), asked_by=by,
    )  # fmt: skip
    announce(
        code=auction.code, title=listing.title_vi[:200], subject=listing.ref,
        keeper=Organisation.objects.get(code=operator_on(clock.today())), form=form,
        start=start, reserve=reserve, step=step, deposit=deposit, opens_at=opens_at,
        closes_at=closes_at, window=window, tick=tick, opening_key=opening_key, by=None,
    )  # fmt: skip
    record_listing("listing_auctioned", listing, by=by, auction=auction.code, form=str(form), start=start)  # fmt: skip
    return auction


@transaction.atomic
def call_off_auction(*, listing: Listing, words: str, by: Person | None) -> Listing:
    """Cancel the auction of a listing before anybody bid; every deposit goes back.

    Raises RuleBroken once a bid stands: then only the exchange cancels it, in public.
    """
    listing = locked(listing)
    require(may_list(by, listing.member))
    code = on_sale([listing.ref]).get(listing.ref)
    if code is None:
        raise RuleBroken(N_("No auction of this listing runs."))
    withdraw_lot(code=code, reason=words, by=None)
    record_listing("listing_auction_called_off", listing, by=by, auction=code)
    return listing


@transaction.atomic
def declare_parties(
    *, member: Member, owners: Sequence[str], accounts: Sequence[str], by: Person | None
) -> Member:
    """Say who owns a member and from which bank accounts it pays; the last word holds.

    Only the member, people of the exchange's operator and the rule that tells bidders
    apart read it. Raises RuleBroken for too many.
    """
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    require(may_list(by, member))
    told = {PartyKind.OWNER: owners, PartyKind.ACCOUNT: accounts}
    for kind, lines in told.items():
        if len(lines) > MOST_PARTIES:
            raise RuleBroken(
                N_("Declare at most %(most)s; name the largest."),
                field=f"{kind}s", most=MOST_PARTIES,
            )  # fmt: skip
    MemberParty.objects.filter(member=member).delete()
    MemberParty.objects.bulk_create(
        MemberParty(member=member, kind=kind, told=line[:200], key=party_key(line, kind)[:200])
        for kind, lines in told.items()
        for line in lines
    )  # fmt: skip
    record("exchange.parties_declared", subject=member.ref, by=by, owners=len(owners), accounts=len(accounts))  # fmt: skip
    return member
