"""With a million dossiers the hot questions stay on their indexes.

The rows are written by one statement with the indexes made afterwards, in a
transaction that is undone. The questions are those the real functions ask: each
statement is explained on its way to the database.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from khuevan.counter import finding
from khuevan.counter.actions import watch
from khuevan.counter.models import Dossier
from khuevan.counter.queries import inbox, mine, papers
from khuevan.counter.rules.states import Business
from khuevan.counter.tests.factories import Cast, make_cast, make_dossier
from khuevan.directory.models import Organisation
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.measures.flows import FLOWS
from khuevan.measures.queries import (
    actors,
    logs,
    payment,
    records,
    scores,
    services,
    shadow,
    weeks,
)
from khuevan.platform import clock


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MANY, RUNNING, COMMUNES = 1_000_000, 20_000, 126
A_MONTH = 65_000
"""The dossiers of the city in thirty days: the most a question may look at."""
BIG = {"counter_dossier", "counter_step"}
NEXT = "interval '42 seconds'"
"""A dossier is filed every 42 seconds: a million in sixteen months."""
_OVER = f"n > {RUNNING}"
_FILED = f"now() - n * {NEXT}"
_DOSSIER = {
    "id": "lpad(to_hex(n), 32, '0')::uuid",
    "code": "'H26.S-' || lpad(n::text, 8, '0')",
    "procedure": "'1.' || lpad((n %% 400)::text, 6, '0')",
    "agency_id": "body",
    "receiving_point_id": "body",
    "return_point_id": "body",
    "parties": "ARRAY[body]",
    "applicant_id": "NULL",
    "filed_by_id": "NULL",
    "filed_at": "filed",
    "created_at": "filed",
    "accepted_at": "filed",
    "reception_due_at": "filed + interval '8 hours'",
    "due_at": "filed + interval '10 days'",
    "original_due_at": "filed + interval '10 days'",
    "business": f"CASE WHEN {_OVER} THEN 'decided' WHEN n %% 30 = 0 THEN 'filed' ELSE 'in_process' END",
    "outcome": f"CASE WHEN {_OVER} THEN 'approved' ELSE '' END",
    "ended_at": f"CASE WHEN {_OVER} THEN filed + interval '9 days' END",
    "folded": "'h26.s-' || n || ' an' || n %% 900 || ' binh' || n / 2000",
    "sync": "'acknowledged'",
}
_STEP = {
    "id": "lpad(to_hex(n), 32, '0')::uuid",
    "dossier_id": "lpad(to_hex(n), 32, '0')::uuid",
    "organisation_id": "body",
    "person_id": "NULL",
    "done_by_id": f"CASE WHEN {_OVER} THEN (%(people)s::uuid[])[1 + n %% 1000] END",
    "entered_at": "filed",
    "state": f"CASE WHEN {_OVER} THEN 'done' ELSE 'waiting' END",
    "left_at": f"CASE WHEN {_OVER} THEN filed + interval '9 days' END",
}


def multiply(cursor, table, changed, given):
    """Copy the one row of a table a million times, each with the changes."""
    names = [column.name for column in connection.introspection.get_table_description(cursor, table)]  # fmt: skip
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)})"
        f" SELECT {', '.join(changed.get(name, 'one.' + name) for name in names)}"
        f" FROM {table} one, LATERAL (SELECT n, {_FILED} AS filed,"
        "   (%(bodies)s::uuid[])[1 + n %% %(communes)s] AS body"
        "   FROM generate_series(1, %(many)s) n) made WHERE one.id = %(one)s",
        given,
    )
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute(f"ANALYZE {table}")


@pytest.fixture
def cast(db) -> Cast:
    """A city with a million dossiers, one in fifty under way, and a step of each."""
    cast = make_cast()
    one = make_dossier(Business.IN_PROCESS, cast=cast)
    bodies = [cast.commune.pk] + [
        Organisation.objects.create(
            code=f"H26.S{n:03d}", name=f"Xã {n}", short_name=f"Xã {n}", kind="commune",
            valid_from=cast.commune.valid_from,
        ).pk
        for n in range(COMMUNES - 1)
    ]  # fmt: skip
    people = [cast.officer.pk] * 1 + [cast.head.pk] * 999
    given = {"bodies": bodies, "people": people, "communes": COMMUNES, "many": MANY}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        multiply(cursor, "counter_dossier", _DOSSIER, given | {"one": one.pk})
        step = one.work.waiting().get().pk
        multiply(cursor, "counter_step", _STEP, given | {"one": step})
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE directory_organisation, directory_person")
    return cast


def questions(cast, client):
    """Return what pages and the clock ask all day, by name."""
    today = clock.today()
    month, year = (today - timedelta(days=29), today), (date(today.year, 1, 1), today)
    days = f"since={month[0]}&until={today}"
    unit, code = cast.commune, "1.000042"
    reader = make_person(Role.OFFICIAL, cast.commune)
    leader = make_person(Role.LEADER, cast.commune)
    officer = cast.officer
    one = Dossier.objects.get(application__isnull=False)
    client.force_login(officer)
    pages = {
        "page of a dossier": reverse("dossier", args=[one.pk]),
        "page of the inbox": reverse("counter-inbox"),
        "page of the city's index": f"{reverse('measures')}?{days}",
        "page of a unit's index": f"{reverse('measures-unit', args=[unit.pk])}?{days}",
        "page of a procedure": reverse("measures-process", args=[cast.procedure]),
    }
    followed = {"code": one.code, "factor": "0000"}
    slices = {
        f"records of {name}": lambda name=name, dims=dims: records.records(
            officer, records.Slice(name, *month, **dims)
        )
        for name in FLOWS
        for dims in ({"unit": unit.pk}, {"procedure": code})
    }
    return slices | {
        "inbox": lambda: inbox.inbox(officer, inbox.Wanted()),
        "inbox by words": lambda: inbox.inbox(officer, inbox.Wanted(text="h26.s-77")),
        "inbox, late": lambda: inbox.inbox(officer, inbox.Wanted(late=True)),
        "own work": lambda: inbox.inbox(officer, inbox.Wanted(whose="mine")),
        "opinions": lambda: inbox.opinions_for(officer),
        "search": lambda: finding.find_dossiers(person=reader, text="H26.S-77"),
        "search of a leader": lambda: finding.find_dossiers(person=leader, text="H26.S-77"),
        "the latest": lambda: latest(reader),
        "the latest of a leader": lambda: latest(leader),
        "one's own": lambda: list(mine.my_dossiers(cast.citizen)[:50]),
        "the register": lambda: list(papers.register_of(officer, unit, *month)[:50]),
        "nobody received it": watch.note_unreceived,
        "ladder of warnings": watch.climb_ladder,
        "timers": watch.wake_timers,
        "expired supplements": watch.close_expired,
        "score of the city": lambda: scores.scorecard(*month),
        "score of a unit": lambda: scores.scorecard(*month, unit),
        "payment of the city": lambda: payment.payment_shares(*month),
        "payment of a unit": lambda: payment.payment_shares(*month, unit.pk),
        "what a rate hides": lambda: shadow.shadow(*month, procedure=code),
        "what a unit's rate hides": lambda: shadow.shadow(*month, unit.pk),
        "what every unit's rate hides": lambda: shadow.guards_by_unit(*month),
        "weeks": lambda: weeks.weeks_of(*month, code),
        "services": lambda: services.services([code], *month),
        "steps of a service": lambda: services.steps_of(code, *month),
        "units of a service": lambda: services.units_of(code, *month),
        "one's own steps": lambda: actors.actors(officer, *month),
        "log of a service": lambda: logs.log_of(code, *month),
        "a year of a service": lambda: services.services([code], *year),
        "a year's log of a service": lambda: logs.log_of(code, *year),
        "a year's weeks": lambda: weeks.weeks_of(*year, code),
        "what a year's rate hides": lambda: shadow.shadow(*year, procedure=code),
        "following by code": lambda: client.post(reverse("dossier-follow"), followed),
        **{name: lambda address=address: seen(client, address) for name, address in pages.items()},
    }  # fmt: skip


def seen(client, address):
    """Open a page; it must be there."""
    assert client.get(address).status_code == 200, address


def latest(person):
    """What the API lists."""
    seen = Dossier.objects.visible_to(person).exclude(business=Business.DRAFT)
    return list(seen.order_by("-filed_at")[:50])


class Plans:
    """Runs every question under EXPLAIN first; keeps how many big rows each touched."""

    def __init__(self):
        self.touched = []

    def __call__(self, execute, sql, params, many, context):
        if re.match(r"\s*(SELECT|WITH)\b", sql) and not many:
            cursor = context["cursor"]
            execute(EXPLAIN + sql, params, many, context)
            [plan] = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            self.touched.append((touched(plan[0]["Plan"]), " ".join(sql.split())))
        return execute(sql, params, many, context)


EXPLAIN = "EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) "
REMOVED = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")  # fmt: skip


def touched(plan):
    """Return how many rows the scan of a big table that read most looked at."""
    stack, most = [plan], 0
    while stack:
        node = stack.pop()
        if node.get("Relation Name") in BIG:
            rows = node["Actual Rows"] + sum(node.get(name, 0) for name in REMOVED)
            most = max(most, round(rows * node["Actual Loops"]))
        stack += node.get("Plans", [])
    return most


def test_no_hot_question_touches_more_than_a_month(cast, client):
    assert most_touched(lambda: Dossier.objects.filter(sector="nowhere").exists())[0] >= MANY  # fmt: skip
    found = {
        name: most_touched(asked) for name, asked in questions(cast, client).items()
    }
    assert {name: told for name, told in found.items() if told[0] > A_MONTH} == {}


def most_touched(asked):
    """Return the statement of a call that looked at most big rows, with their number."""
    plans = Plans()
    with connection.execute_wrapper(plans):
        asked()
    return max(plans.touched, default=(0, ""))
