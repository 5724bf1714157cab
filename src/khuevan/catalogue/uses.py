"""Marking versions as used: from then on their publication cannot be undone."""

from __future__ import annotations

from uuid import UUID

from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .models import Version


def mark_used(version_id: UUID | str) -> None:
    """Say, in the transaction that opens a dossier, that it runs on this version.

    The first use is kept; further ones write nothing. Raises RuleBroken where the
    version is not published (any more).
    """
    here = Version.objects.filter(pk=version_id).published()
    used = list(here.values_list("used_at", flat=True))
    if used == [None]:
        here.filter(used_at=None).update(used_at=clock.now())
    if not used:
        raise RuleBroken(
            N_("This version of the procedure is not published; open the page again.")
        )
