"""Keeping searches, telling of what fits, and what people say of matches."""

from __future__ import annotations

from django.db import transaction
from django.http import QueryDict

from khuevan.directory.public import Person
from khuevan.exchange.access import takes_part
from khuevan.exchange.dated import matches_on
from khuevan.exchange.facts import record_listing
from khuevan.exchange.filters import kept_query
from khuevan.exchange.models import (
    Listing,
    MatchTold,
    MatchWord,
    SavedSearch,
    SearchAnswer,
)
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.matching import (
    may_see_matches,
    raw_matches,
    score_of,
    sides,
)
from khuevan.exchange.queries.saved import waiting_for
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.listings import State
from khuevan.journal.public import record
from khuevan.matching.public import Verdict
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import require


MOST_SEARCHES = 50
LONGEST_NOTE = 500


@transaction.atomic
def save_search(*, query: str, by: Person) -> SavedSearch:
    """Keep a search of the catalogue, with alerts; `query` as an address writes it.

    Raises RuleBroken for a search that asks for nothing, is kept already, or is one too many.
    """
    require(takes_part(by))
    kept = kept_query(QueryDict(query))
    own = SavedSearch.objects.select_for_update().filter(person=by)
    known = list(own)
    if not kept:
        raise RuleBroken(
            N_("This search asks for nothing: give a word or choose a filter first.")
        )
    if any(one.query == kept for one in known):
        raise RuleBroken(N_("You keep this search already."))
    if len(known) >= MOST_SEARCHES:
        raise RuleBroken(
            N_("You keep %(most)s searches. Remove one you no longer need."),
            most=MOST_SEARCHES,
        )
    search = SavedSearch.objects.create(person=by, query=kept)
    record("exchange.search_saved", subject=search.ref, by=by)
    return search


@transaction.atomic
def set_alerts(*, search: SavedSearch, alerts: bool, by: Person) -> SavedSearch:
    """Turn alerts of one's own search on or off; what comes meanwhile is not told later."""
    search = SavedSearch.objects.select_for_update().get(pk=search.pk)
    require(search.person_id == by.pk)
    if search.alerts != alerts:
        search.alerts = alerts
        search.save(update_fields=["alerts"])
        record("exchange.search_alerts_set", subject=search.ref, by=by, alerts=alerts)
    return search


@transaction.atomic
def forget_search(*, search: SavedSearch, by: Person) -> None:
    """Remove one's own search and what it was told."""
    require(search.person_id == by.pk)
    record("exchange.search_forgotten", subject=search.ref, by=by)
    search.delete()


@transaction.atomic
def answer_searches(*, listing: Listing, by: Person | None) -> int:
    """Tell the saved searches that a newly published listing answers; return how many.

    Each is told of a listing once.
    """
    require(by is None)
    waiting = waiting_for(listing)
    for search in waiting:
        SearchAnswer.objects.create(search=search, listing=listing)
        record("exchange.search_answered", subject=search.ref, by=by, code=listing.code)
    return len(waiting)


@transaction.atomic
def tell_matches(*, listing: Listing, by: Person | None) -> int:
    """Tell the owners of what fits a newly published listing best; return how many.

    To few, from a score on (`data/terms.toml`), and of each pair once. Raises NotBuilt
    where there is no index to ask.
    """
    require(by is None)
    terms = matches_on(clock.today())
    told = 0
    for one in raw_matches(listing, Level.MEMBERS, terms.told):
        if one.score * 100 < terms.least:
            continue
        other = Listing.objects.select_related("member").filter(code=one.entry.code).first()  # fmt: skip
        if other is None:  # The index is ahead of a database taken back.
            continue
        need, offer = sides(listing, other)
        _, is_new = MatchTold.objects.get_or_create(need=need, offer=offer, defaults={"score": one.score})  # fmt: skip
        if is_new:
            record_listing("match_found", other, by=by, other=listing.code, score=round(one.score * 100))  # fmt: skip
            told += 1
    return told


@transaction.atomic
def judge_match(
    *, one: Listing, other: Listing, verdict: Verdict, note: str = "", by: Person
) -> MatchWord:
    """Say whether two listings fit, and why; said again, the new word holds.

    Members and reviewers may. Raises RuleBroken for two of the same side, what is not
    published, and another reason that is not told.
    """
    reader = reader_of(by)
    require(may_see_matches(reader))
    need, offer = sides(one, other)
    if State.PUBLISHED not in {need.state} & {offer.state}:
        raise RuleBroken(N_("One of the two is not published any more."))
    told = note.strip()[:LONGEST_NOTE]
    if verdict is Verdict.OTHER and not told:
        raise RuleBroken(N_("Say what the reason is."), field="note")
    word, _ = MatchWord.objects.update_or_create(
        need=need, offer=offer, person=by,
        defaults={"verdict": verdict, "note": told, "score": score_of(need, offer, reader) or 0.0, "said_at": clock.now()},
    )  # fmt: skip
    record_listing("match_judged", need, by=by, other=offer.code, verdict=str(verdict), score=round(word.score * 100))  # fmt: skip
    return word
