"""What a listing still lacks before somebody reviews it, as sentences with a remedy.

Kept to what makes a listing usable: it says what it does, how much better than what, how
ready, whose it is and on which terms (the rules of the Enterprise Europe Network, in
our words).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from khuevan.platform.errors import N_

from .listings import REGISTERED, WITH_RIGHTS, IpStatus, Kind, Told


WHOLE = 10_000
"""All of a thing, in hundredths of a per cent."""
SHORTEST_TITLE, LONGEST_TITLE = 15, 150
SHORTEST_SUMMARY = 80
EVIDENCE_FROM = 4
"""The readiness level (TRL) from which a trial must have left something to show."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: the field, what, and how to mend it.

    `needed` is False for what only helps a listing to be found.
    """

    field: str
    what: str
    mend: str
    needed: bool = True


def gaps(told: Told, today: date) -> list[Gap]:
    """Return everything a listing lacks on a day, what is needed first."""
    found = [*_headline(told), *_money(told)]
    if told.kind is Kind.NEED:
        found += _need(told, today)
    else:
        found += _offer(told)
    if told.kind in WITH_RIGHTS:
        found += _rights(told, today)
    return sorted(found, key=lambda gap: not gap.needed)


def _headline(told: Told) -> Iterator[Gap]:
    if not SHORTEST_TITLE <= len(told.title_vi) <= LONGEST_TITLE:
        yield Gap("title_vi", N_("the title is too short or too long"),
                  N_("Say in 15 to 150 characters what it does, not only its name."))  # fmt: skip
    if len(told.summary_vi) < SHORTEST_SUMMARY:
        yield Gap("summary_vi", N_("the summary is too short"),
                  N_("Say in at least 80 characters what it is for and for whom."))  # fmt: skip
    if told.field is None:
        yield Gap("field", N_("the field is missing"), N_("Choose the nearest field."))
    if bool(told.title_en) != bool(told.summary_en):
        yield Gap("summary_en", N_("only half of it is in English"),
                  N_("Give title and summary in English, or neither."))  # fmt: skip
    if not told.title_en and not told.summary_en:
        yield Gap("title_en", N_("there is no English"),
                  N_("Partners abroad find what has a title and a summary in English."), needed=False)  # fmt: skip
    if not told.nace:
        yield Gap("nace", N_("no branch (NACE) is named"),
                  N_("Name the branches that would use it."), needed=False)  # fmt: skip


def _money(told: Told) -> Iterator[Gap]:
    low, high = told.price_from, told.price_to
    if low is not None and high is not None and low > high:
        yield Gap("price_to", N_("the upper price is below the lower one"),
                  N_("Exchange the two sums."))  # fmt: skip


def _offer(told: Told) -> Iterator[Gap]:
    if told.kind is Kind.EXPERT:
        return
    if not re.search(r"\d", told.advantage):
        yield Gap("advantage", N_("the advantage has no figure"),
                  N_("Say how much: “uses 0.3 kWh instead of 0.5 per cubic metre”."))  # fmt: skip
    if len(told.advantage_against.strip()) < 3:
        yield Gap("advantage_against", N_("it is not said better than what"),
                  N_("Name what people use today."))  # fmt: skip
    if told.territory is None:
        yield Gap("territory", N_("the territory is missing"),
                  N_("Say where it may be used."))  # fmt: skip


def _rights(told: Told, today: date) -> Iterator[Gap]:
    if told.stage is None:
        yield Gap("stage", N_("the stage of development is missing"), N_("Choose one."))
    if told.trl is None:
        yield Gap(
            "trl", N_("the readiness level (TRL) is missing"), N_("Choose 1 to 9.")
        )
    elif told.trl >= EVIDENCE_FROM and not told.trl_evidence.strip():
        yield Gap("trl_evidence", N_("nothing shows this readiness level"),
                  N_("Name the trial, where and when it was, and what it gave."))  # fmt: skip
    if told.state_funded is None:
        yield Gap("state_funded", N_("it is not said whether the State paid for it"),
                  N_("Answer yes or no: duties of registration depend on it."))  # fmt: skip
    if told.licence is None:
        yield Gap("licence", N_("the licence is missing"),
                  N_("Say what is given: ownership, or use alone or beside others."))  # fmt: skip
    yield from _protection(told, today)
    yield from _owners(told)


def _protection(told: Told, today: date) -> Iterator[Gap]:
    if told.ip_status is None:
        yield Gap(
            "ip_status", N_("it is not said how it is protected"), N_("Choose one.")
        )
    elif told.ip_status in REGISTERED and not told.ip_number.strip():
        yield Gap("ip_number", N_("the number of the application or patent is missing"),
                  N_("Copy it from the register."))  # fmt: skip
    if told.ip_status is IpStatus.GRANTED and told.ip_until is None:
        yield Gap("ip_until", N_("the last day of protection is missing"),
                  N_("Copy it from the certificate."))  # fmt: skip
    if told.ip_until is not None and told.ip_until < today:
        yield Gap("ip_until", N_("the protection is over"),
                  N_("List it as know-how, or correct the day."))  # fmt: skip
    if told.kind is Kind.IP_RIGHT and told.ip_status in {
        IpStatus.NONE,
        IpStatus.KNOW_HOW,
    }:
        yield Gap("ip_status", N_("an IP right needs a protection"),
                  N_("List it as a technology, or say how it is protected."))  # fmt: skip


def _owners(told: Told) -> Iterator[Gap]:
    if sum(owner.share for owner in told.owners) != WHOLE:
        yield Gap("owners", N_("the shares of the owners do not add up to the whole"),
                  N_("Name every owner with a share; one owner alone has 100 per cent."))  # fmt: skip


def _need(told: Told, today: date) -> Iterator[Gap]:
    if not re.search(r"\d", told.outcome):
        yield Gap("outcome", N_("the outcome cannot be measured"),
                  N_("Give the figure by which you will know that it is solved."))  # fmt: skip
    if not told.criteria.strip():
        yield Gap("criteria", N_("the criteria are missing"),
                  N_("Say by what you will choose among answers."))  # fmt: skip
    if not told.data_available.strip():
        yield Gap("data_available", N_("it is not said which data there are"),
                  N_("Name the data a supplier may work with, or write “none”."))  # fmt: skip
    if told.price_to is None:
        yield Gap("price_to", N_("the budget is missing"),
                  N_("Give the most you would spend; you decide who reads it."))  # fmt: skip
    if told.trl and told.trl_most and told.trl_most < told.trl:
        yield Gap("trl_most", N_("the most readiness is below the least"),
                  N_("Correct one of the two, or leave the most empty."))  # fmt: skip
    if told.trial_possible is None:
        yield Gap("trial_possible", N_("it is not said whether a trial is possible"),
                  N_("Answer yes or no."))  # fmt: skip
    if told.deadline is None or told.deadline <= today:
        yield Gap("deadline", N_("the deadline is missing or over"),
                  N_("Give a day to come by which you need answers."))  # fmt: skip
