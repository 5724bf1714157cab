"""What the pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from khuevan.contracts import words
from khuevan.contracts.models import Contract


def seen(request: HttpRequest, number: str) -> Contract:
    """Return a contract the reader may see, else 404."""
    rows = Contract.objects.visible_to(request.user)
    rows = rows.select_related("giver", "taker", "file", "amends")
    return get_object_or_404(rows, number=number)


def labels() -> dict[str, Any]:
    """Return what the codes are called."""
    return {
        "papers": words.PAPERS, "states": words.STATES, "colours": words.COLOURS,
        "sides": words.SIDES, "owners": words.OWNERS, "duties": words.KINDS,
        "reasons": words.REASONS, "authorities": words.AUTHORITIES,
        "effects": words.EFFECTS, "endings": words.ENDINGS, "tags": words.TAGS,
        "verdicts": words.VERDICTS, "restrictions": words.RESTRICTIONS,
    }  # fmt: skip
