"""Pages of DTMarket, as those it concerns meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.directory.tests.factories import PersonFactory
from khuevan.dtmarket.models import Answer, Problem, Trial
from khuevan.platform import clock

from .factories import BUDGET, MARKET, WHY, good, later


pytestmark = pytest.mark.django_db


def at(problem: Problem, *more: object) -> str:
    return reverse("dtmarket-action", args=[problem.code, *more])


def of(trial: Trial, name: str) -> str:
    return reverse(
        "dtmarket-trial-action", args=[trial.answer.problem.code, trial.pk, name]
    )


def test_a_problem_goes_from_the_form_to_the_order(client, cast):
    client.force_login(cast.first)
    closes = clock.now().astimezone(clock.HANOI) + timedelta(days=14)
    told = {
        "need": cast.need, "market": MARKET, "budget": BUDGET, "closes_at": closes.strftime("%Y-%m-%dT%H:%M"),
        "criteria": "Độ chính xác; 60\nChi phí; 40 %", "metrics": "Thất thoát; phần trăm; 18; 12; Đồng hồ tổng",
    }  # fmt: skip
    assert (
        client.post(
            reverse("dtmarket-new"), {**told, "metrics": "Thất thoát; 18"}
        ).status_code
        == 422
    )
    assert not Problem.objects.exists()
    client.post(reverse("dtmarket-new"), told)
    problem = Problem.objects.get()

    client.force_login(cast.seller)
    answer = {
        "supplier": cast.firm.pk,
        "solution": "Cảm biến âm dọc ống nước.",
        "price": 5_000,
        "trial_days": 90,
    }
    client.post(at(problem, "answer"), {**answer, "price": BUDGET + 1})
    assert not Answer.objects.exists()
    client.post(at(problem, "answer"), answer)
    made = Answer.objects.get()

    with clock.telling(problem.closes_at):
        client.force_login(cast.first)
        client.post(at(problem, "scoring"))
        for person in (cast.first, cast.second):
            client.force_login(person)
            points = {
                f"{kind}_{n}": value
                for n in (0, 1)
                for kind, value in (("points", 70), ("why", "Có số liệu kèm theo."))
            }
            client.post(reverse("dtmarket-score", args=[problem.code, made.pk]), points)
        client.force_login(cast.head)
        client.post(at(problem, "shortlist"), {"chosen": [made.pk], "why": WHY})
        start = clock.today()
        client.post(
            reverse("dtmarket-trial", args=[problem.code, made.pk]),
            {
                "starts_on": start,
                "ends_on": start + timedelta(days=90),
                "decision": "1/QĐ",
            },
        )
    trial = Trial.objects.get()
    with clock.telling(later(trial, 40)):
        client.logout()  # a session does not last so long
        client.force_login(cast.head)
        lines = "\n".join(
            line for line in good(trial).splitlines() if line.startswith("Thất")
        )
        client.post(of(trial, "readings"), {"lines": lines})
        page = client.get(
            reverse("dtmarket-problem", args=[problem.code])
        ).content.decode()
        assert "11,7" in page or "11.7" in page
        ended = {"succeeded": "yes", "why": "Đạt chỉ tiêu đề ra."}
        assert client.post(of(trial, "end"), ended).status_code == 422
        _keeps(client, problem, trial, "readings")
        client.post(of(trial, "end"), ended)
        answer = client.post(
            of(trial, "audit"), {"auditor": "không có", "cost": 10, "paper": "1"}
        )
        assert answer.status_code == 422
        client.post(
            of(trial, "audit"),
            {"auditor": cast.auditor.code, "cost": 1_000_000, "paper": "12/BCKT"},
        )
        assert client.post(of(trial, "support")).status_code == 422
        _keeps(client, problem, trial, "audit")
        client.post(of(trial, "support"))
        client.post(
            at(problem, "order"),
            {
                "number": "9/HĐ",
                "title": "Hệ thống dò rò",
                "amount": 4_000,
                "signed_on": clock.today(),
            },
        )
    problem.refresh_from_db()
    trial.refresh_from_db()
    assert (problem.state, trial.support) == ("ordered", 300_000)


def _keeps(client, problem, trial, step):
    """Keep a paper of a trial by its page."""
    file = SimpleUploadedFile("giay-to.txt", f"{step} {problem.code}".encode())
    told = {"step": step, "trial": trial.pk, "title": "Giấy tờ", "file": file}
    page = reverse("dtmarket-paper-new", args=[problem.code])
    assert client.get(page).status_code == 200
    assert client.post(page, told).status_code == 302


def test_a_stranger_reads_the_course_and_not_the_answers(client, cast):
    problem, _trial = cast.measured()
    page = client.get(reverse("dtmarket-problem", args=[problem.code])).content.decode()
    assert cast.firm.name in page
    assert "Cảm biến âm" not in page
    assert "900.000.000" not in page
    assert client.get(reverse("dtmarket")).status_code == 200


def test_actions_are_closed_to_whom_they_do_not_concern(client, cast):
    problem, trial = cast.measured()
    for person in (PersonFactory.create(), cast.rival):
        client.force_login(person)
        for name in ("scoring", "shortlist", "order", "end"):
            assert client.get(at(problem, name)).status_code == 403
        for name in ("readings", "end", "stop", "audit", "support", "false", "repaid"):
            assert client.get(of(trial, name)).status_code == 403
        assert (
            client.get(
                reverse("dtmarket-score", args=[problem.code, trial.answer_id])
            ).status_code
            == 404
        )
    assert client.get(at(problem, "guess")).status_code == 404
    client.force_login(cast.first)
    assert client.get(of(trial, "end")).status_code == 403
    assert client.get(reverse("dtmarket-new")).status_code == 200
    client.force_login(cast.seller)
    assert client.get(of(trial, "guess")).status_code == 404


def test_what_was_typed_stays_when_it_is_refused(client, cast):
    _problem, trial = cast.on_trial()
    client.force_login(cast.first)
    answer = client.post(of(trial, "readings"), {"lines": "Nước; hôm qua; nhiều; 3"})
    assert answer.status_code == 422
    assert "Nước; hôm qua; nhiều; 3" in answer.content.decode()


def test_pages_take_the_same_queries_however_much_there_is(
    client, cast, django_assert_max_num_queries
):
    problem, _trial = cast.measured()
    client.force_login(cast.head)
    with django_assert_max_num_queries(24):
        client.get(reverse("dtmarket-problem", args=[problem.code]))
    with django_assert_max_num_queries(10):
        client.get(reverse("dtmarket"))
