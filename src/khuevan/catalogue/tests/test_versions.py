"""Drafting, publishing, undoing; what is published stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from khuevan.catalogue import actions, budgets, publicity, queries
from khuevan.catalogue.executing import check_running
from khuevan.catalogue.models import Procedure, Version
from khuevan.catalogue.public import mark_used, publish_definition, published
from khuevan.catalogue.rules.codec import to_json
from khuevan.catalogue.rules.cost import Sheet, Task, Way
from khuevan.catalogue.rules.definition import (
    Component,
    Legal,
    Level,
    PartialReason,
    Result,
    Supply,
    TestCase,
)
from khuevan.catalogue.rules.states import ProcedureState, VersionState
from khuevan.catalogue.rules.tables import table_of
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.process.public import Duty, Step

from .factories import STEPS, make_definition, make_running, make_version


pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def places(refused):
    return [problem.where for problem in refused.value.problems]


def test_a_described_procedure_goes_from_draft_to_published(officer):
    definition = make_definition()
    version = actions.draft_version(definition=definition, by=officer)
    assert published(definition.code) is None
    assert actions.check_version(version=version, by=officer).sound
    actions.publish_version(version=version, valid_from=clock.today(), by=officer)
    found = published(definition.code)
    assert found is not None
    assert found.definition == definition
    kinds = [fact.kind for fact in facts_about(version.procedure.ref)]
    assert sorted(kinds) == [
        "catalogue.version_checked",
        "catalogue.version_drafted",
        "catalogue.version_published",
    ]


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.HEAD, Role.LEADER, Role.OPERATOR])
def test_only_procedure_officers_write(role):
    person = make_person(role)
    with pytest.raises(PermissionDenied):
        actions.draft_version(definition=make_definition(), by=person)
    assert not Procedure.objects.exists()


def test_a_new_procedure_needs_a_code_of_its_own(officer):
    version = make_version(by=officer)
    same = make_definition(code=version.procedure.code)
    with pytest.raises(RuleBroken):
        actions.draft_version(definition=same, by=officer)
    assert Version.objects.count() == 1


def test_the_next_version_ends_the_one_before(officer):
    first = make_version(by=officer)
    later = clock.today() + 10 * DAY
    changed = replace(
        make_definition(), code=first.procedure.code, title="Khai sinh mới"
    )
    second = make_version(definition=changed, valid_from=later, by=officer)
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (later - DAY, None)
    assert published(first.procedure.code).number == 1
    assert published(first.procedure.code, later).number == 2


def test_a_version_between_two_others_ends_before_the_later(officer):
    first = make_version(by=officer)
    code = first.procedure.code
    start = clock.today()
    for ahead in (20, 10):
        make_version(definition=make_definition(code=code), valid_from=start + ahead * DAY, by=officer)  # fmt: skip
    spans = Version.objects.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(spans) == [
        (start, start + 9 * DAY),
        (start + 10 * DAY, start + 19 * DAY),
        (start + 20 * DAY, None),
    ]


def test_two_versions_never_begin_on_the_same_day(officer):
    first = make_version(by=officer)
    again = actions.draft_version(
        definition=make_definition(code=first.procedure.code),
        procedure=first.procedure,
        by=officer,
    )
    with pytest.raises(RuleBroken):
        actions.publish_version(version=again, valid_from=clock.today(), by=officer)


def test_no_version_begins_in_the_past(officer):
    version = make_version(VersionState.DRAFT, by=officer)
    with pytest.raises(RuleBroken):
        actions.publish_version(version=version, valid_from=clock.today() - DAY, by=officer)  # fmt: skip
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_the_database_allows_one_published_version_a_day(officer):
    first = make_version(by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(
            procedure=first.procedure, number=2, definition={}, fingerprint="x",
            origin="city", state="published", valid_from=clock.today() + DAY,
            published_at=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"definition": {}}, {"number": 9}, {"valid_from": date(2020, 1, 1)}, {"state": "draft"}],
)  # fmt: skip
def test_what_is_published_never_changes(officer, change):
    version = make_version(by=officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).delete()


def test_a_publication_nobody_used_can_be_undone(officer):
    first = make_version(by=officer)
    later = clock.today() + 10 * DAY
    second = make_version(
        definition=make_definition(code=first.procedure.code), valid_from=later, by=officer
    )  # fmt: skip
    actions.withdraw_publication(version=second, by=officer)
    first.refresh_from_db()
    assert first.valid_to is None
    assert published(first.procedure.code, later).number == 1
    actions.withdraw_publication(version=first, by=officer)
    assert published(first.procedure.code) is None
    assert Procedure.objects.get().state == ProcedureState.WITHDRAWN


def test_a_used_version_cannot_be_undone(officer):
    version = make_version(by=officer)
    mark_used(version.pk)
    mark_used(version.pk)
    with pytest.raises(RuleBroken):
        actions.withdraw_publication(version=version, by=officer)
    version.refresh_from_db()
    assert version.state == VersionState.PUBLISHED
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(used_at=None)


def test_a_withdrawn_version_is_not_used(officer):
    version = make_version(VersionState.WITHDRAWN, by=officer)
    with pytest.raises(RuleBroken):
        mark_used(version.pk)
    with pytest.raises(RuleBroken):
        queries.version(version.pk)


def test_changing_a_checked_draft_makes_it_a_draft_again(officer):
    version = make_version(VersionState.CHECKED, by=officer)
    assert version.state == VersionState.CHECKED
    changed = make_definition(code=version.procedure.code, title="Tên khác")
    actions.change_draft(version=version, definition=changed, by=officer)
    version.refresh_from_db()
    assert (version.state, version.definition) == (VersionState.DRAFT, to_json(changed))
    assert Procedure.objects.get().title == "Tên khác"


def test_a_published_version_is_not_a_draft_to_change(officer):
    version = make_version(by=officer)
    with pytest.raises(RuleBroken):
        actions.change_draft(version=version, definition=make_definition(code=version.procedure.code), by=officer)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"steps": (), "process": ""}, "steps"),
        ({"components": ()}, "components"),
        ({"channels": ()}, "channels"),
        ({"agency": ""}, "agency"),
        ({"subjects": ()}, "subjects"),
        ({"sets": 0}, "sets"),
        ({"title": " "}, "title"),
        ({"legal": ()}, "legal"),
        ({"legal": (Legal("999/2025/NĐ-CP"),)}, "legal[0]"),
        ({"legal": (Legal("61/2018/NĐ-CP"),)}, "legal[0]"),
        ({"decision": ""}, "decision"),
        ({"level": Level.PART}, "partial_reason"),
    ],
)
def test_what_the_law_asks_for_must_be_there(officer, changes, place):
    version = make_version(
        VersionState.DRAFT, definition=replace(make_definition(), **changes), by=officer
    )
    with pytest.raises(InputRefused) as refused:
        actions.publish_version(version=version, valid_from=clock.today(), by=officer)
    assert place in places(refused)
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_a_partly_online_service_with_reason_and_basis_is_published(officer):
    definition = make_definition(
        level=Level.PART,
        partial_reason=PartialReason.PRESENCE,
        partial_basis=(Legal("60/2024/QH15"),),
    )
    definition = replace(definition, partial_basis=(Legal("118/2025/NĐ-CP", "14"),))
    assert make_version(definition=definition, by=officer).state == "published"


def test_publishing_refuses_what_a_database_holds(officer):
    identity = Component("c1", "Bản sao thẻ căn cước", content="identity")
    definition = make_definition(components=(identity,))
    before = date(2025, 11, 20)
    within = date(2026, 3, 2)
    with clock.telling(clock.end_of_day(before)):
        make_version(definition=definition, by=officer)
    with (
        clock.telling(clock.end_of_day(within)),
        pytest.raises(InputRefused) as refused,
    ):
        publish_definition(definition=make_definition(components=(identity,)), valid_from=within, by=officer)  # fmt: skip
    assert places(refused) == ["components[0]"]
    assert Procedure.objects.count() == 1


def test_publishing_refuses_what_the_store_holds(officer):
    paper = Component("c1", "Giấy phép đã cấp", result_of="1.000001")
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_definition(components=(paper,)), by=officer)
    assert places(refused) == ["components[0]"]


def test_publishing_refuses_the_result_of_another_published_procedure(officer):
    permit = Result("KQ.9", "Giấy chứng nhận đủ điều kiện kinh doanh", content="food_safety")  # fmt: skip
    by_content = Component("c1", "Chứng nhận an toàn thực phẩm", content="food_safety")
    by_name = Component("c1", "a) Giấy chứng nhận đủ điều kiện kinh doanh")
    for paper in (by_content, by_name):
        make_version(definition=make_definition(components=(paper,)), by=officer)
    issuer = make_version(definition=make_running(result=permit), by=officer)
    for paper in (by_content, by_name):
        with pytest.raises(InputRefused) as refused:
            make_version(definition=make_definition(components=(paper,)), by=officer)
        assert places(refused) == ["components[0]"]
        assert refused.value.problems[0].params["code"] == issuer.procedure.code
    # In the store it may stand, another paper too, and one's own result at a renewal.
    for paper in (replace(by_content, supply=Supply.STORE), replace(by_name, another="Bản của tỉnh khác, cấp trước 2020")):  # fmt: skip
        made = make_version(definition=make_definition(components=(paper,)), by=officer)
    assert queries.declare_once_rate(make_definition(components=(by_content,))).rate == 0  # fmt: skip
    make_version(
        definition=make_running(code=issuer.procedure.code, result=permit, components=(by_name,)),
        valid_from=clock.today() + DAY, by=officer,
    )  # fmt: skip
    assert made.state == "published"


def test_a_running_procedure_passes_its_authors_cases(officer):
    assert make_version(definition=make_running(), by=officer).state == "published"


def test_steps_fit_into_the_legal_limit_by_the_hours_offices_keep(officer, monkeypatch):
    running = make_running()  # six hours of steps, a limit of one working day
    assert check_running(running, clock.today()) == []
    monkeypatch.setattr(budgets, "hours_of_a_day", lambda on: 5.5)
    problems = check_running(running, clock.today())
    assert [p.where for p in problems] == ["channels[0].limit", "channels[1].limit"]
    assert problems[0].params == {"hours": "6", "limit": "5.5"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"handled_by_system": "somewhere"}, "handled_by_system"),
        ({"handled_by_system": "ministry: "}, "handled_by_system"),
        ({"handled_by_system": "ministry:VBDLIS"}, "handled_by_system"),
        ({"forms": ("Mẫu 01", "Mẫu 01")}, "forms[1]"),
        ({"components": (Component("c1", "Đơn", template="Mẫu 02"),)}, "components[0].template"),
    ],
)  # fmt: skip
def test_where_it_is_handled_and_its_forms_are_checked(officer, changes, place):
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_running(**changes), by=officer)
    assert places(refused) == [place]


def test_a_running_procedure_needs_its_form(officer):
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_running(form={}), by=officer)
    assert places(refused) == ["form"]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [({"fee": 9_000}, "tests[0].fee"), ({"due_days": 3}, "tests[0].due_days"), ({"due_unit": "day"}, "tests[0].due_days"), ({"path": ("x",)}, "tests[0].path"),
     ({"path": ()}, "tests[0].path"), ({"fee": None}, "tests[0].fee"), ({"fee": None, "due_days": None, "path": (), "because": "không rõ"}, "tests[0]")],
)  # fmt: skip
def test_a_case_that_comes_out_otherwise_stops_publishing(officer, wrong, place):
    running = make_running()
    case = replace(running.tests[0], **wrong)
    with pytest.raises(InputRefused) as refused:
        make_version(definition=replace(running, tests=(case,)), by=officer)
    assert places(refused) == [place]


def test_a_case_may_leave_a_part_open_where_it_says_why(officer):
    running = make_running()
    case = replace(running.tests[0], fee=None, because="Phí do hội đồng định từng lần")
    make_version(definition=replace(running, tests=(case,)), by=officer)


TWO = table_of(
    [
        ({"answers.copies": "> 9"}, {"amount": "3", "unit": "'working_day'"}),
        ({}, {"amount": "1", "unit": "'working_day'"}),
    ]
)
MANY = TestCase("nhiều", {"name": "An", "copies": 20}, ("s1", "s2", "s3", "s4"), 3, 8_000)  # fmt: skip


def with_check(hours, when="answers.copies > 9"):
    """Return a definition whose limit and whose fourth step depend on the answers."""
    steps = (*STEPS, Step("Xác minh", Duty.HANDLE, hours, when=when))
    plain = make_running(steps)
    few = replace(plain.tests[0], path=("s1", "s2", "s3"))
    return replace(plain, limit_table=TWO, tests=(few, MANY))


def test_every_branch_of_a_table_of_limits_holds_the_steps_it_opens(officer):
    make_version(
        definition=with_check(18), by=officer
    )  # 24 hours, only where 24 are left
    with pytest.raises(InputRefused) as refused:
        make_version(definition=with_check(19), by=officer)
    assert places(refused) == ["tests[1]"]
    late = with_check(18, when="supplements > 0 or answers.copies > 9")
    with pytest.raises(InputRefused) as refused:  # what may come counts as well
        make_version(definition=late, by=officer)
    assert places(refused) == ["tests[0]"]


def test_a_branch_of_limits_no_case_leads_to_stops_publishing(officer):
    one = with_check(18)
    with pytest.raises(InputRefused) as refused:
        make_version(definition=replace(one, tests=one.tests[:1]), by=officer)
    assert places(refused) == ["limit_table"]


def test_a_child_takes_its_own_time_out_of_the_parents_limit(officer):
    child = make_version(definition=make_running(code="9.100001"), by=officer)
    steps = (Step("Tiếp nhận", Duty.RECEPTION, 1), Step("Thường trú", procedure="9.100001"))  # fmt: skip
    make_version(definition=make_running(steps), by=officer)  # 1 + 6 of 8 hours
    long = (replace(steps[0], hours=3), steps[1])
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_running(long), by=officer)
    assert places(refused) == ["channels[0].limit", "channels[1].limit"]
    assert refused.value.problems[0].params["hours"] == "9"
    actions.withdraw_publication(version=child, by=officer)
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_running(steps), by=officer)
    assert places(refused) == ["process: s2"]


def test_a_process_that_is_no_bpmn_is_a_sentence(officer):
    for text in ("<xml", "nonsense", "<a/>"):
        with pytest.raises(InputRefused) as refused:
            make_version(definition=make_running(process=text), by=officer)
        assert all(place.startswith("process") for place in places(refused))


def test_cost_sheets_are_kept_by_version(officer):
    version = make_version(by=officer)
    assert queries.cost_of(version.pk) is None
    sheet = Sheet(40_000, Way((Task("wait", "Chờ", 2),)), Way((Task("wait", "Chờ", 1),)))  # fmt: skip
    actions.enter_cost(version=version, sheet=sheet, by=officer)
    found = queries.cost_of(version.pk)
    assert (found.once, found.once_after, str(found.saved_percent)) == (80_000, 40_000, "50.00")  # fmt: skip


def test_deadlines_of_publishing_are_told(officer):
    monday = date(2026, 3, 2)
    definition = make_definition(
        decided_on=date(2026, 2, 24), basis_effective_on=date(2026, 3, 9)
    )
    with clock.telling(clock.end_of_day(monday)):
        make_version(definition=definition, by=officer)
    [found] = publicity.publicities(date(2026, 3, 1), date(2026, 3, 31))
    assert (found.decide_by, found.decided_in_time) == (date(2026, 3, 2), True)
    assert (found.show_by, found.shown_in_time) == (date(2026, 3, 3), True)
    assert found.missing == ()


def test_a_shortened_document_is_shown_within_two_working_days(officer):
    definition = make_definition(decided_on=date(2026, 2, 24), shortened=True)
    with clock.telling(clock.end_of_day(date(2026, 2, 27))):
        make_version(definition=definition, by=officer)
    [found] = publicity.publicities(date(2026, 2, 1), date(2026, 3, 31))
    assert (found.show_by, found.shown_in_time) == (date(2026, 2, 26), False)


def test_drafts_near_or_past_their_last_day_are_told(officer):
    plain = {"decision": "", "decided_on": None}
    for changes in (
        {"decided_on": date(2026, 2, 24)},  # to be shown by Tuesday 3 March
        plain | {"basis_effective_on": date(2026, 3, 16)},  # to be decided by 9 March
        plain,  # nobody knows its day
    ):
        make_version(VersionState.DRAFT, definition=make_definition(**changes), by=officer)  # fmt: skip
    shown, decided = publicity.waiting_drafts(date(2026, 3, 5))
    assert (shown.last_day, shown.days_left) == (date(2026, 3, 3), -2)
    assert (decided.last_day, decided.days_left) == (date(2026, 3, 9), 2)
    assert [w.days_left for w in publicity.waiting_drafts(date(2026, 3, 3))] == [0, 4]


def test_a_condition_on_a_name_no_dossier_has_stops_publishing(officer):
    steps = (*STEPS, Step("Niêm yết", Duty.HANDLE, 1, when="copies > 0"))
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_running(steps), by=officer)
    assert places(refused) == ["tests[0]"]
    steps = (*STEPS, Step("Niêm yết", Duty.HANDLE, 1, when="answers.copies > 0"))
    make_version(definition=make_running(steps), by=officer)


def test_steps_that_outlast_the_law_stop_publishing(officer):
    steps = (*STEPS, Step("Niêm yết", Duty.HANDLE, 8))
    with pytest.raises(InputRefused) as refused:
        make_version(definition=make_running(steps), by=officer)
    assert places(refused) == ["channels[0].limit", "channels[1].limit"]
