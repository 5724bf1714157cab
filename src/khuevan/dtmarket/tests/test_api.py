"""DTMarket for other programs: page by page, and no word that the page does not tell."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuevan.clients.public import Scope
from khuevan.clients.tests.factories import bearer
from khuevan.dtmarket import actions
from khuevan.dtmarket.models import Problem

from .factories import WHY


PROBLEMS = "/api/v1/dtmarket/problems"
SECRET = "Cảm biến âm dọc ống và mô hình định vị điểm rò."


def _open(cast):
    problem = cast.put_out()
    cast.answer(problem)
    return problem


def _scored(cast):
    return cast.scored()[0]


def _on_trial(cast):
    return cast.on_trial()[0]


def _supported(cast):
    problem, trial = cast.audited()
    actions.pay_support(trial=trial, by=cast.head)
    return problem


def _says(text, words):
    """Tell whether a text says words; invented names end in numbers, 7 is not 77."""
    return re.search(rf"{re.escape(words)}(?!\d)", text) is not None


@pytest.mark.parametrize("reach", [_open, _scored, _on_trial, _supported])
@pytest.mark.parametrize("who", [None, "first", "head", "seller", "rival"])
def test_the_api_tells_of_answers_what_the_page_tells(client, cast, reach, who):
    problem = reach(cast)
    if who:
        client.force_login(getattr(cast, who))
    address = reverse("dtmarket-problem", args=[problem.code])
    page = html.unescape(client.get(address).content.decode()).partition("<main")[2]
    asked = client.get(f"{PROBLEMS}/{problem.code}").json()
    told = json.dumps(asked, ensure_ascii=False)
    for words in (cast.firm.name, cast.other.name, SECRET, problem.outcome):
        assert _says(told, words) == _says(page, words), words
    for answer in asked["answers"]:
        assert (answer["price"] is None) == (answer["solution"] is None)


def test_strangers_are_told_of_a_problem_and_its_course(client, cast):
    problem = _supported(cast)
    told = client.get(f"{PROBLEMS}/{problem.code}").json()
    assert told["problem"]["state"] == "proven"
    assert [m["name"] for m in told["metrics"]] == ["Thất thoát", "Điểm rò tìm đúng"]
    [trial] = told["trials"]
    assert (trial["supplier"], trial["state"], trial["support"]) == (cast.firm.name, "succeeded", 300_000_000)  # fmt: skip
    assert all(verdict["met"] for verdict in trial["verdicts"])
    assert [step["what"] for step in told["course"]][:2] == ["problem_put_out", "shortlist_made"]  # fmt: skip
    assert client.get(f"{PROBLEMS}/DT-NONE").status_code == 404


def test_problems_are_listed_page_by_page_and_narrowed(client, cast):
    over = [actions.end_problem(problem=cast.put_out(), why=WHY, by=cast.head) for _n in range(3)]  # fmt: skip
    still = _open(cast)
    first = client.get(PROBLEMS, {"limit": 2}).json()
    second = client.get(PROBLEMS, {"limit": 2, "page": 2}).json()
    assert first["count"] == second["count"] == 4
    codes = [row["code"] for row in first["problems"] + second["problems"]]
    assert codes == [still.code, *(p.code for p in reversed(over))]
    assert first["problems"][0]["answers"] == 1
    [only] = client.get(PROBLEMS, {"state": "open"}).json()["problems"]
    assert only["code"] == still.code
    assert client.get(PROBLEMS, {"q": "không có"}).json()["problems"] == []


def test_a_page_of_problems_takes_as_many_queries_however_long(client, cast):
    _open(cast)
    client.get(PROBLEMS)
    with CaptureQueriesContext(connection) as few:
        client.get(PROBLEMS)
    actions.end_problem(problem=Problem.objects.get(), why=WHY, by=cast.head)
    for _n in range(2):
        actions.end_problem(problem=cast.put_out(), why=WHY, by=cast.head)
    with CaptureQueriesContext(connection) as many:
        assert client.get(PROBLEMS).json()["count"] == 3
    assert len(many) == len(few)


def test_a_machine_reads_with_the_scope_of_reading(client, cast):
    problem = _open(cast)
    reads = bearer(Scope.EXCHANGE_READ)
    assert client.get(f"{PROBLEMS}/{problem.code}", headers=reads).status_code == 200
    lacks = bearer(Scope.STEERING_READ)
    assert client.get(PROBLEMS, headers=lacks).status_code == 403
