"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from . import views


urlpatterns = [
    path("", views.inbox, name="notices"),
    path("read/", views.inbox_read, name="notices-read-all"),
    path("settings/", views.preferences, name="notices-settings"),
    path("deliveries/", views.deliveries, name="notices-deliveries"),
    path("deliveries/<uuid:pk>/again/", views.delivery_again, name="notices-again"),
    path("sandbox/", views.sandbox, name="notices-sandbox"),
    path("<uuid:pk>/", views.open_notice, name="notices-open"),
    path("<uuid:pk>/read/", views.notice_read, name="notices-read"),
]
