"""What the actions do, and what they refuse without changing anything."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from khuevan.directory.actions.mandates import give_mandate
from khuevan.directory.public import Person, Role, Scope
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.steering import actions
from khuevan.steering.models import Difficulty, Extension, Request, Task
from khuevan.steering.rules import Basis, Proof, State, Visibility

from .factories import DOCUMENT, make_clause, make_task, order


pytestmark = pytest.mark.django_db


def kinds(task):
    return [fact.kind.removeprefix("steering.") for fact in facts_about(task.ref)]


def unchanged(task):
    """Say that a refused action left the task and the journal as they were."""
    before = Task.objects.values().get(pk=task.pk)
    facts = kinds(task)

    def check():
        assert Task.objects.values().get(pk=task.pk) == before
        assert kinds(task) == facts

    return check


# ---------------------------------------------------------------- assigning


def test_an_order_becomes_a_task_with_its_fact(cast):
    task = make_task(cast=cast)
    assert task.original_due_on == task.due_on
    assert task.holder == cast.lead
    [fact] = facts_about(task.ref)
    assert fact.kind == "steering.task_assigned"
    assert fact.figures["standing"]["state"] == "open"
    assert fact.actor == cast.office.ref


def test_an_order_entered_late_counts_from_its_own_day(cast):
    day = clock.today() - timedelta(days=40)
    task = make_task(cast=cast, assigned_on=day)
    [fact] = facts_about(task.ref)
    assert clock.local_day(fact.occurred_at) == day


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"output": "  "}, "output"),
        ({"authority": ""}, "authority"),
        ({"due_provenance": ""}, "due_provenance"),
        ({"code": "hai chữ"}, "code"),
        ({"proof": Proof.INDICATOR}, "indicator"),
    ],
)
def test_an_unclear_order_is_refused_whole(cast, changes, field):
    clause = make_clause(cast)
    with pytest.raises(RuleBroken) as refused:
        actions.assign_task(order=order(cast, **changes), clause=clause, by=cast.office)
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_only_the_committee_gives_tasks(cast):
    clause = make_clause(cast)
    for person in (cast.head, cast.official, cast.inspector, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.assign_task(order=order(cast), clause=clause, by=person)
    assert not Task.objects.exists()


def test_a_code_is_used_once(cast):
    task = make_task(cast=cast)
    with pytest.raises(RuleBroken, match="is there already"):
        make_task(cast=cast, code=task.code.lower())
    assert Task.objects.count() == 1


def test_a_head_cuts_parts_inside_the_dates_of_the_whole(cast):
    whole = make_task(cast=cast)
    part = order(cast, lead=OrganisationFactory.create(), due_on=whole.due_on)
    made = actions.assign_task(
        order=part, clause=whole.clause, parent=whole, by=cast.head
    )
    assert made.parent == whole
    late = order(cast, due_on=whole.due_on + timedelta(days=1))
    with pytest.raises(RuleBroken, match="due date of the whole"):
        actions.assign_task(order=late, clause=whole.clause, parent=whole, by=cast.head)
    assert whole.parts.count() == 1


def test_a_whole_waits_for_its_parts(cast):
    whole = make_task(cast=cast)
    make_task(cast=cast, clause=whole.clause, parent=whole, due_on=whole.due_on)
    check = unchanged(whole)
    with pytest.raises(RuleBroken, match="still open"):
        actions.claim_done(task=whole, evidence=[DOCUMENT], by=cast.head)
    check()


def test_coordinating_units_have_their_own_dates(cast):
    helper = OrganisationFactory.create()
    due = clock.today() + timedelta(days=10)
    task = make_task(cast=cast, helpers=(actions.Helper(helper, "Cấp dữ liệu", due),))
    assert task.coordinations.get().due_on == due
    person = make_person(Role.OFFICIAL, helper)
    actions.finish_part(task=task, organisation=helper, by=person)
    assert task.coordinations.get().done_on == clock.today()
    with pytest.raises(RuleBroken, match="no open part"):
        actions.finish_part(task=task, organisation=helper, by=person)


# ---------------------------------------------------- claims and verification


def test_a_claim_goes_to_the_second_unit(cast):
    task = make_task(State.CLAIMED, cast=cast)
    assert (task.state, task.holder) == (State.CLAIMED, cast.verifier)
    assert task.evidence.get().document_number == "12/QĐ"
    assert kinds(task)[-1] == "task_claimed"


def test_a_verified_claim_is_accepted_on_that_day(cast):
    task = make_task(State.ACCEPTED, cast=cast)
    assert task.accepted_on == clock.today()
    assert task.basis == Basis.VERIFIED
    assert kinds(task) == ["task_assigned", "task_claimed", "claim_verified"]


def test_the_leading_unit_cannot_verify_itself(cast):
    task = make_task(State.CLAIMED, cast=cast)
    check = unchanged(task)
    both = make_person(Role.OFFICIAL, cast.verifier)
    both.appointments.create(organisation=cast.lead, role=Role.OFFICIAL, title="x")
    for person in (cast.head, cast.official, cast.office, cast.stranger, both):
        with pytest.raises(PermissionDenied):
            actions.verify_claim(task=task, by=person)
    check()


def test_a_rejected_claim_opens_the_task_with_a_reason(cast):
    task = make_task(State.CLAIMED, cast=cast)
    check = unchanged(task)
    with pytest.raises(RuleBroken, match="ten characters"):
        actions.reject_claim(task=task, reason="thiếu", by=cast.checker)
    check()
    task = actions.reject_claim(
        task=task, reason="Thiếu danh sách kèm theo", by=cast.checker
    )
    assert (task.state, task.holder, task.claimed_on) == (State.OPEN, cast.lead, None)
    assert kinds(task)[-1] == "claim_rejected"


def test_a_second_claim_is_a_second_round(cast):
    task = make_task(State.CLAIMED, cast=cast)
    actions.reject_claim(task=task, reason="Thiếu danh sách kèm theo", by=cast.checker)
    actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)
    assert list(task.evidence.values_list("round", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    "piece",
    [
        actions.Shown(proof=Proof.DOCUMENT, note="x"),
        actions.Shown(proof=Proof.COUNT, note="x", count=None),
        actions.Shown(proof=Proof.PHOTO, note="x", place="Hà Nội"),
        actions.Shown(proof=Proof.REPORT, note="ngắn"),
        actions.Shown(proof=Proof.INDICATOR, note="x"),
    ],
    ids=lambda piece: piece.proof.value,
)
def test_evidence_shows_what_its_kind_asks(cast, piece):
    changes = {"indicator": "steering.done"} if piece.proof is Proof.INDICATOR else {}
    task = make_task(cast=cast, proof=piece.proof, **changes)
    check = unchanged(task)
    with pytest.raises(RuleBroken) as refused:
        actions.claim_done(task=task, evidence=[piece], by=cast.head)
    assert refused.value.field == "evidence"
    assert not task.evidence.exists()
    check()


def test_other_evidence_than_promised_is_refused(cast):
    task = make_task(cast=cast, proof=Proof.COUNT)
    with pytest.raises(RuleBroken, match="proved by"):
        actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)
    with pytest.raises(RuleBroken, match="at least one piece"):
        actions.claim_done(task=task, evidence=[], by=cast.head)
    assert not task.evidence.exists()


def test_a_failed_second_look_opens_the_task(cast):
    task = make_task(State.ACCEPTED, cast=cast)
    task = actions.reaudit(
        task=task, passed=False, reason="Số liệu không khớp", by=cast.office
    )
    assert (task.state, task.basis, task.accepted_on) == (State.OPEN, "", None)
    assert kinds(task)[-1] == "reaudit_failed"


def test_a_second_look_verifies_what_was_only_reported(cast):
    task = make_task(cast=cast)
    task = actions.accept_by_report(
        task=task, accepted_on=clock.today(), by=cast.office
    )
    assert task.basis == Basis.REPORT
    task = actions.reaudit(task=task, passed=True, by=cast.office)
    assert task.basis == Basis.VERIFIED


# ------------------------------------------------------------- due dates


def test_a_date_moves_only_by_a_decision(cast):
    task = make_task(cast=cast)
    first = task.due_on
    asked = actions.ask_extension(
        task=task,
        new_due_on=first + timedelta(days=9),
        reason="Chờ văn bản hướng dẫn",
        by=cast.head,
    )
    task.refresh_from_db()
    assert task.due_on == first
    actions.decide_extension(extension=asked, granted=True, by=cast.leader)
    task.refresh_from_db()
    assert task.due_on == first + timedelta(days=9)
    assert task.original_due_on == first
    assert kinds(task)[-2:] == ["extension_asked", "extension_granted"]


def test_more_time_is_refused_with_a_reason(cast):
    task = make_task(cast=cast)
    asked = actions.ask_extension(
        task=task,
        new_due_on=task.due_on + timedelta(days=9),
        reason="Chờ văn bản hướng dẫn",
        by=cast.head,
    )
    with pytest.raises(RuleBroken, match="why more time is refused"):
        actions.decide_extension(extension=asked, granted=False, by=cast.office)
    with pytest.raises(PermissionDenied):
        actions.decide_extension(extension=asked, granted=True, by=cast.head)
    assert Extension.objects.get().granted is None
    actions.decide_extension(
        extension=asked, granted=False, note="Giữ hạn", by=cast.office
    )
    with pytest.raises(RuleBroken, match="decided already"):
        actions.decide_extension(extension=asked, granted=True, by=cast.office)
    task.refresh_from_db()
    assert task.due_on == task.original_due_on


@pytest.mark.parametrize("days", [0, -1])
def test_an_extension_moves_the_date_later(cast, days):
    task = make_task(cast=cast)
    check = unchanged(task)
    with pytest.raises(RuleBroken) as refused:
        actions.ask_extension(
            task=task,
            new_due_on=task.due_on + timedelta(days=days),
            reason="Chờ văn bản hướng dẫn",
            by=cast.head,
        )
    assert refused.value.field == "new_due_on"
    check()


# ------------------------------------------------------------- reporting


def report(task, by, **changes):
    fields = {
        "progress": 40,
        "figures": {"dịch vụ đã kết nối": 2},
        "explanation": "Đã kết nối hai trong bốn dịch vụ",
        "next_step": "Ký hợp đồng chia sẻ",
    }
    return actions.submit_report(task=task, **(fields | changes), by=by)


def test_a_report_moves_progress_and_next_step(cast):
    task = make_task(cast=cast)
    report(task, cast.official)
    task.refresh_from_db()
    assert (task.progress, task.next_step) == (40, "Ký hợp đồng chia sẻ")
    assert task.reported_on == clock.today()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"figures": {}}, "figures"),
        ({"progress": 101}, "progress"),
        ({"explanation": "tốt"}, "explanation"),
    ],
)
def test_a_report_that_only_tells_is_refused(cast, changes, field):
    task = make_task(cast=cast)
    check = unchanged(task)
    with pytest.raises(RuleBroken) as refused:
        report(task, cast.official, **changes)
    assert refused.value.field == field
    assert not task.reports.exists()
    check()


def make_period(cast, due_in):
    return actions.open_reporting_period(
        name=f"Kỳ {due_in}",
        starts_on=clock.today() - timedelta(days=5),
        ends_on=clock.today() + timedelta(days=5),
        due_at=clock.now() + timedelta(hours=due_in),
        by=cast.office,
    )


def test_a_late_report_says_so_in_the_journal(cast):
    task = make_task(cast=cast)
    report(task, cast.official, period=make_period(cast, -1))
    assert kinds(task)[-1] == "report_came_late"


def test_closing_a_round_names_who_is_missing(cast):
    sent, missing = make_task(cast=cast), make_task(cast=cast)
    period = make_period(cast, -1)
    report(sent, cast.official, period=period)
    found = actions.close_reporting_period(period=period, by=cast.office)
    assert [task.code for task in found] == [missing.code]
    assert kinds(missing)[-1] == "report_missed"
    with pytest.raises(RuleBroken, match="closed already"):
        actions.close_reporting_period(period=period, by=cast.office)


def test_a_round_is_not_closed_before_it_is_due(cast):
    period = make_period(cast, 5)
    with pytest.raises(RuleBroken, match="before its reports are due"):
        actions.close_reporting_period(period=period, by=cast.office)
    period.refresh_from_db()
    assert period.closed_at is None


# ------------------------------------------------------------- hindrances


def test_a_difficulty_goes_to_who_can_clear_it(cast):
    task = make_task(cast=cast)
    body = OrganisationFactory.create()
    difficulty = actions.raise_difficulty(
        task=task,
        kind="data",
        text="Chưa có tiêu chuẩn dữ liệu",
        routed_to=body,
        by=cast.head,
    )
    assert difficulty.due_at > clock.now()
    with pytest.raises(PermissionDenied):
        actions.resolve_difficulty(
            difficulty=difficulty, answer="Đã ban hành hướng dẫn", by=cast.stranger
        )
    solver = make_person(Role.HEAD, body)
    actions.resolve_difficulty(
        difficulty=difficulty, answer="Đã ban hành hướng dẫn", by=solver
    )
    assert Difficulty.objects.get().resolved_by == solver


def test_a_unit_cannot_route_a_difficulty_to_itself(cast):
    task = make_task(cast=cast)
    with pytest.raises(RuleBroken) as refused:
        actions.raise_difficulty(
            task=task,
            kind="data",
            text="Chưa có tiêu chuẩn dữ liệu",
            routed_to=cast.lead,
            by=cast.head,
        )
    assert refused.value.field == "routed_to"
    assert not Difficulty.objects.exists()


def test_a_request_puts_the_task_into_waiting(cast):
    task = make_task(cast=cast)
    other = OrganisationFactory.create()
    asked = actions.ask_agency(
        task=task, receiver=other, text="Đề nghị cho ý kiến", by=cast.official
    )
    task.refresh_from_db()
    assert (task.waiting, task.holder) == (True, other)
    them = make_person(Role.OFFICIAL, other)
    actions.answer_request(
        request=asked, receiver=cast.lead, text="Bổ sung thuyết minh", by=them
    )
    task.refresh_from_db()
    assert (task.waiting, task.holder) == (False, cast.lead)
    assert Request.objects.get().exchanges.count() == 2
    with pytest.raises(PermissionDenied):
        actions.close_request(request=asked, by=them)
    actions.close_request(request=asked, by=cast.official)
    with pytest.raises(RuleBroken, match="settled"):
        actions.close_request(request=asked, by=cast.official)


def test_a_unit_answers_its_own_entry_once(cast):
    task = make_task(cast=cast)
    period = make_period(cast, -1)
    actions.close_reporting_period(period=period, by=cast.office)
    number = facts_about(task.ref)[-1].number
    with pytest.raises(PermissionDenied):
        actions.answer_register_entry(
            number=number,
            organisation=cast.lead,
            text="Chúng tôi đã gửi",
            by=cast.official,
        )
    actions.answer_register_entry(
        number=number, organisation=cast.lead, text="Chúng tôi đã gửi", by=cast.head
    )
    with pytest.raises(RuleBroken, match="answered already"):
        actions.answer_register_entry(
            number=number, organisation=cast.lead, text="Chúng tôi đã gửi", by=cast.head
        )


def test_a_fact_of_another_unit_cannot_be_answered(cast):
    task = make_task(cast=cast)
    number = facts_about(task.ref)[-1].number
    with pytest.raises(RuleBroken, match="no such entry"):
        actions.answer_register_entry(
            number=number, organisation=cast.lead, text="Chúng tôi đã gửi", by=cast.head
        )


# ------------------------------------------------------------- stopping


def test_only_a_document_stops_a_task(cast):
    task = make_task(cast=cast)
    check = unchanged(task)
    with pytest.raises(RuleBroken, match="Name the document"):
        actions.suspend_task(task=task, decision=" ", by=cast.office)
    check()
    task = actions.suspend_task(task=task, decision="TB 12", by=cast.office)
    task = actions.resume_task(task=task, by=cast.office)
    assert (task.state, task.decision) == (State.OPEN, "")
    actions.cancel_task(task=task, decision="TB 13", by=cast.leader)
    with pytest.raises(RuleBroken):
        actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)


def test_the_lead_person_belongs_to_the_leading_unit(cast):
    task = make_task(cast=cast)
    with pytest.raises(RuleBroken, match="holds no post"):
        actions.name_lead_person(task=task, person=cast.stranger, by=cast.head)
    task = actions.name_lead_person(task=task, person=cast.official, by=cast.head)
    assert task.lead_person == cast.official


def test_an_inspector_changes_nothing(cast):
    task = make_task(State.CLAIMED, cast=cast)
    check = unchanged(task)
    by = cast.inspector
    for attempt in (
        lambda: actions.verify_claim(task=task, by=by),
        lambda: actions.reject_claim(task=task, reason="x" * 20, by=by),
        lambda: actions.cancel_task(task=task, decision="TB", by=by),
        lambda: actions.publish_task(task=task, visibility=Visibility.PUBLIC, by=by),
        lambda: report(task, by),
        lambda: actions.reaudit(task=task, passed=True, by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    check()


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": clock.today() - timedelta(days=400)},
        {"state": State.ACCEPTED},
        {"state": State.CANCELLED},
        {"progress": 101},
        {"output": ""},
    ],
    ids=str,
)
def test_the_database_keeps_the_promises(cast, wrong):
    task = make_task(cast=cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**wrong)


# ------------------------------------------------------------- meetings


def test_a_conclusion_becomes_a_task_on_the_spot(cast):
    red = make_task(cast=cast)
    meeting = actions.call_meeting(
        title="Họp giao ban",
        held_on=clock.today(),
        chaired_by=cast.leader,
        tasks=[red],
        by=cast.office,
    )
    item = meeting.items.get()
    task = actions.add_conclusion(
        meeting=meeting,
        words="Hoàn thành trong tháng này",
        group=red.clause.group,
        item=item,
        order=order(cast),
        by=cast.leader,
    )
    item.refresh_from_db()
    assert item.conclusion == "Hoàn thành trong tháng này"
    assert task.clause.source.meeting == meeting
    actions.close_meeting(meeting=meeting, number="99-TB/TU", by=cast.office)
    task.refresh_from_db()
    assert task.clause.source.number == "99-TB/TU"
    with pytest.raises(RuleBroken, match="closed"):
        actions.add_conclusion(
            meeting=meeting, words="Thêm một ý nữa", group=1, by=cast.leader
        )


def test_a_mandate_lets_a_delegate_act_and_says_for_whom(cast):
    delegate = make_person(Role.OFFICIAL, OrganisationFactory.create(parent=cast.lead))
    task = make_task(cast=cast)
    with pytest.raises(PermissionDenied):
        report(task, delegate)
    give_mandate(
        delegate=delegate,
        scope=Scope.STEERING,
        reason="Đi công tác",
        valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=5),
        by=cast.head,
    )
    report(task, Person.objects.get(pk=delegate.pk))
    fact = facts_about(task.ref)[-1]
    assert fact.actor == delegate.ref
    assert fact.figures["on_behalf_of"] == cast.head.ref
