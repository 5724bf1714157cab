"""What of somebody's store can stand for a component of a dossier."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from khuevan.catalogue.public import Component
from khuevan.counter.models import StoredPaper
from khuevan.directory.public import Person


def usable_for(owner: Person, component: Component) -> QuerySet[StoredPaper]:
    """Return the papers of an owner that can stand for a component, the newest first.

    It fits where it is the result of the procedure the component names, or carries
    the same information. What is withdrawn or past its last day is left out.
    """
    fits = Q(pk__in=[])
    if component.result_of:
        fits |= Q(result_of=component.result_of)
    if component.content:
        fits |= Q(content=component.content)
    return (
        StoredPaper.objects.visible_to(owner)
        .usable()
        .filter(fits)
        .select_related("file")
        .order_by("-kept_at", "-pk")
    )
