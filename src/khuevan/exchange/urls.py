"""Addresses of the exchange."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import catalogue, finding, importing, members, offers, papers


urlpatterns = [
    path("", catalogue.catalogue, name="exchange"),
    path("suggestions/", catalogue.suggestions, name="exchange-suggestions"),
    path("listings.csv", catalogue.catalogue_file, name="exchange-file"),
    path("template.xlsx", members.template_file, name="exchange-template"),
    path("searches/", finding.searches, name="exchange-searches"),
    path("searches/save/", once(finding.search_save), name="exchange-search-save"),
    path(
        "searches/<uuid:pk>/switch/",
        finding.search_switch,
        name="exchange-search-switch",
    ),
    path(
        "searches/<uuid:pk>/forget/",
        once(finding.search_forget),
        name="exchange-search-forget",
    ),
    path("mine/", members.mine, name="exchange-mine"),
    path("mine/import/", once(importing.import_listings), name="exchange-import"),
    path("join/", once(members.join), name="exchange-join"),
    path("reviews/", members.review_list, name="exchange-reviews"),
    path("new/<slug:slug>/", once(members.new_listing), name="exchange-new"),
    path("members/", catalogue.member_list, name="exchange-members"),
    path("members/<uuid:pk>/", catalogue.member_page, name="exchange-member"),
    path(
        "members/<uuid:pk>/edit/",
        once(members.member_edit),
        name="exchange-member-edit",
    ),
    path(
        "members/<uuid:pk>/parties/",
        once(members.member_parties),
        name="exchange-member-parties",
    ),
    path(
        "members/<uuid:pk>/tier/",
        once(members.member_tier),
        name="exchange-member-tier",
    ),
    path(
        "members/<uuid:pk>/country/",
        once(members.member_country),
        name="exchange-member-country",
    ),
    path("listings/<str:code>/", catalogue.listing_page, name="exchange-listing"),
    path(
        "listings/<str:code>/dublin-core.xml",
        catalogue.listing_dublin_core,
        name="exchange-dublin-core",
    ),
    path("listings/<str:code>/matches/", finding.matches, name="exchange-matches"),
    path(
        "listings/<str:code>/matches/<str:other>/",
        once(finding.judge),
        name="exchange-judge",
    ),
    path("listings/<str:code>/edit/", once(members.listing_edit), name="exchange-edit"),
    path(
        "listings/<str:code>/ndas/<uuid:pk>/end/",
        once(offers.nda_end),
        name="exchange-nda-end",
    ),
    path(
        "listings/<str:code>/papers/new/",
        once(papers.attach),
        name="exchange-paper-new",
    ),
    path(
        "listings/<str:code>/papers/<uuid:pk>/",
        papers.download,
        name="exchange-paper",
    ),
    path(
        "listings/<str:code>/papers/<uuid:pk>/remove/",
        once(papers.remove),
        name="exchange-paper-remove",
    ),
    path(
        "listings/<str:code>/<slug:slug>/",
        once(offers.listing_action),
        name="exchange-action",
    ),
]
