"""The committee's pages at 400 and at 40,000 tasks, and the search over them.

Whole requests through the WSGI application without a network: routing, session,
database, template. The baseline is a page of the same run that reads no task.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.steering.models import Clause, Source


SIZES = (400, 40_000)
REQUESTS = 60
PAGES = {
    "dashboard": "/steering/",
    "city": "/city/",
    "table": "/steering/tasks/",
    "search": "/search/?q=du+lieu+ho+tich",
    "inbox": "/steering/inbox/",
}
BASELINE = "/accessibility/"

SEED = """
    INSERT INTO steering_task (id, code, clause_id, level, "group", title, lead_id,
        verifier_id, authority, output, proof, indicator, indicator_periods, visibility,
        assigned_on, original_due_on, due_on, due_provenance, state, claimed_on,
        accepted_on, basis, beyond, reported_on, progress, next_step, waiting, holder_id,
        held_since, decision, created_at, folded)
    SELECT gen_random_uuid(), 'B-' || n, %(clause)s, CASE WHEN n %% 2 = 0 THEN 'central' ELSE 'city' END,
        1 + n %% 7, 'Mở và kết nối dữ liệu ' || (ARRAY['hộ tịch', 'đất đai', 'y tế', 'xây dựng', 'giáo dục'])[1 + n %% 5] || ' số ' || n,
        u.id, %(verifier)s, 'BCĐ 57', 'Dịch vụ dữ liệu trả lời được', 'count', '', 1,
        CASE WHEN n %% 4 = 0 THEN 'public' ELSE 'internal' END,
        current_date - 200 + (n %% 150), current_date - 40 + (n %% 300),
        current_date - 40 + (n %% 300), 'khoản 1',
        CASE WHEN n %% 2 = 0 THEN 'accepted' ELSE 'open' END, NULL,
        CASE WHEN n %% 2 = 0 THEN current_date - (n %% 30) END,
        CASE WHEN n %% 2 = 0 THEN (CASE WHEN n %% 3 = 0 THEN 'report' ELSE 'verified' END) ELSE '' END,
        false, current_date - (n %% 60), n %% 100, '', n %% 9 = 0, u.id, now(), '', now(),
        'b-' || n || ' mo va ket noi du lieu ' || (ARRAY['ho tich', 'dat dai', 'y te', 'xay dung', 'giao duc'])[1 + n %% 5] || ' so ' || n
    FROM generate_series(%(first)s::int, %(last)s::int) n
    JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many
          FROM directory_organisation WHERE kind IN ('department', 'commune') AND id <> %(verifier)s) u
        ON u.place = n %% u.many
"""


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report."""
    with _scratch():
        person, clause, verifier = _people()
        client = Client()
        client.force_login(person)
        client.get(BASELINE)
        done = 0
        for size in SIZES:
            _seed(clause, verifier, done + 1, size)
            done = size
            base = _p95(partial(client.get, BASELINE))
            yield f"steering: {size:6,} tasks · baseline page p95 {base:6.1f} ms"
            for name, address in PAGES.items():
                found = _p95(partial(client.get, address))
                yield (
                    f"steering: {size:6,} tasks · {name:9} p95 {found:6.1f} ms"
                    f" · {found / base:4.1f} × the baseline"
                )


def _p95(request: Callable[[], object]) -> float:
    times = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        request()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.quantiles(times, n=20)[18]


@contextmanager
def _scratch() -> Iterator[None]:
    """Work in a database of its own, made by the migrations and dropped at the end."""
    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def _people() -> tuple[Person, Clause, Organisation]:
    verifier = Organisation.objects.get(code="H26.VP")
    person = Person.objects.create(username="bench", full_name="Bench")
    Appointment.objects.create(
        person=person, organisation=verifier, role=Role.COMMITTEE_OFFICE, title="x"
    )
    source = Source.objects.create(
        kind="plan", number="B-1", title="x", issuer="x", level="city",
        issued_on="2025-01-01",
    )  # fmt: skip
    clause = Clause.objects.create(source=source, number="1", text="x", group=3)
    return person, clause, verifier


def _seed(clause: Clause, verifier: Organisation, first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SEED,
            {
                "clause": clause.pk,
                "verifier": verifier.pk,
                "first": first,
                "last": last,
            },
        )
        cursor.execute("ANALYZE steering_task")
