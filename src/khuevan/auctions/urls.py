"""Addresses of auctions."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import bidding, holding, keeping, watching


urlpatterns = [
    path("", watching.auctions, name="auctions"),
    path("new/", keeping.announce, name="auction-new"),
    path("keys/", holding.keys, name="auction-keys"),
    path("keys/new/", once(keeping.make_key), name="auction-key-new"),
    path("keys/<uuid:key>/", holding.join, name="auction-key"),
    path("<slug:code>/", watching.auction, name="auction"),
    path("<slug:code>/live/", watching.live, name="auction-live"),
    path("<slug:code>/audit.json", watching.audit, name="auction-audit"),
    path("<slug:code>/apply/", once(bidding.apply), name="auction-apply"),
    path("<slug:code>/bid/", bidding.bid, name="auction-bid"),
    path("<slug:code>/receipts/<int:number>/", bidding.receipt, name="auction-receipt"),
    path("<slug:code>/open/", holding.enter, name="auction-open"),
    path("<slug:code>/cancel/", once(keeping.cancel), name="auction-cancel"),
    path("<slug:code>/award/", once(keeping.award), name="auction-award"),
    path("<slug:code>/pay-out/", once(keeping.pay_out), name="auction-pay-out"),
    path(
        "<slug:code>/invoices/<slug:what>.<slug:kind>",
        bidding.invoice,
        name="auction-invoice",
    ),
    path("<slug:code>/<slug:act>/", once(keeping.end), name="auction-end"),
]
