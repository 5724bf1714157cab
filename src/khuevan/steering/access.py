"""Who may do what. One answer for pages, API and actions."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role
from khuevan.steering.capacity import acting

from .models import Difficulty, Request, Task


_WORKERS = (Role.HEAD, Role.OFFICIAL)


def may_steer(person: Person | None) -> bool:
    """Register sources, assign, decide extensions, suspend and cancel.

    None is the machine's operator at the command line.
    """
    return person is None or acting(person).has(Role.LEADER, Role.COMMITTEE_OFFICE)


def may_assign_part(person: Person | None, whole: Task) -> bool:
    """Cut a part from a task: the committee, or the head of the unit that leads it."""
    return (
        person is None
        or may_steer(person)
        or acting(person).has_in(whole.lead_id, Role.HEAD)
    )


def may_work_on(person: Person, task: Task) -> bool:
    """Report, claim, ask for time, raise difficulties: people of the leading unit.

    And its machines, within what their scopes open.
    """
    return acting(person).has_in(task.lead_id, *_WORKERS, Role.MACHINE)


def may_help_with(person: Person, task: Task) -> bool:
    """Say a coordinating unit's part is done: people of that unit, or of the lead."""
    units = {c.organisation_id for c in task.coordinations.all()} | {task.lead_id}
    return any(acting(person).has_in(unit, *_WORKERS) for unit in units)


def may_verify(person: Person, task: Task) -> bool:
    """Verify a claim: people of the second unit who do not belong to the first."""
    authority = acting(person)
    return authority.has_in(task.verifier_id, *_WORKERS) and not authority.has_in(
        task.lead_id, *_WORKERS
    )


def may_reaudit(person: Person, task: Task) -> bool:
    """Look again at an accepted task: the committee's office, if it did not lead it."""
    return acting(person).has(Role.COMMITTEE_OFFICE) and not may_work_on(person, task)


def may_resolve(person: Person, difficulty: Difficulty) -> bool:
    """Clear a difficulty: people of the body it was routed to, or the committee."""
    return (
        acting(person).has_in(difficulty.routed_to_id, *_WORKERS, Role.LEADER)
        or may_steer(person)
    )  # fmt: skip


def may_answer(person: Person, request: Request) -> bool:
    """Answer or hand on a request: people of the agency that holds it."""
    return acting(person).has_in(request.holder_id, *_WORKERS)


def may_read_register(person: Person) -> bool:
    """Read the whole register of discipline: inspection and the committee."""
    return acting(person).reads_everything


def may_answer_for(person: Person, organisation: Organisation) -> bool:
    """Answer an entry of the register: the head of the unit it names."""
    return acting(person).has_in(organisation.pk, Role.HEAD)


def may_see_unit(person: Person, organisation_id: object) -> bool:
    """Look at a unit's board: its own people, and those who read everything."""
    authority = acting(person)
    return authority.reads_everything or organisation_id in authority.organisations


def may_read_report(person: Person) -> bool:
    """Read the committee's report and notices: those who read everything."""
    return person.authority.reads_everything
