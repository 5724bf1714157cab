"""The page for moving dossiers in flight, and interlinked dossiers by the clock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from khuevan.catalogue.public import published
from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.actions import interlinking
from khuevan.counter.models import Dossier, VersionMove
from khuevan.counter.queries.moving import plan_move
from khuevan.counter.rules.states import Business, Finance, Status
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.payments.public import orders_of, take_cash
from khuevan.platform import jobs
from khuevan.platform.errors import RuleBroken
from khuevan.platform.models import Job
from khuevan.process.public import Duty, from_steps, read_steps, to_bpmn

from .factories import (
    STEPS,
    definition,
    make_cast,
    make_dossier,
    name_duty,
    waiting,
    with_time,
)


LONGER = [*STEPS[:3], {"name": "Thẩm tra pháp lý", "duty": "handle", "hours": "4"}, *STEPS[3:]]  # fmt: skip
OTHER = [STEPS[0], {"name": "Gộp", "duty": "sign", "hours": "1"}]


def next_version(cast, rows, renamed=False):
    xml = to_bpmn(from_steps("p", "Quy trình", read_steps(rows)))
    xml = xml.replace('"s2"', '"one"') if renamed else xml
    return publish(replace(published(cast.procedure).definition, process=xml))


@pytest.fixture
def in_flight(cast):
    return [make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(3)]


@pytest.fixture
def officer(client):
    person = make_person(Role.PROCEDURE_OFFICER)
    client.force_login(person)
    return person


def test_the_page_shows_the_plan_and_the_job_carries_it_out_and_back(
    cast, in_flight, officer, client, django_assert_max_num_queries
):
    next_version(cast, LONGER)
    address = reverse("counter-moving", args=[cast.procedure])
    with django_assert_max_num_queries(20):
        page = client.get(address).text
    assert "Thẩm tra pháp lý" in page
    assert "Thẩm định → Thẩm định" in page
    assert "Thẩm định → Thẩm tra pháp lý → Kiểm tra" in page
    client.post(address, {"from": "1", "to": "2"})
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result["moved"] == 3
    move = VersionMove.objects.get()
    shown = client.get(reverse("counter-move", args=[move.pk])).text
    assert in_flight[0].code in shown
    client.post(reverse("counter-move-undo", args=[move.pk]))
    jobs.run(Job.objects.exclude(pk=job.pk).get().pk)
    versions = set(Dossier.objects.values_list("version", flat=True))
    assert versions == {move.source}


def test_dossiers_keep_their_step_though_its_place_in_the_table_changed(cast, officer):
    signing = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.finish_step(step=waiting(signing, Duty.HANDLE), by=cast.officer)
    old = published(cast.procedure)
    new = next_version(cast, LONGER)
    [stand] = plan_move(old.id, new.id).stands
    assert (stand.name, dict(stand.choices)[stand.target]) == ("Kiểm tra", "Kiểm tra")
    changes = plan_move(old.id, new.id).changes
    assert [n.name for n in changes.added] == ["Thẩm tra pháp lý"]
    assert (changes.removed, changes.changed) == ((), ())


def test_a_step_without_a_counterpart_must_be_chosen(cast, in_flight, officer, client):
    next_version(cast, OTHER, renamed=True)
    address = reverse("counter-moving", args=[cast.procedure])
    refused = client.post(address, {"from": "1", "to": "2"})
    assert refused.status_code == 422
    again = client.post(address, {"from": "1", "to": "2", "to:s3": "one", "look": "1"})
    assert again.status_code == 200
    assert "Thẩm định → Gộp" in again.text
    assert not Job.objects.exists()
    client.post(address, {"from": "1", "to": "2", "to:s3": "one"})
    jobs.run(Job.objects.get().pk)
    assert in_flight[0].work.waiting().get().name == "Gộp"


def test_a_dossier_that_cannot_go_over_is_named_before_and_after(cast, in_flight, officer, client):  # fmt: skip
    old = published(cast.procedure).definition
    rows = [*STEPS[:3], {"name": "Kiểm tra vốn", "duty": "check", "hours": "4", "when": "answers.lao_dong > 5"}, *STEPS[3:]]  # fmt: skip
    case = replace(old.tests[0], answers=old.tests[0].answers | {"lao_dong": 9})
    xml = to_bpmn(from_steps("p", "Quy trình", read_steps(rows)))
    publish(replace(old, process=xml, tests=(case,)))
    address = reverse("counter-moving", args=[cast.procedure])
    assert "3 hồ sơ ở lại theo phiên bản cũ" in client.get(address).text
    client.post(address, {"from": "1", "to": "2"})
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.result["moved"], job.result["stayed"]) == (0, 3)
    shown = client.get(reverse("counter-move", args=[VersionMove.objects.get().pk])).text  # fmt: skip
    assert shown.count("answers.lao_dong") == 3


def test_only_procedure_officers_come_here(cast, client):
    client.force_login(cast.head)
    page = client.get(reverse("counter-moving", args=[cast.procedure]))
    assert page.status_code == 403


def test_the_watch_opens_children_and_lets_the_parent_go_on(db):
    publish(definition(code="9.990002"))
    steps = [*STEPS[:2], {"name": "Đăng ký thường trú", "procedure": "9.990002"}, *STEPS[2:]]  # fmt: skip
    cast = make_cast(with_time(steps))
    parent = make_dossier(Business.IN_PROCESS, cast=cast)
    assert interlinking.open_called() == 1
    assert interlinking.open_called() == 0
    [child] = parent.children.all()
    assert child.agency == cast.commune
    assert interlinking.close_ended() == 0
    actions.refuse_dossier(dossier=child, reason="Đã có", by=cast.receiver)
    assert interlinking.close_ended() == 1
    assert interlinking.close_ended() == 0
    assert waiting(parent, Duty.HANDLE)


def test_a_child_that_asks_for_more_than_the_parent_said_does_not_stop_the_watch(db):
    form = definition().form
    asks = form | {"properties": form["properties"] | {"la": {"type": "string", "title": "Lạ"}},
                   "required": [*form["required"], "la"],
                   "x-pages": [*form["x-pages"], {"title": "Lạ", "fields": ["la"]}]}  # fmt: skip
    strict = definition(code="9.990003", form=asks)
    case = replace(strict.tests[0], answers=strict.tests[0].answers | {"la": "x"})
    publish(replace(strict, tests=(case,)))
    steps = [*STEPS[:2], {"name": "Con", "procedure": "9.990003"}, *STEPS[2:]]
    parent = make_dossier(Business.IN_PROCESS, cast=make_cast(with_time(steps)))
    assert interlinking.open_called() == 0
    assert not parent.children.exists()


def test_a_process_asks_for_money_and_goes_on_when_it_came(db):
    steps = [*STEPS[:3],
             {"name": "Thông báo nghĩa vụ", "service": "finance"},
             {"name": "Chờ nộp tiền", "service": "wait:payment"}, *STEPS[3:]]  # fmt: skip
    cast = make_cast(definition(steps=steps))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    with pytest.raises(RuleBroken, match="Notify the financial duty first"):
        actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.intervals.count()) == (Status.IN_PROCESS, 0)
    name_duty(dossier, cast, waiting=False)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    dossier.refresh_from_db()
    assert dossier.status == Status.FINANCE
    assert dossier.intervals.filter(ends_at=None).count() == 1
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=cast.receiver)
    dossier.refresh_from_db()
    assert dossier.status == Status.IN_PROCESS
    assert waiting(dossier, Duty.CHECK)
    kinds = [f.kind for f in facts_about(dossier.ref)]
    assert kinds.count("counter.finance_asked") == 1


def test_a_duty_the_law_frees_from_holds_no_process_up(db):
    steps = [*STEPS[:3],
             {"name": "Thông báo nghĩa vụ", "service": "finance"},
             {"name": "Chờ nộp tiền", "service": "wait:payment"}, *STEPS[3:]]  # fmt: skip
    cast = make_cast(definition(steps=steps))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    dossier = actions.ask_finance(
        dossier=dossier, what="Miễn tiền sử dụng đất, Điều 157 Luật Đất đai", amount=0,
        due_on=None, by=cast.officer,
    )  # fmt: skip
    assert dossier.finance == Finance.EXEMPT
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    dossier.refresh_from_db()
    assert (dossier.status, orders_of(dossier.ref)) == (Status.IN_PROCESS, ())
    assert waiting(dossier, Duty.CHECK)
    assert not dossier.intervals.exists()
