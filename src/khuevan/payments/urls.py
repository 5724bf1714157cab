"""Addresses of payments."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import officials, paying, sandbox


urlpatterns = [
    path("", officials.orders, name="payments"),
    path("refunds/", officials.refunds, name="payments-refunds"),
    path(
        "refunds/<uuid:pk>/", once(officials.refund_move), name="payments-refund-move"
    ),
    path(
        "orders/<uuid:pk>/refund/", once(officials.refund_ask), name="payments-refund"
    ),
    path("orders/<uuid:pk>/cash/", once(officials.cash), name="payments-cash"),
    path("days/", officials.days, name="payments-days"),
    path("lists/", once(officials.bank_list), name="payments-bank-list"),
    path("days/<str:day>/", once(officials.day), name="payments-day"),
    path(
        "differences/<uuid:pk>/",
        once(officials.difference),
        name="payments-difference",
    ),
    path("books/<uuid:pk>/", once(officials.book_day), name="payments-book-day"),
    path("pay/<str:token>/", paying.pay_page, name="payments-pay"),
    path("pay/<str:token>/start/", paying.start, name="payments-start"),
    path("pay/<str:token>/cancel/", once(paying.cancel), name="payments-cancel"),
    path(
        "pay/<str:token>/receipt.pdf", paying.receipt_file, name="payments-receipt-file"
    ),
    path("receipts/<str:code>/", paying.receipt_check, name="payments-receipt"),
    path("callback/<str:gateway>/", paying.callback, name="payments-callback"),
    path("sandbox/<str:token>/", sandbox.bank, name="payments-sandbox"),
]
