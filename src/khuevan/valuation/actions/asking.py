"""Asking for a valuation, appointing who gives it, calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.access import may_ask, may_lead
from khuevan.valuation.dated import least_appraisers_on
from khuevan.valuation.facts import record_in
from khuevan.valuation.funding import paid_by_state
from khuevan.valuation.models import ACTING, Appraisal, Appraiser, Valuation
from khuevan.valuation.rules.concluding import Purpose, Right, State

from .common import locked, refuse_short, require, require_state


SEATS = 2
"""Opinions of one valuation: the first, and an independent second."""


@transaction.atomic
def ask_valuation(
    *, owner: Organisation, title: str, subject: str = "", field: str, kind: str,
    right: Right, purpose: Purpose, trl: int | None = None, state_funded: bool,
    base_day: date, protected_until: date | None = None, by: Person | None,
) -> Valuation:  # fmt: skip
    """Ask what something is worth on a day. RuleBroken for a right that is over by then.

    Whether the State paid is taken from what `subject` names, where that is known: two
    appraisers are then needed whatever the asker says (Decree 76/2018, Article 32).
    """
    require(may_ask(by, owner))
    if not title.strip():
        raise RuleBroken(N_("Say what is valued."), field="title")
    if protected_until is not None and protected_until <= base_day:
        raise RuleBroken(
            N_("The protection is over on the day of the valuation."),
            field="protected_until",
        )
    known = paid_by_state(subject)
    made = Valuation.objects.create(
        code=_next_code(), owner=owner, title=title.strip(), subject=subject, field=field,
        kind=kind, right=right, purpose=purpose, trl=trl,
        state_funded=state_funded if known is None else known,
        base_day=base_day, protected_until=protected_until, asked_by=by,
    )  # fmt: skip
    record_in(made, "valuation_asked", by=by, purpose=purpose)
    return made


@transaction.atomic
def appoint(*, valuation: Valuation, appraisers: Sequence[Appraiser], by: Person | None) -> Valuation:  # fmt: skip
    """Appoint one appraiser, or two who are independent of each other.

    RuleBroken for whoever is of the owner's house, is not on the list today, or shares a
    house with the other; and for one where the State paid (Decree 76/2018, Article 32).
    """
    valuation = locked(valuation)
    require(may_lead(by, valuation))
    require_state(valuation, State.ASKED)
    _check_panel(valuation, appraisers)
    for seat, appraiser in enumerate(appraisers, start=1):
        Appraisal.objects.create(valuation=valuation, seat=seat, appraiser=appraiser)
    valuation.state = State.WORKING
    valuation.save(update_fields=["state"])
    record_in(valuation, "appraisers_appointed", by=by, count=len(appraisers))
    return valuation


@transaction.atomic
def cancel_valuation(*, valuation: Valuation, why: str, by: Person | None) -> Valuation:
    """Call a valuation off before it has a value."""
    valuation = locked(valuation)
    require(may_lead(by, valuation))
    require_state(valuation, State.ASKED, State.WORKING, State.DIFFERING)
    valuation.why = refuse_short(why, "why")
    valuation.state = State.CANCELLED
    valuation.ended_at = clock.now()
    valuation.save(update_fields=["why", "state", "ended_at"])
    record_in(valuation, "valuation_cancelled", by=by)
    return valuation


def _check_panel(valuation: Valuation, appraisers: Sequence[Appraiser]) -> None:
    least = least_appraisers_on(clock.today()) if valuation.state_funded else 1
    if not least <= len(appraisers) <= SEATS:
        raise RuleBroken(
            N_("It takes %(least)s to %(most)s appraisers: where the State paid, two."),
            field="second" if appraisers else "first", least=least, most=SEATS,
        )  # fmt: skip
    for place, appraiser in zip(("first", "second"), appraisers, strict=False):
        if appraiser.ended_at is not None or appraiser.until < clock.today():
            raise RuleBroken(
                N_("%(name)s is not on the list any more."),
                field=place,
                name=appraiser.person.full_name,
            )
        if appraiser.organisation_id == valuation.owner_id or appraiser.person.authority.has_in(valuation.owner_id, *ACTING):  # fmt: skip
            raise RuleBroken(
                N_("%(name)s is of the house that asks."),
                field=place,
                name=appraiser.person.full_name,
            )
    if len({each.organisation_id for each in appraisers}) < len(appraisers):
        raise RuleBroken(
            N_("The two are of one house: the second opinion is to be independent."),
            field="second",
        )


def _next_code() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('valuation_number')")
        [number] = cursor.fetchone()
    return f"GT-{clock.today().year}-{number:04}"
