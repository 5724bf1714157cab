from __future__ import annotations

from django.urls import path

from .sandbox_view import portal


urlpatterns = [path("<path:rest>", portal, name="sandbox-portal")]
