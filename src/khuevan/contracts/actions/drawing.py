"""Drawing up papers: contracts, what amends them, memoranda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from khuevan.contracts.access import may_draw_up
from khuevan.contracts.dated import caps_on, signing_days_on
from khuevan.contracts.documents.paper import contract_pdf
from khuevan.contracts.drafting import contract_text, memorandum_text, origin_of
from khuevan.contracts.facts import record_contract
from khuevan.contracts.models import Contract
from khuevan.contracts.queries.standing import view_of
from khuevan.contracts.rules.clauses import Paper, paper_of
from khuevan.contracts.rules.faults import faults
from khuevan.contracts.rules.intent import Intent, intent_faults
from khuevan.contracts.rules.states import LIVE, State
from khuevan.contracts.rules.terms import Terms, differences
from khuevan.contracts.values import ContractView, Origin, Sides
from khuevan.contracts.wording import Amended
from khuevan.directory.public import Person
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, InputRefused, RuleBroken
from khuevan.platform.signing import ready_to_sign
from khuevan.platform.text import fold

from .common import first_day_of, locked, require, wait_for_others


PLAIN = Origin()


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a paper is drawn up from."""

    paper: Paper
    subject: str
    sides: Sides
    terms: dict[str, Any]
    drawn: dict[str, Any]
    origin: Origin = PLAIN
    amends: Contract | None = None


@transaction.atomic
def draw_up_contract(
    *,
    subject: str,
    terms: Terms,
    sides: Sides,
    origin: Origin = PLAIN,
    by: Person | None,
) -> ContractView:
    """Draw up the contract of a thing from complete terms, ready to be signed.

    Called again with the same terms it answers with the same contract. Raises InputRefused
    with every fault of the terms, RuleBroken where the thing has another contract.
    """  # fmt: skip
    require(may_draw_up(by, sides))
    _check(terms, sides, origin)
    wait_for_others(subject)
    held = Contract.objects.filter(subject=subject, amends=None, state__in=LIVE)
    found = held.exclude(paper=Paper.MEMORANDUM).first()
    if found is not None:
        if Terms.from_json(found.terms) == terms and _sides_of(found) == sides:
            return view_of(found)
        raise RuleBroken(
            N_("Contract %(number)s is about this already. Call it off or amend it."),
            number=found.number,
        )
    drawn = contract_text(terms, origin, clock.today())
    draft = _Draft(paper_of(terms), subject, sides, terms.to_json(), drawn, origin)
    return _draw(draft, by)


@transaction.atomic
def draw_up_amendment(
    *, contract: UUID, terms: Terms, by: Person | None
) -> ContractView:
    """Draw up a contract with new terms in place of one in force.

    It holds all terms, not only what changes, and owes what any contract owes. The one
    before ends on the day it takes effect; days and months stay counted from the day of
    the first. Raises InputRefused, RuleBroken.
    """
    former = locked(contract)
    sides = _sides_of(former)
    require(may_draw_up(by, sides))
    origin = origin_of(former)
    _check(terms, sides, origin)
    if former.state != State.IN_FORCE or former.paper == Paper.MEMORANDUM:
        raise RuleBroken(N_("Only a contract in force is amended."))
    if not differences(Terms.from_json(former.terms), terms):
        raise RuleBroken(N_("These are the terms that hold already."))
    found = former.amendments.filter(state__in=LIVE).first()
    if found is not None:
        if Terms.from_json(found.terms) == terms:
            return view_of(found)
        raise RuleBroken(
            N_("Amendment %(number)s is drawn up already. Sign it or call it off."),
            number=found.number,
        )
    amended = Amended(former.number, f"{first_day_of(former):%d/%m/%Y}")
    drawn = contract_text(terms, origin, clock.today(), amended=amended)
    paper, plain = paper_of(terms), terms.to_json()
    return _draw(_Draft(paper, former.subject, sides, plain, drawn, origin, former), by)


@transaction.atomic
def draw_up_memorandum(
    *, subject: str, intent: Intent, sides: Sides, by: Person | None
) -> ContractView:
    """Draw up a memorandum: it transfers nothing and binds to secrecy at most.

    Called again with the same intent it answers with the same memorandum.
    """
    require(may_draw_up(by, sides))
    _check_sides(sides)
    if found := intent_faults(intent):
        raise InputRefused(list(found))
    wait_for_others(subject)
    held = Contract.objects.filter(subject=subject, paper=Paper.MEMORANDUM, state__in=LIVE)  # fmt: skip
    same = held.filter(terms=intent.to_json(), giver=sides.giver, taker=sides.taker)
    if (memorandum := same.first()) is not None:
        return view_of(memorandum)
    drawn = memorandum_text(intent, clock.today())
    return _draw(_Draft(Paper.MEMORANDUM, subject, sides, intent.to_json(), drawn), by)


def _draw(draft: _Draft, by: Person | None) -> ContractView:
    now = clock.now()
    contract = Contract(
        number=_next_number(draft.paper, now.astimezone(clock.HANOI).year),
        paper=draft.paper,
        subject=draft.subject,
        amends=draft.amends,
        giver=draft.sides.giver,
        taker=draft.sides.taker,
        terms=draft.terms,
        drawn=draft.drawn,
        state_funded=draft.origin.state_funded,
        result_certificate=draft.origin.result_certificate,
        restriction=draft.origin.restriction,
        drawn_up_at=now,
        drawn_up_by=by,
        due_on=clock.today() + timedelta(days=signing_days_on(clock.today())),
    )
    named = f"{contract.number} {contract.title} {contract.giver} {contract.taker}"
    contract.folded = fold(named)[:900]
    contract.file = files.keep(
        ready_to_sign(contract_pdf(contract)), f"{contract.number}.pdf"
    )
    contract.save()
    amends = draft.amends and draft.amends.ref
    record_contract(
        "contract_drawn_up", contract, by=by, amends=amends,
        sha256=contract.file.sha256, due_on=contract.due_on,
    )  # fmt: skip
    return view_of(contract)


def _check(terms: Terms, sides: Sides, origin: Origin) -> None:
    _check_sides(sides)
    caps = caps_on(clock.today(), state_funded=origin.state_funded)
    if found := faults(terms, caps):
        raise InputRefused(list(found))


def _check_sides(sides: Sides) -> None:
    if sides.giver == sides.taker:
        raise RuleBroken(N_("Nobody makes a contract with themselves: name two sides."))


def _sides_of(contract: Contract) -> Sides:
    return Sides(contract.giver, contract.taker)


def _next_number(paper: Paper, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('contracts_contract_number')")
        [number] = cursor.fetchone()
    kind = "BGN" if paper is Paper.MEMORANDUM else "HDCG"
    return f"{kind}-{year}-{number:05d}"
