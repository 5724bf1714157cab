from __future__ import annotations

from django.urls import path

from . import views


urlpatterns = [
    path("", views.city, name="measures"),
    path("units/<uuid:pk>/", views.unit, name="measures-unit"),
    path("dossiers/", views.dossiers, name="measures-dossiers"),
]
