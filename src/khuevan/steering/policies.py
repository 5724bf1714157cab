"""The committee's dated decisions on risk and escalation, read back."""

from __future__ import annotations

from datetime import date

from .models import Policy
from .rules import DEFAULT_LADDER, Limits, Rung


def policy_on(day: date) -> Policy:
    """Return the policy in force on a day; the built-in one where none was decided."""
    found = Policy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return found or Policy(
        valid_from=day,
        reference="",
        ladder=[[rung.days, list(rung.tells)] for rung in DEFAULT_LADDER],
    )


def limits_on(day: date) -> Limits:
    """Return when a running task counts as at risk on a day."""
    policy = policy_on(day)
    return Limits(policy.soon_days, policy.silent_days, policy.behind_points)


def ladder_of(policy: Policy) -> tuple[Rung, ...]:
    """Return a policy's escalation ladder, lowest rung first."""
    return tuple(
        sorted(
            (Rung(days, tuple(tells)) for days, tells in policy.ladder),
            key=lambda rung: rung.days,
        )
    )
