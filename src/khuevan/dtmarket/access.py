"""Who puts problems out, who answers, who judges, who decides on a trial."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role

from .models import SUPPLYING, WORKING, Answer, Problem


def may_put_out(person: Person | None, agency: Organisation) -> bool:
    """Put a body's problem out: who works there."""
    return person is None or person.authority.has_in(agency.pk, *WORKING)


def may_work_on(person: Person | None, problem: Problem) -> bool:
    """Score answers, measure, record audits and orders: people of the body."""
    return person is None or person.authority.has_in(problem.agency_id, *WORKING)


def may_decide(person: Person | None, problem: Problem) -> bool:
    """Make the short list, begin and end a trial, order: the head (Decree 224/2026, Article 39)."""
    return person is None or person.authority.has_in(problem.agency_id, Role.HEAD)


def may_answer(person: Person | None, supplier: Organisation) -> bool:
    """Answer for a supplier: who holds a post there."""
    return person is None or person.authority.has_in(supplier.pk, *SUPPLYING)


def may_score(person: Person | None, answer: Answer) -> bool:
    """Judge an answer: people of the body who have no part in the supplier."""
    return (
        person is not None
        and may_work_on(person, answer.problem)
        and not may_answer(person, answer.supplier)
    )
