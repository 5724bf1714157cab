"""From a need to an order: who may, when, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import (
    AppointmentFactory,
    PersonFactory,
    make_person,
)
from khuevan.dtmarket import actions
from khuevan.dtmarket.models import Answer, Order, Problem, ReadingRow, ScoreRow, Trial
from khuevan.dtmarket.queries import answers_to, trials_of
from khuevan.dtmarket.rules.problems import Standing, State
from khuevan.dtmarket.rules.trials import Step, TrialState
from khuevan.exchange.public import State as Listed
from khuevan.exchange.tests.factories import (
    NEED,
    make_cast as make_exchange,
    make_listing,
)
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import BUDGET, CRITERIA, MARKET, METRICS, WHY, good, later, points_of


pytestmark = pytest.mark.django_db


def kinds(problem: Problem) -> list[str]:
    return [fact.kind.removeprefix("dtmarket.") for fact in facts_about(problem.ref)]


# -------------------------------------------------------------------- asking


def test_a_body_puts_its_need_out(cast):
    problem = cast.put_out()
    assert (problem.state, problem.agency) == (State.OPEN, cast.agency)
    assert problem.outcome == "Giảm thất thoát từ 18 xuống 12 phần trăm trong 12 tháng"
    assert kinds(problem) == ["problem_put_out"]


@pytest.mark.parametrize(
    ("more", "words"),
    [({"need": "KHÔNG-CÓ"}, "no published need"), ({"market": "chưa có"}, "at least"),
     ({"closes_at": clock.now() + timedelta(days=9)}, "at least 10 days"), ({"budget": 0}, "above nought"),
     ({"criteria": CRITERIA[:1]}, "make it 100"), ({"metrics": METRICS * 2}, None)],
)  # fmt: skip
def test_what_makes_no_problem_is_refused(cast, more, words):
    with pytest.raises((RuleBroken, InputRefused), match=words):
        cast.put_out(**more)
    assert not Problem.objects.exists()


def test_one_need_is_out_once(cast):
    problem = cast.put_out()
    with pytest.raises(RuleBroken, match="out already"):
        cast.put_out()
    actions.end_problem(problem=problem, why="Bài toán đã tự hết.", by=cast.head)
    assert cast.put_out().state == State.OPEN


def test_nobody_puts_another_body_s_need_out(cast):
    with pytest.raises(RuleBroken, match="another body"):
        actions.put_out(need=cast.need, market=MARKET, budget=1, closes_at=clock.now() + timedelta(days=14), criteria=CRITERIA, metrics=METRICS, by=cast.seller)  # fmt: skip
    assert not Problem.objects.exists()


# ----------------------------------------------------------------- answering


def test_answers_stay_unread_until_the_time_is_over(cast):
    problem = cast.put_out()
    answer = cast.answer(problem)
    for person in (cast.head, cast.first, cast.rival):
        assert answers_to(problem, person) == []
    assert answers_to(problem, AnonymousUser()) == []
    [own] = answers_to(problem, cast.seller)
    assert (own.id, own.readable, own.own) == (answer.pk, True, True)
    with clock.telling(problem.closes_at):
        assert answers_to(problem, cast.first) == []
        actions.begin_scoring(problem=problem, by=cast.first)
        assert [a.id for a in answers_to(problem, cast.first)] == [answer.pk]
        assert answers_to(problem, cast.rival) == []


def test_a_supplier_changes_and_takes_back_until_the_time_is_over(cast):
    problem = cast.put_out()
    answer = cast.answer(problem)
    cast.answer(problem, price=800_000_000)
    assert Answer.objects.get().price == 800_000_000
    actions.withdraw_answer(answer=answer, by=cast.seller)
    cast.answer(problem)
    assert Answer.objects.get().standing == Standing.SENT
    with clock.telling(problem.closes_at), pytest.raises(RuleBroken, match="over"):
        cast.answer(problem, price=1)
    assert Answer.objects.get().price == 900_000_000
    assert kinds(problem) == ["problem_put_out"]
    told = [fact.kind.removeprefix("dtmarket.") for fact in facts_about(answer.ref)]
    assert told == [
        "answer_sent",
        "answer_changed",
        "answer_withdrawn",
        "answer_changed",
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"price": BUDGET + 1},
        {"solution": "giỏi"},
        {"trial_days": 0},
        {"trial_days": 367},
        {"offer": "CN-0000"},
    ],
)
def test_a_bad_answer_is_refused(cast, more):
    problem = cast.put_out()
    with pytest.raises(RuleBroken):
        cast.answer(problem, **more)
    assert not Answer.objects.exists()


def test_the_body_does_not_answer_itself(cast):
    problem = cast.put_out()
    with pytest.raises(RuleBroken, match="does not answer"):
        actions.answer(
            problem=problem,
            supplier=cast.agency,
            solution="x" * 30,
            price=1,
            trial_days=1,
            by=cast.first,
        )
    with pytest.raises(PermissionDenied):
        actions.answer(
            problem=problem,
            supplier=cast.firm,
            solution="x" * 30,
            price=1,
            trial_days=1,
            by=cast.rival,
        )
    assert not Answer.objects.exists()


# ------------------------------------------------------------------- judging


def test_nobody_opens_answers_before_the_time(cast):
    problem = cast.put_out()
    cast.answer(problem)
    with pytest.raises(RuleBroken, match="still taken"):
        actions.begin_scoring(problem=problem, by=cast.first)
    problem.refresh_from_db()
    assert problem.state == State.OPEN


def test_without_answers_a_problem_ends(cast):
    problem = cast.put_out()
    with clock.telling(problem.closes_at):
        actions.begin_scoring(problem=problem, by=cast.first)
    problem.refresh_from_db()
    assert problem.state == State.ENDED


def test_whoever_has_a_part_in_the_supplier_does_not_judge(cast):
    problem = cast.put_out()
    answer = cast.answer(problem)
    both = make_person(Role.OFFICIAL, cast.agency)
    AppointmentFactory.create(person=both, organisation=cast.firm, role=Role.MEMBER)
    with clock.telling(problem.closes_at):
        actions.begin_scoring(problem=problem, by=cast.first)
        for person in (both, cast.rival, PersonFactory.create()):
            with pytest.raises(PermissionDenied):
                actions.score(answer=answer, given=points_of(90), by=person)
    assert not ScoreRow.objects.exists()


def test_every_criterion_is_scored_with_a_reason(cast):
    problem = cast.put_out()
    answer = cast.answer(problem)
    with clock.telling(problem.closes_at):
        actions.begin_scoring(problem=problem, by=cast.first)
        for given in (
            {"Chi phí": (5, "rẻ hơn hẳn")},
            {c.name: (101, "quá tốt rồi đó") for c in CRITERIA},
            {c.name: (5, "ừ") for c in CRITERIA},
        ):
            with pytest.raises(RuleBroken):
                actions.score(answer=answer, given=given, by=cast.first)
    assert not ScoreRow.objects.exists()


def test_scorers_do_not_know_each_other_s_points_before_the_list(cast):
    problem, mine, _theirs = cast.scored()
    [best, _second] = answers_to(problem, cast.first)
    assert best.id == mine.pk
    assert {g.scorer for g in best.given} == {cast.first.full_name}
    assert answers_to(problem, cast.seller)[0].total is None
    actions.make_shortlist(problem=problem, chosen=[mine], why=WHY, by=cast.head)
    problem.refresh_from_db()
    best = answers_to(problem, cast.seller)[0]
    assert (best.total, {g.scorer for g in best.given}, len(best.given)) == (
        80,
        {""},
        4,
    )
    public = answers_to(problem, AnonymousUser())
    assert [(a.supplier, a.total, a.solution, a.price) for a in public] == [
        (cast.firm.name, 80, "", None), (cast.other.name, 60, "", None),
    ]  # fmt: skip


def test_the_short_list_goes_by_the_scores_of_two(cast):
    problem, mine, theirs = cast.scored()
    with pytest.raises(RuleBroken, match="scored better"):
        actions.make_shortlist(problem=problem, chosen=[theirs], why=WHY, by=cast.head)
    with pytest.raises(PermissionDenied):
        actions.make_shortlist(problem=problem, chosen=[mine], why=WHY, by=cast.first)
    ScoreRow.objects.filter(scorer=cast.second).delete()
    with pytest.raises(RuleBroken, match="Not every"):
        actions.make_shortlist(problem=problem, chosen=[mine], why=WHY, by=cast.head)
    problem.refresh_from_db()
    assert problem.state == State.SCORING


# -------------------------------------------------------------------- trials


def test_the_head_begins_one_trial_at_a_time(cast):
    problem, mine = cast.shortlisted()
    start = clock.today()
    told = {
        "starts_on": start,
        "ends_on": start + timedelta(days=100),
        "decision": "57/QĐ-UBND",
    }
    with pytest.raises(PermissionDenied):
        actions.begin_trial(answer=mine, **told, by=cast.first)
    with pytest.raises(RuleBroken, match="at most 12 months"):
        actions.begin_trial(
            answer=mine,
            **{**told, "ends_on": start + timedelta(days=366)},
            by=cast.head,
        )
    with pytest.raises(RuleBroken, match="today or later"):
        actions.begin_trial(
            answer=mine,
            **{**told, "starts_on": start - timedelta(days=1)},
            by=cast.head,
        )
    assert not Trial.objects.exists()
    actions.begin_trial(answer=mine, **told, by=cast.head)
    with pytest.raises(RuleBroken):
        actions.begin_trial(answer=mine, **told, by=cast.head)
    problem.refresh_from_db()
    assert problem.state == State.TRIAL


def test_readings_are_kept_whole_and_replaced_with_a_reason(cast):
    problem, trial = cast.measured()
    with clock.telling(later(trial, 45)):
        with pytest.raises(InputRefused):
            actions.keep_readings(
                trial=trial, lines=good(trial) + "\nNước; 1; 2; 3", by=cast.first
            )
        day = (trial.starts_on + timedelta(days=10)).isoformat()
        with pytest.raises(RuleBroken):
            actions.keep_readings(
                trial=trial, lines=f"Thất thoát; {day}; 30; 5", by=cast.first
            )
        assert (
            ReadingRow.objects.filter(counts=True).count()
            == ReadingRow.objects.count()
            == 6
        )
        actions.keep_readings(
            trial=trial,
            lines=f"Thất thoát; {day}; 30; 5",
            why="Đồng hồ số 4 ghi sai",
            by=cast.first,
        )
    assert ReadingRow.objects.count() == 7
    assert ReadingRow.objects.get(counts=True, metric="Thất thoát", on=day).value == 30
    assert kinds(problem)[-1] == "readings_kept"


def test_no_reading_comes_from_the_future(cast):
    _problem, trial = cast.on_trial()
    with clock.telling(later(trial, 5)), pytest.raises(InputRefused):
        actions.keep_readings(trial=trial, lines=good(trial), by=cast.first)
    assert not ReadingRow.objects.exists()


def test_nobody_calls_a_trial_a_success_against_its_figures(cast):
    problem, trial = cast.on_trial()
    cast.keep(problem, Step.READINGS, trial)
    with clock.telling(later(trial, 40)):
        with pytest.raises(RuleBroken, match="often enough"):
            actions.end_trial(
                trial=trial, succeeded=True, why="Rất tốt, rất hay.", by=cast.head
            )
        actions.keep_readings(
            trial=trial,
            lines=good(trial).replace("; 11; 100", "; 40; 100"),
            by=cast.first,
        )
        with pytest.raises(RuleBroken, match="Thất thoát"):
            actions.end_trial(
                trial=trial, succeeded=True, why="Rất tốt, rất hay.", by=cast.head
            )
        problem.refresh_from_db()
        assert problem.state == State.TRIAL
        actions.end_trial(
            trial=trial, succeeded=False, why="Thất thoát không giảm đủ.", by=cast.head
        )
    problem.refresh_from_db()
    trial.refresh_from_db()
    assert (problem.state, trial.state) == (State.SHORTLISTED, TrialState.FAILED)


def test_a_success_is_audited_supported_and_ordered(cast):
    problem, trial = cast.audited(cost=1_000_000_000)
    actions.pay_support(trial=trial, by=cast.head)
    trial.refresh_from_db()
    assert trial.support == 300_000_000
    with pytest.raises(RuleBroken, match="already"):
        actions.pay_support(trial=trial, by=cast.head)
    with clock.telling(later(trial, 60)):
        made = actions.order(
            problem=problem,
            number="88/HĐ",
            title="Hệ thống dò rò rỉ",
            amount=5_000_000_000,
            signed_on=clock.today(),
            by=cast.head,
        )
    problem.refresh_from_db()
    assert (problem.state, made.amount) == (State.ORDERED, 5_000_000_000)
    assert set(kinds(problem)) >= {
        "readings_kept",
        "trial_succeeded",
        "trial_audited",
        "trial_supported",
        "solution_ordered",
    }


def test_support_waits_for_an_independent_audit(cast):
    _problem, trial = cast.succeeded()
    with pytest.raises(RuleBroken, match="audited first"):
        actions.pay_support(trial=trial, by=cast.head)
    for house in (cast.agency, cast.firm):
        with pytest.raises(RuleBroken, match="neither"):
            actions.audit_trial(
                trial=trial, auditor=house, cost=1, paper="1", by=cast.first
            )
    trial.refresh_from_db()
    assert (trial.audited, trial.support) == (None, 0)


def test_one_firm_has_at_most_fifteen_billion(cast):
    _problem, trial = cast.audited(cost=60_000_000_000)
    actions.pay_support(trial=trial, by=cast.head)
    trial.refresh_from_db()
    assert trial.support == 15_000_000_000


def test_what_was_got_by_a_false_report_is_owed_back(cast):
    problem, trial = cast.audited()
    actions.pay_support(trial=trial, by=cast.head)
    actions.find_false(trial=trial, why="Số liệu bị sửa tay.", by=cast.head)
    trial.refresh_from_db()
    assert trial.repay_by == clock.today() + timedelta(days=30)
    with pytest.raises(RuleBroken, match="false"):
        actions.order(
            problem=problem,
            number="1",
            title="x",
            amount=1,
            signed_on=clock.today(),
            by=cast.head,
        )
    assert not Order.objects.exists()
    actions.note_repaid(trial=trial, by=cast.first)
    with pytest.raises(RuleBroken, match="Nothing is owed"):
        actions.note_repaid(trial=trial, by=cast.first)


def test_a_forgery_found_before_support_lets_nothing_be_paid_or_ordered(cast):
    problem, trial = cast.audited()
    actions.find_false(trial=trial, why="Số liệu bị sửa tay.", by=cast.head)
    trial.refresh_from_db()
    assert trial.repay_by is None
    with pytest.raises(RuleBroken, match="said already"):
        actions.find_false(trial=trial, why="Số liệu bị sửa tay.", by=cast.head)
    with pytest.raises(RuleBroken, match="false"):
        actions.pay_support(trial=trial, by=cast.head)
    with pytest.raises(RuleBroken, match="false"):
        actions.order(problem=problem, number="1", title="x", amount=1, signed_on=clock.today(), by=cast.head)  # fmt: skip
    trial.refresh_from_db()
    assert (trial.support, Order.objects.count()) == (0, 0)


def _misuse(problem: Problem) -> list[str]:
    facts = facts_about(problem.ref)
    return [f.figures["rule"] for f in facts if f.kind == "dtmarket.misuse_refused"]


@pytest.mark.parametrize(
    ("reach", "do"),
    [
        (lambda c: c.scored()[:2], lambda p, a, c: actions.make_shortlist(problem=p, chosen=[a], why=WHY, by=c.head)),
        (lambda c: c.shortlisted(), lambda p, a, c: actions.begin_trial(answer=a, starts_on=clock.today(), ends_on=clock.today() + timedelta(days=50), decision="1", by=c.head)),
        (lambda c: c.on_trial(), lambda p, t, c: actions.keep_readings(trial=t, lines=good(t), by=c.head)),
        (lambda c: c.on_trial(), lambda p, t, c: actions.keep_paper(problem=p, trial=t, step=Step.READINGS, title="x", content=b"x", name="x.txt", by=c.head)),
        (lambda c: c.measured(), lambda p, t, c: actions.end_trial(trial=t, succeeded=True, why=WHY, by=c.head)),
        (lambda c: c.succeeded(), lambda p, t, c: actions.audit_trial(trial=t, auditor=c.auditor, cost=1, paper="1", by=c.head)),
        (lambda c: c.audited(), lambda p, t, c: actions.pay_support(trial=t, by=c.head)),
        (lambda c: c.succeeded(), lambda p, t, c: actions.order(problem=p, number="1", title="x", amount=1, signed_on=clock.today(), by=c.head)),
    ],
    ids=["short list", "trial", "readings", "paper", "end", "audit", "support", "order"],
)  # fmt: skip
def test_whoever_holds_a_post_at_the_firm_decides_nothing_about_it(cast, reach, do):
    problem, about = reach(cast)
    AppointmentFactory.create(person=cast.head, organisation=cast.firm, role=Role.MEMBER)  # fmt: skip
    cast.head.__dict__.pop("authority", None)
    before = (Problem.objects.values().get(pk=problem.pk), list(Trial.objects.values()), list(Order.objects.values()))  # fmt: skip
    later_on = clock.telling(clock.now() + timedelta(days=45))
    with later_on, pytest.raises(RuleBroken, match="somebody else of your body"):
        do(problem, about, cast)
    after = (Problem.objects.values().get(pk=problem.pk), list(Trial.objects.values()), list(Order.objects.values()))  # fmt: skip
    assert before == after
    assert _misuse(problem) == ["self_dealing"]


def test_what_belongs_to_the_body_or_shares_its_people_does_not_answer(cast):
    problem = cast.put_out()
    cast.firm.parent = cast.agency
    cast.firm.save()
    with pytest.raises(RuleBroken, match="belongs to it"):
        cast.answer(problem)
    AppointmentFactory.create(person=cast.first, organisation=cast.other, role=Role.MEMBER)  # fmt: skip
    with pytest.raises(RuleBroken, match="works for both"):
        cast.answer(problem, cast.other)
    assert not Answer.objects.exists()
    assert _misuse(problem) == ["self_dealing", "self_dealing"]


def test_who_answers_is_traced_to_nobody_else_before_the_time_is_over(client, cast):
    problem = cast.put_out()
    answer = cast.answer(problem)
    page = reverse("journal:traces", args=[answer.ref])
    for person, sees in ((cast.head, 404), (cast.rival, 404), (cast.seller, 200)):
        client.force_login(person)
        assert client.get(page).status_code == sees
    with clock.telling(problem.closes_at):
        actions.begin_scoring(problem=problem, by=cast.first)
    client.force_login(cast.head)
    assert client.get(page).status_code == 200


def test_a_success_rests_on_the_file_its_figures_come_from(cast):
    problem, trial = cast.on_trial()
    with clock.telling(later(trial, 40)):
        actions.keep_readings(trial=trial, lines=good(trial), by=cast.first)
        with pytest.raises(RuleBroken, match="Keep the file first"):
            actions.end_trial(trial=trial, succeeded=True, why=WHY, by=cast.head)
        trial.refresh_from_db()
        assert trial.state == TrialState.RUNNING
        cast.keep(problem, Step.READINGS, trial)
        assert actions.end_trial(trial=trial, succeeded=True, why=WHY, by=cast.head).state == TrialState.SUCCEEDED  # fmt: skip


def test_support_rests_on_the_auditor_s_report(cast):
    _problem, trial = cast.succeeded()
    actions.audit_trial(trial=trial, auditor=cast.auditor, cost=1_000_000, paper="1", by=cast.first)  # fmt: skip
    with pytest.raises(RuleBroken, match="auditor's report first"):
        actions.pay_support(trial=trial, by=cast.head)
    trial.refresh_from_db()
    assert trial.supported_at is None


def test_a_paper_is_read_by_its_body_its_firm_and_whom_it_is_opened_to(client, cast):
    problem, trial = cast.on_trial()
    inner = cast.keep(problem, Step.READINGS, trial)
    opened = cast.keep(problem, Step.OTHER, title="Biên bản họp", public=True)
    with pytest.raises(RuleBroken, match="which trial"):
        cast.keep(problem, Step.AUDIT)
    for person, count in ((cast.head, 2), (cast.seller, 2), (cast.rival, 1), (None, 1)):
        client.force_login(person) if person else client.logout()
        seen = [client.get(reverse("dtmarket-paper", args=[problem.code, paper.pk])).status_code for paper in (inner, opened)]  # fmt: skip
        assert seen.count(200) == count
        page = client.get(reverse("dtmarket-problem", args=[problem.code])).text
        assert (inner.title in page, "Biên bản họp" in page) == (count == 2, True)


def test_one_firm_tries_its_solution_of_a_need_no_longer_in_all_than_a_year(cast):
    problem, trial = cast.on_trial()
    with clock.telling(later(trial, 10)):
        actions.stop_trial(trial=trial, why=WHY, by=cast.head)
        actions.end_problem(problem=problem, why=WHY, by=cast.head)
    with clock.telling(later(trial, 20)):
        again, mine = cast.shortlisted()
        start = clock.local_day(again.closes_at)
        with pytest.raises(RuleBroken, match="200 days already"):
            actions.begin_trial(answer=mine, starts_on=start, ends_on=start + timedelta(days=180), decision="2", by=cast.head)  # fmt: skip
    assert Trial.objects.count() == 1


def test_a_firm_puts_no_problem_out(cast):
    exchange = make_exchange()
    need = make_listing(replace(exchange, institute=exchange.firm, lister=exchange.buyer), Listed.PUBLISHED, replace(NEED, title_vi="Giảm rung động của máy dệt kim tròn", summary_vi="Máy dệt kim tròn rung mạnh khi chạy nhanh; cần giảm rung mà không đổi khung máy.", outcome="Giảm 40 phần trăm biên độ rung"))  # fmt: skip
    with pytest.raises(RuleBroken, match="Public bodies"):
        actions.put_out(need=need.code, market=MARKET, budget=BUDGET, criteria=CRITERIA, metrics=METRICS, closes_at=clock.now() + timedelta(days=14), by=exchange.buyer)  # fmt: skip
    assert not Problem.objects.exists()


def test_an_order_stays_within_the_budget_and_after_the_trial(cast):
    problem, trial = cast.succeeded()
    with clock.telling(later(trial, 60)):
        for more in (
            {"amount": BUDGET + 1},
            {"signed_on": trial.starts_on},
            {"number": " "},
        ):
            told = {
                "number": "1",
                "title": "Hệ thống",
                "amount": 5,
                "signed_on": clock.today(),
                **more,
            }
            with pytest.raises(RuleBroken):
                actions.order(problem=problem, **told, by=cast.head)
    assert not Order.objects.exists()


def test_trials_show_what_they_are_judged_by(cast):
    problem, _trial = cast.measured()
    [view] = trials_of(problem)
    assert [(str(v.mean), v.met, v.cases) for v in view.verdicts] == [
        ("11.67", True, 300),
        ("85.33", True, 60),
    ]
