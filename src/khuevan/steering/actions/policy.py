"""Deciding when a task counts as at risk and who is told when: dated, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import may_steer
from khuevan.steering.models import Policy
from khuevan.steering.rules import Limits, Rung

from .common import require


TOLD = ("lead_person", "head", "office", "leader")
"""Whom a rung of the ladder can name."""


@transaction.atomic
def decide_policy(
    *,
    valid_from: date,
    reference: str,
    limits: Limits,
    ladder: Sequence[Rung],
    answer_days: int,
    reaudit_share: int,
    by: Person,
) -> Policy:
    """Set the limits and the ladder from a day on; what was in force before stays on record."""
    require(may_steer(by))
    if valid_from < clock.today():
        raise RuleBroken(
            N_("A policy cannot begin in the past: it would rewrite what was judged."),
            field="valid_from",
        )
    if not reference.strip():
        raise RuleBroken(N_("Name the document that decides it."), field="reference")
    if Policy.objects.filter(valid_from=valid_from).exists():
        raise RuleBroken(
            N_("A policy from %(day)s is there already."),
            field="valid_from",
            day=f"{valid_from:%d/%m/%Y}",
        )
    if not ladder or any(not r.tells or set(r.tells) - set(TOLD) for r in ladder):
        raise RuleBroken(
            N_("Every rung of the ladder names somebody to tell."), field="ladder"
        )
    policy = Policy.objects.create(
        valid_from=valid_from,
        reference=reference.strip(),
        soon_days=limits.soon_days,
        silent_days=limits.silent_days,
        behind_points=limits.behind_points,
        answer_days=answer_days,
        reaudit_share=reaudit_share,
        ladder=[[rung.days, list(rung.tells)] for rung in ladder],
    )
    record(
        "steering.policy_decided",
        subject=policy.ref,
        by=by,
        valid_from=valid_from.isoformat(),
    )
    return policy
