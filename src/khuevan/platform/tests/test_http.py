"""Errors reach people as sentences and machines as problem documents."""

from __future__ import annotations

import pytest
from django.test import Client


pytestmark = [pytest.mark.urls("khuevan.platform.tests.urls"), pytest.mark.django_db]
STATUSES = [
    ("rule", 409), ("field", 422), ("input", 422), ("conflict", 409),
    ("unavailable", 503), ("database", 503), ("forbidden", 403), ("missing", 404),
    ("suspicious", 400),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "status"), STATUSES)
def test_an_error_becomes_a_page(client, fault, status):
    response = client.get(f"/fail/{fault}", headers={"accept": "text/html"})
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert response["X-Request-ID"] in response.content.decode()


@pytest.mark.parametrize(("fault", "status"), STATUSES)
def test_an_error_becomes_a_problem_document(client, fault, status):
    response = client.get(f"/api/fail/{fault}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["request_id"] == response["X-Request-ID"]


def test_machines_are_known_by_what_they_accept(client):
    response = client.get("/fail/rule", headers={"accept": "application/json"})
    assert response.json()["detail"] == "Due in 3 days."


def test_problems_name_the_place_and_the_mend(client):
    told = client.get("/api/fail/input").json()
    assert told["problems"] == [
        {"where": "row 3", "what": "no date", "mend": "Write a date."}
    ]


def test_a_broken_field_is_named(client):
    assert client.get("/api/fail/field").json()["problems"][0]["where"] == "due_on"


def test_a_fault_of_ours_is_told_without_its_inside(client):
    client.raise_request_exception = False
    response = client.get("/fail/fault", headers={"accept": "text/html"})
    assert response.status_code == 500
    assert "ZeroDivisionError" not in response.content.decode()


def test_an_unknown_address_is_told_in_vietnamese(client):
    response = client.get("/nowhere", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert "Không tìm thấy nội dung" in response.content.decode()


def test_an_unavailable_service_says_when_to_come_back(client):
    assert client.get("/fail/unavailable")["Retry-After"] == "30"


def test_a_callers_request_identifier_is_kept(client):
    response = client.get("/api/fail/rule", headers={"x-request-id": "abc-12345"})
    assert response["X-Request-ID"] == "abc-12345"
    assert response.json()["request_id"] == "abc-12345"


def test_a_callers_odd_request_identifier_is_replaced(client):
    response = client.get("/api/fail/rule", headers={"x-request-id": "a b<script>"})
    assert response["X-Request-ID"] != "a b<script>"


def test_a_stale_page_is_refused():
    response = Client(enforce_csrf_checks=True).post("/make")
    assert response.status_code == 403


def test_every_answer_carries_the_policy(client):
    policy = client.get("/fail/rule")["Content-Security-Policy"]
    assert "unsafe" not in policy
