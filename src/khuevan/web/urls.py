"""Every address of the platform; each app brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("khuevan.platform.urls")),
]

handler400 = "khuevan.platform.http.bad_request"
handler403 = "khuevan.platform.http.forbidden"
handler404 = "khuevan.platform.http.not_found"
handler500 = "khuevan.platform.http.server_error"
