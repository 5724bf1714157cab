"""What other programs may ask: the same rights, the same sentences, never a 500."""

from datetime import date, time

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import (
    HealthCheck,
    Phase,
    given,
    settings as hypothesis_settings,
    strategies as st,
)
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from khuevan.clients.public import Scope
from khuevan.clients.tests.factories import bearer
from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.platform import clock
from khuevan.steering.models import Report, Task
from khuevan.steering.rules import State, Visibility

from .factories import make_clause, make_task


pytestmark = pytest.mark.django_db

API = "/api/v1/steering"
REPORT = {"progress": 40, "figures": {"dịch vụ": 3}, "explanation": "Đã nối ba dịch vụ"}
CLAIM = {"evidence": [{"proof": "document", "note": "Đã ký", "document_number": "1/QĐ"}]}  # fmt: skip


CONFORMS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def machine_of(unit, *scopes):
    return bearer(*(scopes or (Scope.STEERING_READ, Scope.STEERING_WRITE)), organisation=unit)  # fmt: skip


def post(client, path, body, **headers):
    return client.post(
        f"{API}{path}", body, content_type="application/json", headers=headers
    )


def get(client, path, person=None, **query):
    if person:
        client.force_login(person)
    return client.get(f"{API}{path}", query)


def test_tasks_are_paged_by_a_cursor_without_a_gap(client, cast):
    made = sorted(make_task(cast=cast).code for _n in range(5))
    seen, cursor = [], ""
    for _page in range(3):
        told = get(client, "/tasks", cast.head, limit=2, cursor=cursor).json()
        seen += [task["code"] for task in told["tasks"]]
        cursor = told["next_cursor"]
    assert (seen, cursor) == (made, None)


def test_people_see_over_the_api_what_their_pages_show(client, cast):
    task = make_task(cast=cast)
    public = make_task(cast=cast, visibility=Visibility.PUBLIC)
    found = get(client, "/tasks", cast.stranger).json()["tasks"]
    assert [one["code"] for one in found] == [public.code]
    assert get(client, f"/tasks/{task.code}", cast.stranger).status_code == 404
    told = get(client, f"/tasks/{task.code}", cast.head).json()
    assert told["task"]["status"] == "in_time"
    assert [fact["kind"] for fact in told["facts"]] == ["steering.task_assigned"]
    assert len(get(client, "/sources", cast.stranger).json()) == 1
    assert len(get(client, "/sources", cast.inspector).json()) == 2


def test_commitments_need_no_sign_in(client, cast):
    make_task(cast=cast)
    public = make_task(cast=cast, visibility=Visibility.PUBLIC)
    told = get(client, "/commitments").json()
    assert [task["code"] for task in told["tasks"]] == [public.code]


def test_the_summary_and_the_list_look_back(client, cast):
    with clock.telling(clock.at_local(date(2025, 5, 5), time(9))):
        make_task(cast=cast, due_on=date(2025, 6, 5))
    told = get(client, "/summary", cast.office, as_of="2025-05-10").json()
    assert (told["city"]["total"], told["city"]["overdue"]) == (1, 0)
    later = get(client, "/summary", cast.office, as_of="2025-06-06").json()
    assert later["city"]["overdue"] == 1
    [task] = get(client, "/tasks", cast.office, as_of="2025-06-06").json()["tasks"]
    assert task["status"] == "overdue"


def test_strangers_and_false_tokens_get_a_problem_document(client, cast):
    for headers in ({}, {"Authorization": "Bearer x"}):
        answer = client.get(f"{API}/tasks", headers=headers)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:khuevan:problem:unauthenticated"


def test_a_machine_sees_what_its_organisation_sees(client, cast):
    task = make_task(cast=cast)
    public = make_task(cast=cast, visibility=Visibility.PUBLIC)
    seen = {}
    for name, unit in (("lead", cast.lead), ("other", OrganisationFactory.create())):
        answer = client.get(f"{API}/tasks", headers=machine_of(unit))
        seen[name] = {one["code"] for one in answer.json()["tasks"]}
    assert seen == {"lead": {task.code, public.code}, "other": {public.code}}


def test_a_reading_token_does_not_write(client, cast):
    task = make_task(cast=cast)
    headers = machine_of(cast.lead, Scope.STEERING_READ)
    answer = post(client, f"/tasks/{task.code}/report", REPORT, **headers)
    assert answer.status_code == 403
    assert "steering:write" in answer.json()["detail"]
    assert not Report.objects.exists()


def test_a_task_goes_from_report_to_verified(client, cast):
    task = make_task(cast=cast)
    path = f"/tasks/{task.code}"
    head = machine_of(cast.lead)
    reported = post(client, f"{path}/report", REPORT, **head)
    assert (reported.status_code, reported.json()["progress"]) == (201, 40)
    assert post(client, f"{path}/claim", CLAIM, **head).json()["state"] == "claimed"
    own = post(client, f"{path}/verify", {"accepted": True}, **head)
    assert own.status_code == 403
    client.force_login(cast.checker)
    done = post(client, f"{path}/verify", {"accepted": True})
    assert (done.json()["state"], done.json()["basis"]) == ("accepted", "verified")


def test_a_request_sent_twice_is_carried_out_once(client, cast):
    task = make_task(cast=cast)
    headers = machine_of(cast.lead) | {"Idempotency-Key": "k1"}
    first = post(client, f"/tasks/{task.code}/report", REPORT, **headers)
    second = post(client, f"/tasks/{task.code}/report", REPORT, **headers)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Report.objects.count() == 1
    other = post(
        client, f"/tasks/{task.code}/report", REPORT | {"progress": 50}, **headers
    )
    assert other.status_code == 409
    assert Report.objects.get().progress == 40


def test_refusals_name_the_place_and_change_nothing(client, cast):
    task = make_task(cast=cast)
    path = f"/tasks/{task.code}"
    head = machine_of(cast.lead)
    answers = [
        post(client, f"{path}/report", REPORT | {"progress": 101}, **head),
        post(client, f"{path}/report", REPORT | {"explanation": "ngắn"}, **head),
        post(client, f"{path}/claim", {"evidence": [{"proof": "count", "note": "x"}]}, **head),
        get(client, "/tasks", cast.head, as_of="0001-01-01"),
        get(client, "/tasks", cast.head, q="\x00"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [422] * 5
    where = [answer.json()["problems"][0]["where"] for answer in answers]
    assert where == ["progress", "explanation", "evidence", "as_of", "q"]
    client.force_login(cast.checker)
    nothing = post(client, f"{path}/verify", {"accepted": True})
    assert nothing.status_code == 409
    assert client.post(
        f"{API}{path}/claim", "{", content_type="application/json", headers=head
    ).status_code == 400  # fmt: skip
    assert Task.objects.get().state == State.OPEN
    assert not Report.objects.exists()


def test_a_session_writes_only_with_its_csrf_token(cast):
    task = make_task(cast=cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.head)
    assert client.get(f"{API}/tasks").status_code == 200
    answer = post(client, f"/tasks/{task.code}/report", REPORT)
    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_the_description_is_served_without_other_origins(client):
    described = client.get("/api/v1/openapi.json")
    assert described.json()["openapi"].startswith("3.1")
    assert client.get("/api/v1/docs").status_code == 404
    page = client.get(reverse("api")).content.decode()
    assert "/api/v1/steering/tasks/{code}/verify" in page
    assert "cdn" not in page


def test_the_list_costs_the_same_for_more_tasks(
    client, cast, django_assert_max_num_queries
):
    for _n in range(20):
        make_task(cast=cast)
    headers = machine_of(cast.lead)
    with django_assert_max_num_queries(7):
        client.get(f"{API}/tasks", headers=headers)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_no_request_the_description_allows_breaks_the_api(cast, monkeypatch):
    """Fuzzed from the description, with codes that are there."""
    # The end of a request must not close the connection that holds the test.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    clause = make_clause(cast)
    codes = [
        make_task(state, cast=cast, clause=clause).code
        for state in (State.OPEN, State.CLAIMED, State.ACCEPTED)
    ]
    headers = bearer(organisation=cast.lead) | {"Accept-Encoding": "identity"}
    statuses = set()
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application()
    )

    for found in schema.get_all_operations():
        statuses |= fuzz(found.ok(), codes, headers)
    assert {200, 201, 422} <= statuses


def fuzz(operation, codes, headers):
    statuses = set()

    @hypothesis_settings(
        max_examples=25,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), code=st.sampled_from(codes))
    def ask(case, code):
        if "code" in (case.path_parameters or {}):
            case.path_parameters["code"] = code
        answer = case.call(headers=headers)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CONFORMS)

    ask()
    return statuses
