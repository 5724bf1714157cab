"""Addresses of deals."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import bargaining, deal, lists, origin, room


urlpatterns = [
    path("", lists.deals, name="deals"),
    path("split/", lists.split, name="deal-split"),
    path("brokers/", once(lists.brokers), name="deal-brokers"),
    path("brokers/<uuid:pk>/end/", once(lists.broker_end), name="deal-broker-end"),
    path("ask/<str:code>/", once(lists.ask), name="deal-ask"),
    path("<str:code>/", deal.deal, name="deal"),
    path("<str:code>/nda/", once(deal.nda), name="deal-nda"),
    path("<str:code>/do/<slug:slug>/", once(deal.deal_action), name="deal-action"),
    path("<str:code>/funding/", once(origin.funding), name="deal-funding"),
    path("<str:code>/papers/", once(origin.paper), name="deal-paper"),
    path(
        "<str:code>/papers/<slug:kind>/confirm/",
        once(origin.confirm),
        name="deal-paper-confirm",
    ),
    path("<str:code>/contract/", once(deal.contract), name="deal-contract"),
    path("<str:code>/terms/", bargaining.terms, name="deal-terms"),
    path("<str:code>/terms/new/", once(bargaining.propose), name="deal-propose"),
    path("<str:code>/terms/<slug:slug>/", once(bargaining.answer), name="deal-answer"),
    path("<str:code>/files/<uuid:pk>/", room.read, name="deal-file"),
    path("<str:code>/files/<uuid:pk>/out/", once(room.take_out), name="deal-file-out"),
    path("<str:code>/meetings/<uuid:pk>.ics", deal.meeting_file, name="deal-meeting"),
    path(
        "<str:code>/meetings/<uuid:pk>/minutes/",
        once(deal.minutes),
        name="deal-minutes",
    ),
    path(
        "<str:code>/milestones/<int:number>/<slug:slug>/",
        once(deal.milestone),
        name="deal-milestone",
    ),
    path("<str:code>/evidence/<int:number>/", deal.evidence, name="deal-evidence"),
    path("<str:code>/reports/<int:number>/", once(deal.report), name="deal-report"),
    path("<str:code>/pay-out/", once(deal.pay_out), name="deal-pay-out"),
    path("<str:code>/surveys/<uuid:pk>/", once(deal.survey), name="deal-survey"),
    path("<str:code>/price/", once(deal.open_price), name="deal-price"),
    path("<str:code>/rate/", once(deal.rate), name="deal-rate"),
    path(
        "<str:code>/invoices/<slug:what>-<int:number>.<slug:kind>",
        bargaining.invoice,
        name="deal-invoice",
    ),
]
