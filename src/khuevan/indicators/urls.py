"""Addresses of indicators."""

from django.urls import path

from . import views


urlpatterns = [
    path("", views.indicator_list, name="indicator-list"),
    path("<str:code>/", views.indicator_detail, name="indicator"),
    path("<str:code>/records/", views.indicator_records, name="indicator-records"),
    path("<str:code>/target/", views.target_set, name="indicator-target"),
]
