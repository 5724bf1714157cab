"""The demo city's procedures: published with all checks, and run from filing to the end."""

from __future__ import annotations

from datetime import date, time

import pytest

from demo.dossiers import EVENING, Living
from demo.laws import register_laws
from demo.people import WARD, settle
from demo.procedures import definitions
from demo.walking import Walker
from khuevan.catalogue.public import Channel, publish_definition
from khuevan.counter.actions import start_draft
from khuevan.counter.models import Dossier, StoredPaper
from khuevan.counter.public import Business, Status, Timeliness
from khuevan.counter.queries.inbox import waiting_for
from khuevan.directory.public import Person, Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import clock
from khuevan.process.public import Kind


FROM = date(2025, 7, 1)
CODES = {d.code: d for d in definitions()}


@pytest.fixture
def published_procedures(db):
    register_laws(make_person(Role.OPERATOR))
    with clock.telling(clock.at_local(FROM, time(7))):
        for one in CODES.values():
            publish_definition(definition=one, valid_from=FROM, by=None)


def test_every_procedure_of_the_demo_passes_every_check(published_procedures):
    assert len(CODES) >= 14


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_procedure_has_a_guide_and_three_cases_of_its_author(code):
    one = CODES[code]
    assert one.executable
    assert len(one.tests) >= 3
    assert all(case.fee is not None for case in one.tests)
    guide = one.guide
    assert guide.summary
    assert guide.who
    assert guide.bring
    assert guide.after
    assert guide.events
    assert guide.also


@pytest.fixture
def city(published_procedures):
    settle()
    return Walker()


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_dossier_runs_from_filing_to_the_returned_result(city, code):
    one = CODES[code]
    citizen = Person.objects.get(username="enterprise" if one.is_business else "citizen")  # fmt: skip
    agency = city.bodies[WARD] if one.agency == "commune" else city.bodies[one.agency]
    with clock.telling(clock.at_local(date(2025, 11, 3), time(9))):
        dossier = city.file(one, one.tests[0], citizen, agency)
        city.to_end(dossier)
    assert dossier.business == Business.DECIDED
    assert dossier.status == Status.RETURNED
    assert dossier.timeliness() is Timeliness.ON_TIME
    assert dossier.result.sealed_at
    assert not dossier.work.waiting().exists()


def test_birth_opens_its_children_and_ends_after_them(city):
    one = CODES["2.000986"]
    citizen = Person.objects.get(username="citizen")
    dossier = city.to_end(city.file(one, one.tests[0], citizen, city.bodies[WARD]))
    children = dossier.children.order_by("filed_at")
    assert [c.procedure for c in children] == ["1.004222", "9.900001"]
    assert {c.business for c in children} == {Business.DECIDED}
    assert children[1].application.answers["tre_ho_ten"] == "Trần Minh Khuê"


def test_the_clock_stands_from_the_tax_notice_until_the_money_came(city):
    one = CODES["1.013949"]
    citizen = Person.objects.get(username="citizen")
    with clock.telling(clock.at_local(date(2025, 11, 3), time(9))):
        dossier = city.file(one, one.tests[0], citizen, city.bodies[WARD])
        city.until(dossier, lambda step: step.kind == Kind.MESSAGE)
        before = dossier.due_at
    assert dossier.status == Status.FINANCE
    with clock.telling(clock.at_local(date(2025, 11, 10), time(9))):
        city.pay(dossier, city.bodies[WARD])
    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS
    assert dossier.work.waiting().get().name == "Trình ký quyết định"
    assert dossier.due_at > before


def test_a_certificate_of_the_store_is_not_asked_for_again(city):
    citizen = Person.objects.get(username="citizen")
    first, second = CODES["1.001612"], CODES["2.000720"]
    city.to_end(city.file(first, first.tests[0], citizen, city.bodies[WARD]))
    [stored] = StoredPaper.objects.filter(owner=citizen)
    assert stored.content == "household_business"
    filed = city.file(second, second.tests[0], citizen, city.bodies[WARD])
    assert filed.business == Business.FILED
    [used] = filed.papers.all()
    assert used.stored == stored
    assert used.supply == "already_in_store"


def test_half_of_what_a_household_business_declares_is_known_already(city):
    citizen = Person.objects.get(username="citizen")
    draft = start_draft(procedure="1.001612", channel=Channel.PORTAL, applicant=citizen, by=citizen)  # fmt: skip
    asked = CODES["1.001612"].form["properties"]
    assert len(draft.application.answers) >= 5
    assert len(draft.application.answers) / len(asked) >= 0.4


def test_the_story_of_dossiers_leaves_everybody_something_to_do(city):
    told = Living().tell()
    assert told == Dossier.objects.filter(parent=None).count()
    who = {p.username: p for p in Person.objects.exclude(username__startswith="h26")}
    with clock.telling(clock.at_local(date(2025, 11, 17), time(8))):
        waits = {name: list(waiting_for(person)) for name, person in who.items()}
        late = [s for s in waits["handler"] if s.dossier.timeliness() is Timeliness.OVERDUE]  # fmt: skip
    assert len([s for s in waits["reception"] if s.duty == "reception"]) > 50
    assert len([s for s in waits["signer"] if s.duty == "sign"]) >= 12
    assert waits["division"]
    assert waits["clerk"]
    assert len(late) >= 5
    citizen = who["citizen"]
    mine = Dossier.objects.filter(applicant=citizen)
    assert mine.filter(business=Business.SUPPLEMENT).count() == 1
    assert StoredPaper.objects.filter(owner=citizen, content="household_business").exists()  # fmt: skip
    assert Dossier.objects.filter(finance="waiting").count() == 1
    assert Dossier.objects.exclude(parent=None).count() == 1
    assert Dossier.objects.filter(work__kind="opinions").distinct().count() >= 4
    assert Dossier.objects.filter(filed_at__gt=EVENING).count() == 0
