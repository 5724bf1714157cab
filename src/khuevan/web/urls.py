"""Every address of the platform; each app brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path


urlpatterns: list[URLPattern | URLResolver] = [
    path("law/", include("khuevan.law.urls")),
    path("worktime/", include("khuevan.worktime.urls")),
]
