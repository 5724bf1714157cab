"""Addresses of clients, and those of OAuth2 itself."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from . import hooks, oauth, views


urlpatterns = [
    path("oauth/token", oauth.token, name="oauth-token"),
    path("oauth/revoke", oauth.revoke, name="oauth-revoke"),
    path(
        ".well-known/oauth-authorization-server", oauth.metadata, name="oauth-metadata"
    ),
    path("clients/", views.clients, name="clients"),
    path("clients/new/", views.new_client, name="client-new"),
    path("clients/<uuid:pk>/", views.client, name="client"),
    path("clients/<uuid:pk>/approve/", once(views.approve), name="client-approve"),
    path("clients/<uuid:pk>/revoke/", once(views.revoke), name="client-revoke"),
    path("clients/<uuid:pk>/calls/", views.calls, name="client-calls"),
    path("clients/<uuid:pk>/webhooks/", hooks.hooks, name="client-hooks"),
    *(
        path(
            f"clients/<uuid:pk>/webhooks/<uuid:key>/{what}/",
            hooks.change,
            {"what": what},
            name=f"client-hook-{what}",
        )
        for what in ("pause", "resume", "rotate")
    ),
    path(
        "clients/<uuid:pk>/webhooks/messages/<uuid:key>/again/",
        once(hooks.again),
        name="client-hook-again",
    ),
    path("clients/<uuid:pk>/secret/", views.new_secret, name="client-secret"),
    path(
        "clients/<uuid:pk>/secrets/<uuid:key>/end/",
        once(views.end_secret),
        name="client-secret-end",
    ),
]
