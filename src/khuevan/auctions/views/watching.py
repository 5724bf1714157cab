"""How auctions stand, for anybody."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from khuevan.auctions import invoices, queries, words
from khuevan.auctions.access import holder_of, may_apply, may_run
from khuevan.auctions.forms import BidForm, SealedBidForm
from khuevan.auctions.lots import lots_of
from khuevan.auctions.models import Auction, Bidder, OpeningKey
from khuevan.auctions.rules.terms import LARGEST, Form, State, Terms
from khuevan.clients.public import rationed
from khuevan.directory.public import Person
from khuevan.journal.public import log_key
from khuevan.payments.public import orders_of
from khuevan.platform.errors import RuleBroken
from khuevan.platform.idempotency import new_key
from khuevan.platform.refusals import refusal

from .common import bodies, seen


LATEST = 100
"""Auctions on the list; their codes lead to the others."""


REMEMBERED_SECONDS = 0.5
"""How long a worker tells all watchers of an auction the same."""


@dataclass(frozen=True, slots=True)
class _Shown:
    mark: str
    content: str
    until: float


_shown: dict[tuple[str, str], _Shown] = {}


@require_GET
@login_not_required
def auctions(request: HttpRequest) -> HttpResponse:
    """List auctions, those that end last first."""
    rows = Auction.objects.visible_to(request.user).select_related("keeper")
    context = {
        "rows": rows.order_by("-closes_at")[:LATEST],
        "forms": words.FORMS,
        "states": words.STATES,
        "may_announce": bool(bodies(request)),
        "may_hold": isinstance(request.user, Person) and _has_keys(request.user),
    }
    return TemplateResponse(request, "auctions/auctions.html", context)


def _has_keys(person: Person) -> bool:
    """Tell whether somebody holds or keeps an opening key."""
    return OpeningKey.objects.visible_to(person).exists()


@require_GET
@never_cache
@login_not_required
def auction(request: HttpRequest, code: str) -> HttpResponse:
    """Show the lot, how the auction stands, the bidder's own bids, and the audit."""
    return TemplateResponse(request, "auctions/auction.html", _page(request, code))


def _page(request: HttpRequest, code: str) -> dict[str, Any]:
    found = seen(request, code)
    standing = queries.standing_of(found)
    events = queries.events_of(found)
    terms = Terms.of(events[0].told)
    bidder = queries.bidder_of(found, request.user)
    person = request.user if isinstance(request.user, Person) else None
    orders = orders_of(bidder.ref) if bidder else ()
    runs = person is not None and may_run(person, found)
    return {
        "auction": found,
        "s": standing,
        "outcome": queries.outcome_of(found),
        "events": [(event, words.exact(queries.instant(event)), words.event_words(event)) for event in events[::-1]],
        "bidder": bidder,
        "order": orders[0] if orders else None,
        "bids": queries.bids_of(bidder) if bidder else [],
        "bid_form": _bid_form(found, standing.least, bidder),
        "most": LARGEST,
        "terms": terms,
        "holders": queries.holders_of(found, terms),
        "may_open": person is not None and _may_open(found, standing.state, person),
        "may_apply": person is not None and may_apply(person, found),
        "may_run": runs,
        "doubts": _doubts(found) if runs else [],
        "waits_for_word": runs and queries.waits_for_word(found),
        "forms": words.FORMS,
        "states": words.STATES,
        "whys": words.WHYS,
        "key": str(log_key()),
        "money": queries.money_of(found) if runs else None,
        "price_order": (price := queries.price_order(found)),
        "buys": price is not None and bidder is not None and _buys(found, bidder),
        "invoices": _invoices(request, found, runs=runs),
        "stream": _stream(found, standing.mark),
        "lot_page": lots.page(found.subject) if (lots := lots_of(found.subject)) else "",
    }  # fmt: skip


def _invoices(request: HttpRequest, auction: Auction, *, runs: bool) -> list[str]:
    """Return which invoices' data the reader may have: of the price, of the exchange's fee."""
    if auction.state != State.SETTLED or not isinstance(request.user, Person):
        return []
    found = invoices.for_reader(auction, request.user, runs=runs)
    return [what for what, invoice in found.items() if invoice]


def _may_open(auction: Auction, state: State, person: Person) -> bool:
    """Tell whether the auction waits for the reader's key."""
    if state is not State.CLOSED or queries.is_opened(auction):
        return False
    holder = holder_of(auction, person)
    return holder is not None and holder.number not in queries.keys_told(auction)


def _stream(auction: Auction, mark: str) -> str:
    """Return where the page of an auction is told news; empty where it has to ask."""
    if not settings.LIVE_URL or auction.state not in {State.RUNNING, State.CLOSED}:
        return ""
    asked = urlencode({"language": get_language() or "", "seen": mark})
    return f"{settings.LIVE_URL}/{auction.code}?{asked}"


def _buys(auction: Auction, bidder: Bidder) -> bool:
    sale = queries.sale_of(auction)
    return sale is not None and sale[0] == bidder.number


def _doubts(auction: Auction) -> list[tuple[int, str, str]]:
    """Return what keeps bidders apart from others in doubt: number, sentence, why let pass.

    While bids are taken that is what would be refused now; later, what was flagged.
    """
    if auction.state == State.RUNNING:
        return [(bidder.number or 0, refusal(refused), "") for bidder, refused in queries.doubts_of(auction)]  # fmt: skip
    return [
        (flag.bidder.number or 0, refusal(RuleBroken(flag.sentence, **flag.params)), flag.words)
        for flag in queries.flags_of(auction)
    ]  # fmt: skip


def _bid_form(auction: Auction, least: int | None, bidder: Bidder | None) -> BidForm | None:  # fmt: skip
    if bidder is None or bidder.number is None:
        return None
    if auction.form == Form.SEALED:
        return SealedBidForm(initial={"key": new_key()})
    return BidForm(initial={"amount": least, "key": new_key()})


@require_GET
@never_cache
@login_not_required
def live(request: HttpRequest, code: str) -> HttpResponse:
    """Say nothing (204) to whoever has seen how the auction stands, else show it.

    Thousands ask every few seconds and are all told the same: a worker looks twice a
    second at most, whoever asks.
    """
    shown = _shown.get((code, get_language() or ""))
    if shown is None or shown.until <= time.monotonic():
        shown = _look(request, code)
    if request.GET.get("seen") == shown.mark:
        return HttpResponse(status=204)
    return HttpResponse(shown.content)


def _look(request: HttpRequest, code: str) -> _Shown:
    found = seen(request, code)
    standing = queries.standing_of(found)
    context = {"auction": found, "s": standing, "states": words.STATES}
    content = render_to_string("auctions/live.html", context)
    if len(_shown) > LATEST:
        _shown.clear()
    made = _Shown(standing.mark, content, time.monotonic() + REMEMBERED_SECONDS)
    _shown[code, get_language() or ""] = made
    return made


@require_GET
@login_not_required
@rationed
def audit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the public audit: what `tools/replay_auction.py` reads."""
    answer = JsonResponse(
        queries.audit_of(seen(request, code)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return answer
