"""How the tests of other apps see what their facts told people."""

from __future__ import annotations

from khuevan.notices.making import take_facts
from khuevan.notices.models import Notice


def notices_of(kind: str) -> list[Notice]:
    """Make the notices of what is new, and return those of one kind of fact."""
    take_facts(limit=5_000)
    return list(Notice.objects.filter(kind=kind).select_related("person"))
