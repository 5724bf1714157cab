"""Bidders who belong together or to the seller: flagged to whoever oversees, before the award."""

from __future__ import annotations

from django.db import transaction

from khuevan.auctions.access import may_run
from khuevan.auctions.facts import record_in
from khuevan.auctions.models import Auction
from khuevan.auctions.queries import flags_of, waits_for_word
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .awarding_common import decide, raise_flags
from .common import locked, require, require_state


SHORTEST = 10


@transaction.atomic
def flag_bidders(*, auction: Auction, by: Person | None) -> int:
    """Flag the bidders who would be refused by what is known now; return how many are new."""
    require(may_run(by, auction))
    return raise_flags(locked(auction))


@transaction.atomic
def award(*, auction: Auction, words: str, by: Person) -> Auction:
    """Let an auction be decided though a flag holds its award, and say why.

    Raises RuleBroken where no flag keeps it from its award, or without a reason. Who thinks
    the flag is right cancels the auction instead.
    """
    auction = locked(auction)
    require(may_run(by, auction))
    if not waits_for_word(auction):
        require_state(auction)
    if len(words.strip()) < SHORTEST:
        raise RuleBroken(
            N_("Say in at least ten characters why; inspection reads it."), field="words"
        )  # fmt: skip
    for flag in flags_of(auction):
        if flag.passed_at is None:
            flag.words, flag.passed_at, flag.passed_by = words.strip(), clock.now(), by
            flag.save()
    record_in(auction, "award_allowed", by=by)
    decide(auction, by=by)
    return auction
