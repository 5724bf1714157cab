"""The hot questions stay on their indexes when there is much to ask about."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.steering import SEED
from khuevan.platform import clock
from khuevan.steering.models import Task
from khuevan.steering.policies import limits_on
from khuevan.steering.rules import State

from .factories import make_clause


@pytest.fixture
def many(cast):
    clause = make_clause(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            SEED, {"clause": clause.pk, "verifier": cast.verifier.pk, "first": 1, "last": 20_000}
        )  # fmt: skip
        cursor.execute("ANALYZE steering_task")


def nodes(queryset):
    sql, params = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
        plan = cursor.fetchone()[0]
    plan = plan if isinstance(plan, list) else json.loads(plan)
    found, stack = [], [plan[0]["Plan"]]
    while stack:
        node = stack.pop()
        found.append(
            (node["Node Type"], node.get("Index Name") or node.get("Relation Name"))
        )
        stack += node.get("Plans", [])
    return found


@pytest.mark.django_db
def test_hot_questions_never_read_every_task(many, cast):
    today = clock.today()
    judged = {"on": today, "limits": limits_on(today)}
    running = Task.objects.running().filter(due_on__isnull=False)
    questions = {
        "most urgent": running.with_status(**judged).order_by("due_on", "code")[:8],
        "inbox": Task.objects.filter(lead=cast.lead, state=State.OPEN)[:100],
        "fell overdue": Task.objects.running().filter(
            due_on__lt=today - timedelta(days=38)
        ),
        "first page": Task.objects.order_by("due_on", "code")[:50],
    }
    read_whole = {
        name: plan
        for name, question in questions.items()
        if ("Seq Scan", "steering_task") in (plan := nodes(question))
    }
    assert read_whole == {}


@pytest.mark.django_db
def test_words_can_be_found_through_their_index(many):
    """The invented titles share all their words; only rare ones make it worth while."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = nodes(Task.objects.filter(folded__contains="so 19999"))
    assert ("Bitmap Index Scan", "steering_task_words") in plan


@pytest.mark.django_db
def test_the_dashboard_asks_the_same_of_ten_times_the_tasks(client, cast):
    clause = make_clause(cast)
    client.force_login(cast.office)

    def queries_at(first, last):
        with connection.cursor() as cursor:
            cursor.execute(
                SEED, {"clause": clause.pk, "verifier": cast.verifier.pk, "first": first, "last": last}
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("steering")).status_code == 200
        return len(asked)

    client.get(reverse("steering"))
    assert queries_at(1, 400) == queries_at(401, 4000) < 16
