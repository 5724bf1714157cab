"""Finding dossiers by code or name, for the one search."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.urls import reverse

from khuevan.directory.public import Person
from khuevan.platform.text import fold

from .models import Dossier


def find_dossiers(
    *, person: Person | AnonymousUser, text: str, limit: int = 10
) -> list[tuple[str, str, str]]:
    """Return title, code and address of dossiers somebody may see; nothing for strangers."""
    words = fold(text)
    if not words:
        return []
    vector = SearchVector("folded", config="simple")
    found = (
        Dossier.objects.visible_to(person)
        .annotate(vector=vector)
        .filter(vector=SearchQuery(words, config="simple"))
        .order_by("-filed_at")[:limit]
    )
    return [(d.title, d.code or "", reverse("dossier", args=[d.pk])) for d in found]
