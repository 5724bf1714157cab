"""Addresses of valuations."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from . import views


urlpatterns = [
    path("", views.valuations, name="valuations"),
    path("new/", once(views.ask), name="valuation-new"),
    path("prices/", views.prices, name="valuation-prices"),
    path("appraisers/", views.appraisers, name="valuation-appraisers"),
    path("appraisers/new/", once(views.register), name="valuation-register"),
    path("appraisers/<uuid:pk>/end/", once(views.end), name="valuation-end"),
    path("<str:code>/", views.valuation, name="valuation"),
    path("<str:code>/report.pdf", views.report, name="valuation-report"),
    path("<str:code>/appoint/", once(views.appoint), name="valuation-appoint"),
    path("<str:code>/sign/", once(views.sign), name="valuation-sign"),
    path("<str:code>/settle/", once(views.settle), name="valuation-settle"),
    path("<str:code>/cancel/", once(views.cancel), name="valuation-cancel"),
    path("<str:code>/sheets/<slug:slug>/", once(views.sheet), name="valuation-sheet"),
    path(
        "<str:code>/sheets/<slug:slug>/drop/", once(views.drop), name="valuation-drop"
    ),
]
