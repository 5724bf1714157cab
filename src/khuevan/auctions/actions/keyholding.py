"""Opening keys: who is asked to hold one, each holder's part, and opening the bids with them."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.auctions.access import holder_of, may_hold_auctions
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import (
    Auction,
    Bid,
    KeyHolder,
    OpeningKey,
    event_of,
    terms_of,
)
from khuevan.auctions.queries import is_opened, keys_told, lock_of
from khuevan.auctions.rules.replay import Kind, box_digest, commitment
from khuevan.auctions.rules.terms import State, check_holders
from khuevan.auctions.sealing import (
    Fault,
    Lock,
    check_public_key,
    opened,
    public_of,
)
from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .awarding_common import decide_unless_flagged
from .common import add_event, locked, require, require_state


@transaction.atomic
def make_opening_key(
    *, keeper: Organisation, holders: Sequence[tuple[Person, str]], threshold: int,
    by: Person | None,
) -> OpeningKey:  # fmt: skip
    """Ask people to hold the key of one sealed auction together; return it.

    Each holder comes with the post and body that everybody reads; `threshold` of them
    open the bids. It can be used once all have made their part. Raises RuleBroken for too
    few, and for the same person twice.
    """
    require(may_hold_auctions(by, keeper))
    posts = [" ".join(post.split()) for _, post in holders]
    check_holders(posts, threshold)
    people = [person for person, _ in holders]
    for person in people:
        if people.count(person) > 1:
            raise RuleBroken(
                N_("“%(name)s” is named twice: one login holds one part."),
                field="holders", name=person.username,
            )  # fmt: skip
    key = OpeningKey.objects.create(keeper=keeper, threshold=threshold, made_by=by)
    KeyHolder.objects.bulk_create(
        KeyHolder(key=key, number=number, person=person, post=post)
        for number, (person, post) in enumerate(zip(people, posts, strict=True), 1)
    )
    record("auctions.opening_key_made", subject=key.ref, by=by, holders=len(posts), threshold=threshold)  # fmt: skip
    return key


@transaction.atomic
def join_opening_key(*, key: OpeningKey, public_key: str, by: Person) -> KeyHolder:
    """Hand in the public key a holder made; again, it changes nothing.

    Raises PermissionDenied for whoever was not asked, RuleBroken for what is no key, for
    one that was used before, and where another was handed in already.
    """
    OpeningKey.objects.select_for_update().get(pk=key.pk)
    holder = KeyHolder.objects.filter(key=key, person=by).first()
    if holder is None:
        raise PermissionDenied
    check_public_key(public_key)
    if holder.public_key == public_key:
        return holder
    if holder.public_key:
        raise RuleBroken(N_("You made your key already: it is the one in the file you saved then."))  # fmt: skip
    if KeyHolder.objects.filter(public_key=public_key).exists():
        raise RuleBroken(N_("This key was handed in before. Make a new one: each serves one auction and one holder."))  # fmt: skip
    holder.public_key, holder.joined_at = public_key, clock.now()
    holder.save(update_fields=["public_key", "joined_at"])
    left = key.holders.filter(public_key="").count()
    record("auctions.opening_key_joined", subject=key.ref, by=by, holder=holder.number, public_key=public_key, left=left)  # fmt: skip
    return holder


@transaction.atomic
def enter_key(*, auction: Auction, private_key: str, by: Person) -> Auction:
    """Tell a holder's private key after the end; the last that is needed opens the bids.

    Each holder does so on their own login; again, it changes nothing. Raises
    PermissionDenied for whoever is no holder, RuleBroken before the end and for a key
    that is not the holder's. Keys and what was opened become public.
    """
    auction = locked(auction)
    holder = holder_of(auction, by)
    if holder is None:
        raise PermissionDenied
    if keys_told(auction).get(holder.number) == private_key:
        return auction
    require_state(auction, State.CLOSED)
    if is_opened(auction):
        raise RuleBroken(N_("The bids of this auction are opened."))
    if public_of(private_key) != holder.public_key:
        raise RuleBroken(
            N_("This is not the key you made for this auction. Choose the file you saved then."),
            field="private_key",
        )  # fmt: skip
    add_event(auction, Kind.KEY, holder=holder.number, private_key=private_key)
    record_in(auction, "opening_key_entered", by=by, holder=holder.number)
    told, needed = keys_told(auction), terms_of(auction).threshold
    if len(told) == needed:
        _open(auction, {number - 1: key for number, key in told.items()}, by)
    return auction


def _open(auction: Auction, keys: dict[int, str], by: Person) -> None:
    lock = lock_of(auction)
    for bid in _counted(auction):
        number = bid.bidder.number
        assert number is not None
        found = _look_into(bid, lock, keys)
        told = {"bid": bid.event.number, "bidder": number, "box": bid.sealed}
        if isinstance(found, Fault):
            add_event(auction, Kind.UNREADABLE, why=found, **told)
        else:
            add_event(auction, Kind.OPENED, amount=found[0], nonce=found[1], **told)
    record_in(auction, "bids_opened", by=by, holders=len(keys))
    decide_unless_flagged(auction, by=by)


def _look_into(bid: Bid, lock: Lock, keys: dict[int, str]) -> tuple[int, str] | Fault:
    """Return the amount and nonce of a bid, or why it does not count."""
    told = event_of(bid.event).told
    if told["box"] != box_digest(bid.sealed):
        return Fault.CHANGED
    found = opened(lock, keys, bid.sealed, bid.commitment)
    if isinstance(found, Fault):
        return found
    bound = commitment(bid.bidder.auction.code, told["bidder"], *found)
    return found if bound == bid.commitment else Fault.UNBOUND


def _counted(auction: Auction) -> list[Bid]:
    """Return the last sealed bid of every bidder, in the order of the audit."""
    rows = Bid.objects.filter(bidder__auction=auction).exclude(sealed="")
    last = {
        bid.bidder_id: bid
        for bid in rows.select_related("event", "bidder__auction").order_by(
            "event__number"
        )
    }
    return sorted(last.values(), key=lambda bid: bid.event.number)
