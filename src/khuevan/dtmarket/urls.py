"""Addresses of DTMarket."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from . import papers, views


urlpatterns = [
    path("", views.market, name="dtmarket"),
    path("ocds.json", views.all_ocds, name="dtmarket-ocds-all"),
    path("new/", once(views.put_out), name="dtmarket-new"),
    path("<str:code>/", views.problem, name="dtmarket-problem"),
    path("<str:code>/ocds.json", views.ocds, name="dtmarket-ocds"),
    path(
        "<str:code>/answers/<uuid:pk>/score/", once(views.score), name="dtmarket-score"
    ),
    path(
        "<str:code>/answers/<uuid:pk>/trial/",
        once(views.begin_trial),
        name="dtmarket-trial",
    ),
    path(
        "<str:code>/answers/<uuid:pk>/withdraw/",
        once(views.withdraw),
        name="dtmarket-withdraw",
    ),
    path(
        "<str:code>/trials/<uuid:pk>/<slug:slug>/",
        once(views.trial_action),
        name="dtmarket-trial-action",
    ),
    path("<str:code>/papers/new/", once(papers.keep), name="dtmarket-paper-new"),
    path("<str:code>/papers/<uuid:pk>/", papers.download, name="dtmarket-paper"),
    path("<str:code>/<slug:slug>/", once(views.problem_action), name="dtmarket-action"),
]
