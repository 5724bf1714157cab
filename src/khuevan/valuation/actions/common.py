"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.models import Valuation
from khuevan.valuation.rules.concluding import State


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(valuation: Valuation) -> Valuation:
    """Return the valuation again, locked until the action ends."""
    rows = Valuation.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=valuation.pk)


def require_state(valuation: Valuation, *states: State) -> None:
    """Refuse what comes too early or too late."""
    if valuation.state not in states:
        raise RuleBroken(
            N_(
                "This cannot be done with the valuation as it stands now; reload its page."
            )
        )


def refuse_short(text: str, field: str, least: int = 10) -> str:
    """Return what was said, without blanks around it; refuse what says nothing."""
    if len(text.strip()) < least:
        raise RuleBroken(
            N_("Say in at least %(least)s characters why."), field=field, least=least
        )
    return text.strip()
