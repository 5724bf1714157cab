"""Every address of the platform; each app brings its own."""

from __future__ import annotations

from django.urls import include, path

from . import api, views


urlpatterns = [
    path("", views.home, name="home"),
    path("city/", views.city, name="city"),
    path("search/", views.search, name="search"),
    path("status/", views.status, name="status"),
    path("status/<uuid:pk>/call-off/", views.outage_call_off, name="outage-call-off"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", views.set_language, name="set-language"),
    path("", include("khuevan.directory.urls")),
    path("", include("khuevan.platform.urls")),
    path("", include("khuevan.clients.urls")),
    path("law/", include("khuevan.law.urls")),
    path("worktime/", include("khuevan.worktime.urls")),
    path("notices/", include("khuevan.notices.urls")),
    path("indicators/", include("khuevan.indicators.urls")),
    path("journal/", include("khuevan.journal.urls")),
    path("books/", include("khuevan.books.urls")),
    path("payments/", include("khuevan.payments.urls")),
    path("auctions/", include("khuevan.auctions.urls")),
    path("dtmarket/", include("khuevan.dtmarket.urls")),
    path("valuations/", include("khuevan.valuation.urls")),
    path("feedback/", include("khuevan.feedback.urls")),
    path("events/", include("khuevan.events.urls")),
    path("experts/", include("khuevan.experts.urls")),
    path("procedures/", include("khuevan.catalogue.urls")),
    path("centre/", include("khuevan.centre.urls")),
    path("dossiers/", include("khuevan.counter.urls")),
    path("sandbox/national-portal/", include("khuevan.counter.sync.urls")),
    path("measures/", include("khuevan.measures.urls")),
    path("exchange/partners/", include("khuevan.federation.urls")),
    path("exchange/deals/", include("khuevan.deals.urls")),
    path("exchange/results/", include("khuevan.results.urls")),
    path("exchange/", include("khuevan.exchange.urls")),
    path("contracts/", include("khuevan.contracts.urls")),
    path("steering/", include("khuevan.steering.urls")),
    path("api/v1/", api.urls),
    path("api/", views.api_list, name="api"),
]

handler400 = "khuevan.platform.http.bad_request"
handler403 = "khuevan.platform.http.forbidden"
handler404 = "khuevan.platform.http.not_found"
handler500 = "khuevan.platform.http.server_error"
