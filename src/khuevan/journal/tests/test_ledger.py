"""Writing and reading facts back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from khuevan.journal import queries
from khuevan.journal.ledger import prepare_partitions
from khuevan.journal.models import FactRow
from khuevan.journal.public import facts_about, latest_facts, record
from khuevan.journal.queries import facts_outside_partitions
from khuevan.journal.rules import hash_of
from khuevan.journal.transparency import links_of
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .support import Clerk, record_some, subject, superuser


pytestmark = pytest.mark.django_db


def refused(kind="a.b_c", about="a.b:1", by=None, **figures):
    with transaction.atomic():
        return record(kind, subject=about, by=by, **figures)


def test_a_fact_is_read_back_as_it_was_written():
    about = subject()
    number = record(
        "steering.task_verified", subject=about, by=Clerk(), share=Decimal("41.20"), n=3
    )
    (fact,) = facts_about(about)
    assert (fact.number, fact.kind, fact.subject) == (
        number,
        "steering.task_verified",
        about,
    )
    assert (fact.actor, fact.organisation) == (Clerk.ref, Clerk.organisation_ref)
    assert fact.figures == {"share": "41.20", "n": 3}
    assert abs(fact.recorded_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_facts_come_in_the_order_they_happened():
    about = subject()
    late = clock.now() - timedelta(days=3)
    second = record("steering.task_reported", subject=about, by=None)
    first = record("steering.task_assigned", subject=about, by=None, occurred_at=late)
    assert [fact.number for fact in facts_about(about)] == [first, second]
    until = late + timedelta(hours=1)
    assert [fact.number for fact in facts_about(about, until=until)] == [first]


def test_the_latest_fact_of_every_subject_is_found():
    one, two, other = subject(), subject(), subject("steering.tasking")
    numbers = record_some(3, about=one)
    (second,) = record_some(1, about=two)
    record_some(1, about=other)
    latest = latest_facts("steering.task", until=clock.now() + timedelta(seconds=1))
    assert {s: f.number for s, f in latest.items()} == {one: numbers[-1], two: second}


def test_nothing_is_latest_before_it_happened():
    record_some(1)
    before = clock.now() - timedelta(days=1)
    assert latest_facts("steering.task", until=before) == {}


def test_each_fact_continues_the_one_before_it():
    about = subject()
    links = [links_of([number])[number] for number in record_some(3, about=about)]
    assert [link.position for link in links] == [1, 2, 3]
    assert [link.previous for link in links] == [
        bytes(32),
        links[0].hash,
        links[1].hash,
    ]
    assert all(hash_of(link) == link.hash for link in links)


def test_python_recomputes_the_hash_of_any_figures():
    number = record(
        "a.b_c",
        subject=subject(),
        by=None,
        text='Đ"\\\n\u2028',
        big=10**30,
        deep=[{"ă": None}],
    )
    link = links_of([number])[number]
    assert hash_of(link) == link.hash


@pytest.mark.parametrize("kind", ["accepted", "app.noun", "App.noun_verbed", "a.b_c d"])
def test_a_kind_of_another_form_is_refused(kind):
    with pytest.raises(IntegrityError, match="app_noun_verbed"):
        refused(kind=kind)


@pytest.mark.parametrize("about", ["task", "a.b", "a.b:", "a.b:x y", "a.b:x\ny"])
def test_a_subject_that_is_no_reference_is_refused(about):
    with pytest.raises(IntegrityError, match="subject_is_a_reference"):
        refused(about=about)


def test_large_figures_are_refused():
    with pytest.raises(IntegrityError, match="small_object"):
        refused(text="x" * 9000)


def test_a_person_cannot_register_what_is_still_to_come():
    with pytest.raises(RuleBroken, match="still to come"):
        refused(occurred_at=clock.now() + timedelta(days=1))


def test_the_database_refuses_the_future_too():
    with (
        pytest.raises(IntegrityError, match="later than"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT journal_record('a.b_c', 'a.b:1', NULL, NULL,"
            " now() + interval '1 hour', '{}')"
        )


def test_a_told_clock_may_tell_of_the_future():
    told = datetime(2035, 1, 1, tzinfo=UTC)
    about = subject()
    with clock.telling(told):
        record("a.b_c", subject=about, by=None)
    (fact,) = facts_about(about)
    assert fact.occurred_at == told
    assert fact.recorded_at < told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_fact SET kind = 'a.b_d'",
        "DELETE FROM journal_fact",
        "TRUNCATE journal_fact",
        "UPDATE journal_fact_default SET kind = 'a.b_d'",
        "DELETE FROM {partition}",
        "TRUNCATE {partition}",
    ],
)
def test_the_journal_only_grows(statement):
    record_some(1)
    month = datetime.now(UTC).strftime("journal_fact_%Y_%m")
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(partition=month))
    assert FactRow.objects.filter(kind="steering.task_reported").count() == 1


def test_partitions_are_made_ahead_once():
    assert prepare_partitions(6) == 3
    assert prepare_partitions(6) == 0


def test_facts_outside_the_months_are_counted():
    assert facts_outside_partitions() == 0
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO journal_fact VALUES (-1, 'a.b_c', 'a.b:1', NULL, NULL,"
            " '2020-01-01', '2020-01-01', '{}', 1, '', '', '3')"
        )
    assert facts_outside_partitions() == 1


@pytest.fixture
def restricted_role():
    role = "journal_test_application"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute("SELECT journal_restrict(%s)", [role])
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_a_restricted_role_records_and_reads(restricted_role):
    about = subject()
    number = record("a.b_c", subject=about, by=None)
    assert [fact.number for fact in facts_about(about)] == [number]
    assert prepare_partitions(6) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO journal_fact SELECT * FROM journal_fact",
        "UPDATE journal_head SET position = 7",
        "DELETE FROM journal_leaf",
        "UPDATE journal_checkpoint SET note = ''",
        "SELECT nextval('journal_fact_number')",
        "ALTER TABLE journal_fact DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SELECT journal_restrict('postgres')",
    ],
)
def test_a_restricted_role_can_do_nothing_else(restricted_role, statement):
    with (
        pytest.raises(DatabaseError, match=r"denied|must be owner"),
        transaction.atomic(),
    ):
        restricted_role.execute(statement)


def test_latest_facts_walk_an_index_at_scale():
    """100,000 facts of 10,000 tasks beside as many of other things, seeded raw."""
    with superuser() as cursor:
        cursor.execute("""
            INSERT INTO journal_fact SELECT
                1000000 + n, 'a.b_c',
                (CASE WHEN n % 2 = 0 THEN 'steering.task:' ELSE 'zz.other:' END) || n / 20,
                NULL, NULL, now() - (200000 - n) * interval '1 second', now(), '{}',
                1, '', '', '3'
            FROM generate_series(1, 200000) n
        """)
        cursor.execute("""
            INSERT INTO journal_head
            SELECT subject, count(*), '', min(recorded_at), max(recorded_at)
            FROM journal_fact GROUP BY subject
        """)
        cursor.execute("ANALYZE journal_fact")
        cursor.execute("ANALYZE journal_head")
    assert len(latest_facts("steering.task", until=clock.now())) == 10_001
    with connection.cursor() as cursor:
        plan = explain(cursor)
    assert "journal_fact_2" in plan
    assert "Index Scan Backward" in plan
    assert "Seq Scan on journal_fact" not in plan
    assert "never executed" in plan  # months in which the subject has no facts


def explain(cursor):
    cursor.execute(
        f"EXPLAIN (ANALYZE, COSTS off, TIMING off) {queries._LATEST}",
        {"model": "steering.task", "until": clock.now()},
    )
    return "\n".join(row[0] for row in cursor.fetchall())
