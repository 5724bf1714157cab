"""Addresses of the exchange's results."""

from __future__ import annotations

from django.urls import path

from . import views


urlpatterns = [
    path("", views.results, name="results"),
    path("statistics.xlsx", views.statistics_file, name="results-file"),
    path("report/", views.report_page, name="results-report"),
    path("report.<slug:ending>", views.report_file, name="results-report-file"),
]
