"""What a dossier costs: the procedure's own table, then the city's dated reliefs.

Amounts are whole đồng. The table answers who pays what by itself; reliefs only ever
lower what the applicant pays, and the best one for the applicant is taken
(Resolution 66.22/2026/NQ-CP: other more favourable rates stay).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from khuevan.platform.errors import N_, Problem, RuleBroken

from .definition import ONLINE, Channel, Definition, Fee, FeeKind, Subject
from .tables import check_table, evaluate_table


MOST = 100_000_000_000
"""No fee of a procedure reaches this; a table that says so is wrong."""


class Payer(StrEnum):
    """Who pays a fee."""

    APPLICANT = "applicant"
    CITY_BUDGET = "city_budget"


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One fee of one dossier: amount in đồng, who pays, and why, for the person to read."""

    code: str
    name: str
    amount: int
    payer: Payer
    reason: str


@dataclass(frozen=True, slots=True)
class Relief:
    """A dated rule by which a fee is lowered or paid by the city.

    Empty `set_by`, `kinds` or `procedures` mean any. `percent` is how much of the
    amount is lifted from the applicant, None where the document's figure is not known:
    such a rule changes nothing and stays visible. With `city_pays` the lifted part is
    paid by the city's budget, else it is not collected at all.
    """

    code: str
    set_by: frozenset[str]
    kinds: frozenset[FeeKind]
    procedures: frozenset[str]
    online_only: bool
    digital_citizen: bool
    percent: int | None
    city_pays: bool
    valid_from: date
    valid_to: date | None
    document: str
    article: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filing:
    """What a fee depends on: the answers, how, by whom and when a dossier is filed."""

    answers: Mapping[str, Any]
    channel: Channel
    subject: Subject
    on: date
    digital_citizen: bool = False

    def context(self) -> dict[str, Any]:
        """Return the inputs of a fee table."""
        return {
            "answers": dict(self.answers),
            "channel": self.channel.value,
            "subject": self.subject.value,
            "day": self.on.isoformat(),
            "digital_citizen": self.digital_citizen,
        }


def fee_lines(
    definition: Definition, filing: Filing, reliefs: Sequence[Relief]
) -> tuple[FeeLine, ...]:
    """Return what each fee of a procedure comes to for one filing.

    Raises RuleBroken with a sentence where a table cannot be computed.
    """
    return tuple(
        _relieved(_base(fee, filing), fee, definition.code, filing, reliefs)
        for fee in definition.fees
    )


def check_fees(
    definition: Definition, on: date, reliefs: Sequence[Relief]
) -> list[Problem]:
    """Return what is wrong with the fee tables; each is run on the author's cases too."""
    problems: list[Problem] = []
    for number, fee in enumerate(definition.fees):
        where = f"fees[{number}]"
        if fee.table is None and fee.amount is None:
            problems.append(Problem(where, N_("The fee has neither an amount nor a table.")))  # fmt: skip
        elif fee.table is None:
            problems += _check_amount(fee.amount, where)
        else:
            broken = check_table(fee.table, f"{where}.table")
            problems += broken or _check_runs(definition, fee, on, f"{where}.table")
    return problems


def applying(
    fee: Fee, code: str, filing: Filing, reliefs: Iterable[Relief]
) -> tuple[Relief, ...]:
    """Return the reliefs that lower a fee for one filing, the best for the person first."""
    fitting = [r for r in reliefs if _fits(r, fee, code, filing)]
    return tuple(sorted(fitting, key=lambda r: (-(r.percent or 0), r.city_pays)))


def _base(fee: Fee, filing: Filing) -> FeeLine:
    if fee.table is None:
        return FeeLine(fee.code, fee.name, fee.amount or 0, Payer.APPLICANT, "")
    answer = evaluate_table(fee.table, filing.context())
    amount = answer.get("amount") if isinstance(answer, Mapping) else None
    if _check_amount(amount, fee.code):
        raise RuleBroken(
            N_("The table of the fee “%(name)s” does not give an amount in đồng."),
            name=fee.name,
        )
    payer = Payer.CITY_BUDGET if answer.get("payer") == Payer.CITY_BUDGET else Payer.APPLICANT  # fmt: skip
    assert amount is not None
    return FeeLine(
        fee.code, fee.name, int(amount), payer, str(answer.get("reason") or "")
    )


def _relieved(
    base: FeeLine, fee: Fee, code: str, filing: Filing, reliefs: Sequence[Relief]
) -> FeeLine:
    if base.payer is Payer.CITY_BUDGET or not base.amount:
        return base
    for relief in applying(fee, code, filing, reliefs)[:1]:
        assert relief.percent is not None
        reason = f"{relief.reason} ({relief.document})"
        if relief.city_pays and relief.percent == 100:
            return FeeLine(base.code, base.name, base.amount, Payer.CITY_BUDGET, reason)
        left = base.amount * (100 - relief.percent) // 100
        return FeeLine(base.code, base.name, left, Payer.APPLICANT, reason)
    return base


def _fits(relief: Relief, fee: Fee, code: str, filing: Filing) -> bool:
    ends = relief.valid_to is not None and relief.valid_to < filing.on
    if relief.percent is None or filing.on < relief.valid_from or ends:
        return False
    if relief.online_only and filing.channel not in ONLINE:
        return False
    return (
        (not relief.set_by or fee.set_by in relief.set_by)
        and (not relief.kinds or fee.kind in relief.kinds)
        and (not relief.procedures or code in relief.procedures)
        and (filing.digital_citizen or not relief.digital_citizen)
    )


def _check_amount(amount: Any, where: str) -> list[Problem]:
    whole = isinstance(amount, int | float) and not isinstance(amount, bool)
    if whole and amount == int(amount) and 0 <= amount < MOST:
        return []
    return [Problem(where, N_("An amount is a whole number of đồng, zero or above."))]


def _check_runs(
    definition: Definition, fee: Fee, on: date, where: str
) -> list[Problem]:
    """Run a table as filing would: on every case, channel and kind of applicant."""
    answers = [case.answers for case in definition.tests] or [{}]
    channels = [offer.channel for offer in definition.channels] or [Channel.PORTAL]
    problems: dict[str, Problem] = {}
    for given in answers:
        for channel in channels:
            for subject in definition.subjects:
                try:
                    _base(fee, Filing(given, channel, subject, on))
                except RuleBroken as broken:
                    problem = Problem(where, broken.sentence, "", broken.params)
                    problems.setdefault(str(problem), problem)
    return list(problems.values())
