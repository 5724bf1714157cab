"""The hot questions stay on their indexes when a city's dossiers are there."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Q

from khuevan.counter.models import Dossier, Step
from khuevan.counter.queries.inbox import waiting_for
from khuevan.counter.rules.clocks import Rung
from khuevan.counter.rules.states import Business
from khuevan.platform import clock
from khuevan.platform.ids import uuid7
from khuevan.process.public import Kind

from .factories import make_dossier


MANY, COMMUNES, RUNNING = 30_000, 120, 1_500
NAMES = ("an", "binh", "chi", "dung", "giang", "hanh", "khanh", "linh", "mai", "nam")


def write(table, rows):
    """Write rows through COPY."""
    with connection.cursor() as cursor:
        columns = ", ".join(rows[0])
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as sink:
            for row in rows:
                sink.write_row(list(row.values()))
        cursor.execute(f"ANALYZE {table}")


def as_row(thing):
    """Return a stored thing as COPY takes it."""
    found = {f.column: getattr(thing, f.attname) for f in thing._meta.concrete_fields}
    return {k: json.dumps(v) if isinstance(v, dict) else v for k, v in found.items()}


@pytest.fixture
def many(cast):
    """Thirty thousand dossiers of 120 communes, one in twenty still under way."""
    model = make_dossier(Business.IN_PROCESS, cast=cast)
    bodies = communes(cast.commune)
    step = as_row(model.work.waiting().get())
    base, now = as_row(model), clock.now()
    dossiers, steps = [], []
    for n in range(MANY):
        filed, body, over = (
            now - timedelta(minutes=6 * n),
            bodies[n % COMMUNES],
            n >= RUNNING,
        )
        due = filed + timedelta(days=10)
        state = Business.DECIDED if over else (Business.FILED if n % 30 == 0 else Business.IN_PROCESS)  # fmt: skip
        ended = filed + timedelta(days=3) if over else None
        key, name = (
            uuid7(),
            f"{NAMES[n % 10]} {NAMES[n // 10 % 10]} {NAMES[n // 100 % 10]} {n}",
        )
        dossiers.append(base | {
            "id": key, "code": f"H26.S-{n}", "agency_id": body, "parties": [body],
            "receiving_point_id": body, "return_point_id": body, "applicant_id": None,
            "filed_by_id": None, "business": state, "filed_at": filed, "accepted_at": filed,
            "reception_due_at": filed + timedelta(hours=8), "due_at": due,
            "outcome": "approved" if over else "", "ended_at": ended, "created_at": filed,
            "procedure": f"1.{n % 400:06d}", "folded": f"h26.s-{n} {name}",
            "sync": "acknowledged",
        })  # fmt: skip
        steps.append(step | {
            "id": uuid7(), "dossier_id": key, "organisation_id": body, "entered_at": filed,
            "state": "done" if over else "waiting", "left_at": ended, "person_id": None,
        })  # fmt: skip
    write("counter_dossier", dossiers)
    write("counter_step", steps)
    return cast


def communes(first):
    rows = [
        as_row(first) | {"id": uuid7(), "code": f"H26.S{n}", "name": f"Xã {n}"}
        for n in range(COMMUNES - 1)
    ]
    write("directory_organisation", rows)
    return [first.pk, *(row["id"] for row in rows)]


def read_whole(question):
    """Return which tables of the counter a question would read from end to end."""
    sql, params = question if isinstance(question, tuple) else question.query.sql_with_params()  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
        plan = cursor.fetchone()[0]
    plan = plan if isinstance(plan, list) else json.loads(plan)
    found, stack = set(), [plan[0]["Plan"]]
    while stack:
        node = stack.pop()
        if node["Node Type"] == "Seq Scan":
            found.add(node["Relation Name"])
        stack += node.get("Plans", [])
    return found & {"counter_dossier", "counter_step"}


def test_hot_questions_never_read_every_dossier_or_step(many):
    now, officer = clock.now(), many.officer
    seen = Dossier.objects.visible_to(officer)
    filed = seen.exclude(business=Business.DRAFT)
    words = SearchVector("folded", config="simple")
    running = Dossier.objects.filter(business__in=["accepted", "in_process"], due_at__isnull=False)  # fmt: skip
    questions = {
        "inbox": waiting_for(officer),
        "inbox of a person": Step.objects.waiting().filter(person=officer).order_by("due_at"),
        "latest one may see": filed.order_by("-filed_at")[:50],
        "latest of an agency": Dossier.objects.filter(agency=many.commune).order_by("-filed_at")[:50],
        "by words": filed.annotate(vector=words)
        .filter(vector=SearchQuery("an binh chi 210", config="simple"))
        .order_by("-filed_at")[:50],
        "by code": Dossier.objects.filter(code="H26.S-77"),
        "running by date": Dossier.objects.filter(ended_at=None, due_at__lt=now + timedelta(days=2)).order_by("due_at")[:50],
        "nobody received it": Dossier.objects.filter(business=Business.FILED, reception_due_at__lt=now, warned=""),
        "ladder of warnings": running.exclude(warned=Rung.EXPIRED).filter(
            Q(due_at__lt=now + timedelta(days=2))
        ).order_by("due_at")[:500],
        "timers": Step.objects.filter(state="waiting", kind=Kind.TIMER, due_at__lte=now),
        "steps of a dossier": Step.objects.filter(dossier=UUID(int=1)).order_by("entered_at"),
        "cases of a unit between days": (
            "SELECT case_id FROM counter_case WHERE unit = %s AND filed_at BETWEEN %s AND %s",
            [many.commune.pk, now - timedelta(days=7), now],
        ),
        "cases ended between days": (
            "SELECT case_id FROM counter_case WHERE ended_at BETWEEN %s AND %s",
            [now - timedelta(days=2), now],
        ),
    }  # fmt: skip
    found = {name: tables for name, q in questions.items() if (tables := read_whole(q))}
    assert found == {}
