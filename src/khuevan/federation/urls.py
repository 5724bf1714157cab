"""Addresses of federation."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from . import views


urlpatterns = [
    path("", views.partners, name="federation"),
    path("new/", once(views.new_partner), name="federation-new"),
    path("<uuid:pk>/", views.partner, name="federation-partner"),
    path("<uuid:pk>/pause/", once(views.pause), name="federation-pause"),
    path("<uuid:pk>/resume/", once(views.resume), name="federation-resume"),
    path("held/<uuid:pk>/pass/", once(views.let_in), name="federation-pass"),
    path("held/<uuid:pk>/refuse/", once(views.keep_out), name="federation-refuse"),
]
