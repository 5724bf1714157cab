"""Operators see whether the platform is well, and strangers do not."""

from __future__ import annotations

import json
import logging
import logging.config
import threading
from io import StringIO

import pytest
from django.db import OperationalError

from khuevan.platform import health, readers
from khuevan.platform.logs import logging_settings


pytestmark = [pytest.mark.urls("khuevan.platform.tests.urls"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def no_readers(monkeypatch):
    monkeypatch.setattr(readers, "_readers", {})
    health._unapplied.cache_clear()


def test_a_living_process_says_so(client):
    assert client.get("/health/live").content == b"ok"


def test_a_fit_process_is_ready(client):
    told = client.get("/health/ready").json()
    assert told["ready"] is True
    assert told["checks"] == {"database": "ok", "disk": "ok", "migrations": "ok"}


def test_a_lost_database_is_not_ready(client, monkeypatch):
    def gone():
        raise OperationalError

    monkeypatch.setattr(health.connection, "ensure_connection", gone)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "does not answer"


def test_a_reader_far_behind_is_not_ready(client):
    readers.register("slow", lambda: 0, lag=lambda: health.MOST_LAG + 1)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "behind" in response.json()["checks"]["reader slow"]


def test_a_full_disk_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    assert client.get("/health/ready").status_code == 503


def test_missing_migrations_are_not_ready(client, monkeypatch):
    plan = [("platform.0099", False)]
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: plan)
    response = client.get("/health/ready")
    assert response.json()["checks"]["migrations"] == "1 not applied"
    monkeypatch.undo()
    assert client.get("/health/ready").status_code == 200


STRANGERS = [{"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": ""},
             {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}]  # fmt: skip


@pytest.mark.parametrize("origin", STRANGERS)
def test_strangers_see_no_inside(client, origin):
    assert client.get("/metrics", **origin).status_code == 404
    assert set(client.get("/health/ready", **origin).json()) == {"ready"}


def test_metrics_count_requests_by_route(client):
    readers.register("slow", lambda: 0, lag=lambda: 7)
    client.get("/health/live")
    told = client.get("/metrics").content.decode()
    assert (
        'khuevan_requests_total{method="GET",route="health-live",status="200"}' in told
    )
    assert 'khuevan_request_seconds_count{route="health-live"}' in told
    assert 'khuevan_jobs{state="waiting"} 0.0' in told
    assert 'khuevan_reader_lag{reader="slow"} 7.0' in told


def test_a_failing_reader_stops_no_other(monkeypatch):
    calls = []

    def fail():
        calls.append("bad")
        raise ZeroDivisionError

    readers.register("bad", fail)
    readers.register("good", lambda: calls.append("good") or 3)
    assert readers.take_turns() == 3
    assert readers.take_turns() == 3
    # The failing one backs off; the other goes on.
    assert calls == ["bad", "good", "good"]


def test_readers_stop_when_told():
    stop = threading.Event()
    readers.register("last", lambda: stop.set() or 0)
    readers.run_until(stop)
    assert stop.is_set()


@pytest.fixture
def logged():
    """What is written as JSON lines."""
    told = logging_settings(readable=False)
    configurator = logging.config.DictConfigurator(told)
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(configurator.configure_formatter(told["formatters"]["lines"]))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_under_its_identifier(client, logged):
    response = client.get("/make?name=Ánh")
    [line] = logged()
    assert line["event"] == "request"
    assert line["status"] == response.status_code
    assert line["request_id"] == response["X-Request-ID"]
    assert "Ánh" not in json.dumps(line, ensure_ascii=False)
    assert "127.0.0.1" not in json.dumps(line)


def test_a_fault_is_logged_with_its_identifier(client, logged):
    client.raise_request_exception = False
    response = client.get("/fail/fault")
    fault = next(line for line in logged() if line["level"] == "error")
    assert fault["request_id"] == response["X-Request-ID"]
    assert "ZeroDivisionError" in fault["exception"]
