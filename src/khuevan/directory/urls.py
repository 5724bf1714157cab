"""Addresses of people, organisations and signing in."""

from __future__ import annotations

from django.urls import path

from . import views


urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("organisations/<uuid:pk>/", views.organisation, name="organisation"),
]
