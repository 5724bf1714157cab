"""Addresses of auctions."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from . import views


urlpatterns = [
    path("", views.auctions, name="auctions"),
    path("new/", views.announce, name="auction-new"),
    path("keys/new/", views.make_key, name="auction-key-new"),
    path("<slug:code>/", views.auction, name="auction"),
    path("<slug:code>/live/", views.live, name="auction-live"),
    path("<slug:code>/audit.json", views.audit, name="auction-audit"),
    path("<slug:code>/apply/", once(views.apply), name="auction-apply"),
    path("<slug:code>/bid/", views.bid, name="auction-bid"),
    path("<slug:code>/receipts/<int:number>/", views.receipt, name="auction-receipt"),
    path("<slug:code>/open/", views.open_bids, name="auction-open"),
    path("<slug:code>/cancel/", once(views.cancel), name="auction-cancel"),
    path("<slug:code>/award/", once(views.award), name="auction-award"),
    path("<slug:code>/pay-out/", once(views.pay_out), name="auction-pay-out"),
    path("<slug:code>/<slug:act>/", once(views.end), name="auction-end"),
]
