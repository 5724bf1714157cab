"""Addresses of deals."""

from __future__ import annotations


urlpatterns: list[object] = []
