"""Tasks in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.platform import clock
from khuevan.steering import actions
from khuevan.steering.models import Clause, Task
from khuevan.steering.rules import Group, Level, Proof, SourceKind, State


_numbers = count(1)


@dataclass
class Cast:
    """Everybody a task needs: who gives it, who does it, who checks it."""

    office: Person
    leader: Person
    inspector: Person
    lead: Organisation
    head: Person
    official: Person
    verifier: Organisation
    checker: Person
    stranger: Person


def make_cast() -> Cast:
    lead, verifier = OrganisationFactory.create(), OrganisationFactory.create()
    return Cast(
        office=make_person(Role.COMMITTEE_OFFICE),
        leader=make_person(Role.LEADER),
        inspector=make_person(Role.INSPECTOR),
        lead=lead,
        head=make_person(Role.HEAD, lead),
        official=make_person(Role.OFFICIAL, lead),
        verifier=verifier,
        checker=make_person(Role.OFFICIAL, verifier),
        stranger=make_person(Role.OFFICIAL),
    )


def make_clause(cast: Cast, level: Level = Level.CITY) -> Clause:
    number = f"KH-{next(_numbers)}"
    source = actions.register_source(
        kind=SourceKind.PLAN,
        number=number,
        title="Kế hoạch thử",
        issuer="Thành ủy",
        level=level,
        issued_on=date(2025, 1, 2),
        by=cast.office,
    )
    return actions.add_clause(
        source=source, number="1", text="Mở dữ liệu", group=Group.INFRASTRUCTURE,
        by=cast.office,
    )  # fmt: skip


def order(cast: Cast, **changes: object) -> actions.Order:
    today = clock.today()
    fields: dict[str, object] = {
        "code": f"T-{next(_numbers):04d}",
        "title": "Mở dữ liệu hộ tịch",
        "lead": cast.lead,
        "verifier": cast.verifier,
        "authority": "Ban Chỉ đạo 57",
        "output": "Dịch vụ dữ liệu trả lời được",
        "proof": Proof.DOCUMENT,
        "assigned_on": today,
        "due_on": today + timedelta(days=30),
        "due_provenance": "khoản 1",
    }
    return actions.Order(**(fields | changes))  # type: ignore[arg-type]


DOCUMENT = actions.Shown(
    proof=Proof.DOCUMENT, note="Quyết định đã ký", document_number="12/QĐ"
)


def make_task(
    state: State = State.OPEN,
    *,
    cast: Cast,
    clause: Clause | None = None,
    parent: Task | None = None,
    **changes: object,
) -> Task:
    task = actions.assign_task(
        order=order(cast, **changes),
        clause=clause or make_clause(cast),
        parent=parent,
        by=cast.office,
    )
    if state in {State.CLAIMED, State.ACCEPTED}:
        task = actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)
    if state is State.ACCEPTED:
        task = actions.verify_claim(task=task, by=cast.checker)
    if state is State.SUSPENDED:
        task = actions.suspend_task(task=task, decision="TB 1", by=cast.office)
    if state is State.CANCELLED:
        task = actions.cancel_task(task=task, decision="TB 1", by=cast.office)
    return task
