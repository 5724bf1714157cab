"""What an appraiser does: worksheets, a signed opinion; and what ends a valuation."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.access import keeps_the_list, may_value
from khuevan.valuation.dated import least_comparables_on, spread_on
from khuevan.valuation.facts import record_in
from khuevan.valuation.models import Appraisal, Valuation, Worksheet
from khuevan.valuation.rules.concluding import (
    State,
    check_conclusion,
    check_settled,
    spread,
    weighted,
    years_left,
)
from khuevan.valuation.rules.sheets import Method, Sheet, check_sheet
from khuevan.valuation.rules.working import work

from .common import locked, require, require_state


@transaction.atomic
def keep_worksheet(*, appraisal: Appraisal, sheet: Sheet, weight: int, by: Person | None) -> Worksheet:  # fmt: skip
    """Keep a worksheet of an opinion, in the place of the one of the same method.

    `weight` is its share of the conclusion in per cent. InputRefused names every figure
    that is missing, has no source or cannot be.
    """
    appraisal = _open(appraisal, by)
    valuation = appraisal.valuation
    if not 0 <= weight <= 100:
        raise RuleBroken(
            N_("A weight is a share from 0 to 100 per cent."), field="weight"
        )
    check_sheet(
        sheet,
        least_comparables=least_comparables_on(
            valuation.base_day, of_state=valuation.state_funded
        ),
        last_year=years_left(valuation.base_day, valuation.protected_until),
    )
    kept, _new = Worksheet.objects.update_or_create(
        appraisal=appraisal, method=sheet.method,
        defaults={"weight": weight, "sheet": sheet.to_json(), "value": work(sheet).value,
                  "kept_at": clock.now()},
    )  # fmt: skip
    record_in(
        valuation, "worksheet_kept", by=by, seat=appraisal.seat, method=sheet.method
    )
    return kept


@transaction.atomic
def drop_worksheet(*, appraisal: Appraisal, method: Method, by: Person | None) -> None:
    """Take a worksheet out of an opinion that is not signed."""
    appraisal = _open(appraisal, by)
    if not appraisal.worksheets.filter(method=method).delete()[0]:
        raise RuleBroken(N_("There is no such worksheet; reload the page."))
    record_in(
        appraisal.valuation,
        "worksheet_dropped",
        by=by,
        seat=appraisal.seat,
        method=method,
    )


@transaction.atomic
def sign(*, appraisal: Appraisal, amount: int | None = None, reasoning: str, by: Person | None) -> Valuation:  # fmt: skip
    """Sign an opinion, which nothing changes afterwards; the last one may end the valuation.

    Without an `amount` (đồng) it is the weighted mean of the worksheets. Two opinions that
    lie further apart than the dated limit wait for somebody to settle what explains it.
    """
    appraisal = _open(appraisal, by)
    sheets = list(appraisal.worksheets.all())
    if not sheets:
        raise RuleBroken(N_("An opinion needs a worksheet."))
    mean = weighted([(sheet.value, sheet.weight) for sheet in sheets])
    told = mean if amount is None else amount
    check_conclusion(told, [s.value for s in sheets if s.weight], reasoning)
    appraisal.amount, appraisal.reasoning = told, reasoning.strip()
    appraisal.signed_at = clock.now()
    appraisal.digest = _digest(appraisal, sheets)
    appraisal.save(update_fields=["amount", "reasoning", "signed_at", "digest"])
    valuation = appraisal.valuation
    opinions = list(valuation.appraisals.all())
    if all(each.signed_at for each in opinions):
        _end(valuation, [each.amount for each in opinions if each.amount is not None])
    record_in(
        valuation, "opinion_signed", by=by, seat=appraisal.seat, digest=appraisal.digest
    )
    return valuation


@transaction.atomic
def settle(
    *, valuation: Valuation, amount: int, why: str, by: Person | None
) -> Valuation:
    """Settle what two opinions left open, between them and with what explains it."""
    valuation = locked(valuation)
    require(keeps_the_list(by))
    require_state(valuation, State.DIFFERING)
    opinions = list(valuation.appraisals.select_related("appraiser"))
    if by is not None and any(each.appraiser.person_id == by.pk for each in opinions):
        raise RuleBroken(N_("Somebody other than the two appraisers settles it."))
    first, second = (each.amount for each in opinions)
    assert first is not None
    assert second is not None
    check_settled(amount, first, second, why)
    valuation.why = why.strip()
    _conclude(valuation, amount)
    record_in(valuation, "valuation_settled", by=by)
    return valuation


def _digest(appraisal: Appraisal, sheets: list[Worksheet]) -> str:
    """Return the SHA-256 of an opinion with all its worksheets: what its signature stands for."""
    told = {
        "appraisal": appraisal.ref,
        "amount": appraisal.amount,
        "reasoning": appraisal.reasoning,
        "worksheets": [[s.method, s.weight, s.value, s.sheet] for s in sorted(sheets, key=lambda s: s.method)],
    }  # fmt: skip
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _open(appraisal: Appraisal, by: Person | None) -> Appraisal:
    """Return an opinion that may be worked on, with its valuation locked."""
    valuation = locked(appraisal.valuation)
    appraisal = valuation.appraisals.select_related("appraiser__person").get(
        pk=appraisal.pk
    )
    appraisal.valuation = valuation
    require(may_value(by, appraisal))
    require_state(valuation, State.WORKING)
    if appraisal.signed_at is not None:
        raise RuleBroken(N_("The opinion is signed: nothing of it changes any more."))
    return appraisal


def _end(valuation: Valuation, amounts: list[int]) -> None:
    if len(amounts) > 1 and spread(*amounts) > spread_on(clock.today()):
        valuation.state = State.DIFFERING
        valuation.save(update_fields=["state"])
    else:
        _conclude(
            valuation,
            weighted(
                [(amounts[0], 100)]
                if len(amounts) == 1
                else [(each, 50) for each in amounts]
            ),
        )


def _conclude(valuation: Valuation, amount: int) -> None:
    valuation.amount, valuation.state = amount, State.CONCLUDED
    valuation.ended_at = clock.now()
    valuation.save(update_fields=["amount", "state", "why", "ended_at"])
