"""Addresses of the platform itself."""

from __future__ import annotations

from django.urls import path

from . import views


urlpatterns = [
    path("jobs/<uuid:pk>/", views.job_detail, name="job"),
    path("jobs/<uuid:pk>/stop/", views.job_stop, name="job-stop"),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("metrics", views.metrics_page, name="metrics"),
]
