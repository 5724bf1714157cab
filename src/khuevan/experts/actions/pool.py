"""Coming into the pool and leaving it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.experts.access import is_expert, keeps_the_pool, may_decide
from khuevan.experts.dated import due_after
from khuevan.experts.facts import record_expert
from khuevan.experts.models import Booking, Expert, Rate
from khuevan.experts.rules.bookings import LIVE, check_words
from khuevan.experts.rules.pool import (
    Standing,
    check_profile,
    check_public_words,
    check_rate,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.public import field_names

from .common import locked_expert, require, require_standing


AGAIN = (Standing.REFUSED, Standing.WITHDRAWN, Standing.PROPOSED)
"""Standings from which somebody may apply."""


@transaction.atomic
def apply(
    *, person: Person, headline: str, experience: str, fields: Sequence[str],
    languages: Sequence[str], amount: int, by: Person | None,
) -> Expert:  # fmt: skip
    """Apply to the pool for oneself, with what one asks for an hour (đồng).

    Whoever was refused or left may apply again. RuleBroken for who is in the pool or
    waits already, and for a profile that says nothing.
    """
    require(by is None or by.pk == person.pk)
    check_profile(headline, set(fields), set(languages), set(field_names()))
    check_public_words({"headline": headline, "experience": experience})
    found = Expert.objects.select_for_update().filter(person=person).first()
    if found is not None and found.standing not in AGAIN:
        raise RuleBroken(N_("You are in the pool, or your application waits for an answer."))  # fmt: skip
    expert = found or Expert(person=person)
    expert.headline, expert.experience = headline.strip(), experience.strip()
    expert.fields, expert.languages = sorted(set(fields)), sorted(set(languages))
    _wait(expert, Standing.APPLIED)
    _first_rate(expert, amount)
    record_expert("expert_applied", expert, by=by, fields=expert.fields)
    return expert


def _first_rate(expert: Expert, amount: int) -> None:
    """Keep the rate of an application; a later one set before stands aside for it."""
    today = clock.today()
    latest = expert.rates.filter(valid_from__gte=today).first()
    if latest is None:
        check_rate(amount, today, today, None)
        Rate.objects.create(expert=expert, amount=amount, valid_from=today)


@transaction.atomic
def propose_expert(*, person: Person, reason: str, by: Person) -> Expert:
    """Propose somebody else for the pool: nothing is shown before they agree themselves."""
    if person.pk == by.pk:
        raise RuleBroken(N_("Apply yourself: the form is on the page of the pool."), field="person")  # fmt: skip
    words = check_words(reason, "reason")
    found = Expert.objects.select_for_update().filter(person=person).first()
    if found is not None and found.standing not in (Standing.WITHDRAWN, Standing.REFUSED):  # fmt: skip
        raise RuleBroken(N_("This person is in the pool, or was proposed already."), field="person")  # fmt: skip
    expert = found or Expert(person=person)
    expert.proposed_by, expert.reason = by, words
    _wait(expert, Standing.PROPOSED)
    record_expert("expert_proposed", expert, by=by)
    return expert


def agree_to_apply(
    *, expert: Expert, headline: str, experience: str, fields: Sequence[str],
    languages: Sequence[str], amount: int, by: Person | None,
) -> Expert:  # fmt: skip
    """Say yes to a proposal, with one's profile: from then on it is an application."""
    require_standing(expert, Standing.PROPOSED)
    return apply(
        person=expert.person, headline=headline, experience=experience, fields=fields,
        languages=languages, amount=amount, by=by,
    )  # fmt: skip


@transaction.atomic
def admit(*, expert: Expert, reason: str, by: Person | None) -> Expert:
    """Admit who applied, with the reason that is kept."""
    return _decide(expert, Standing.ADMITTED, "expert_admitted", reason, by)


@transaction.atomic
def refuse(*, expert: Expert, reason: str, by: Person | None) -> Expert:
    """Refuse who applied, with the reason they read."""
    return _decide(expert, Standing.REFUSED, "expert_refused", reason, by)


def _decide(expert: Expert, standing: Standing, kind: str, reason: str, by: Person | None) -> Expert:  # fmt: skip
    expert = locked_expert(expert)
    require(may_decide(by, expert))
    require_standing(expert, Standing.APPLIED)
    expert.reason = check_words(reason, "reason")
    expert.standing, expert.decided_by = standing, by
    expert.since, expert.due_at = clock.now(), None
    expert.save()
    record_expert(kind, expert, by=by)
    return expert


@transaction.atomic
def withdraw_expert(*, expert: Expert, reason: str, by: Person | None) -> Expert:
    """Leave the pool, or take somebody out of it; minutes and rates of before stand.

    RuleBroken while a booking is open: it is declined, called off or finished first.
    """
    expert = locked_expert(expert)
    require(is_expert(by, expert) or keeps_the_pool(by))
    require_standing(expert, Standing.PROPOSED, Standing.APPLIED, Standing.ADMITTED)
    if Booking.objects.filter(expert=expert, state__in=LIVE).exists():
        raise RuleBroken(N_("There are open bookings: finish, decline or call them off first."))  # fmt: skip
    expert.reason = check_words(reason, "reason")
    expert.standing, expert.decided_by = Standing.WITHDRAWN, by
    expert.since, expert.due_at = clock.now(), None
    expert.save()
    record_expert("expert_withdrawn", expert, by=by)
    return expert


def _wait(expert: Expert, standing: Standing) -> None:
    """Put somebody into a standing in which an answer is waited for."""
    expert.standing, expert.since, expert.reminded = standing, clock.now(), False
    expert.decided_by = None
    name = "proposed_member" if standing is Standing.PROPOSED else "applied"
    expert.due_at = due_after(name, expert.since)
    expert.save()
