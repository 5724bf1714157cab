"""Facts written in bulk are the facts that would have been written one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from khuevan.journal import bulk, transparency
from khuevan.journal.public import facts_about, record
from khuevan.platform import clock

from .test_audit import first_break


pytestmark = pytest.mark.django_db


def chains(many: int) -> list[str]:
    now = clock.now()
    subjects = [f"test.thing:{n}" for n in range(many)]
    with transaction.atomic(), bulk.writing() as writer:
        facts, heads = "", ""
        for number, subject in enumerate(subjects):
            told = [
                bulk.Told("test.thing_made", "test.person:1", None, now - timedelta(days=9),
                          {"sentence": 'tab\tand "quotes" \\ and đ', "n": number, "zz": None, "aa": True}),
                bulk.Told("test.thing_moved", None, "test.unit:2", now - timedelta(days=1), {}),
            ]  # fmt: skip
            more, head = writer.lines(subject, told)
            facts, heads = facts + more, heads + head
        bulk.copy(facts, heads)
    return subjects


def test_chains_written_in_bulk_verify_and_can_be_continued():
    subjects = chains(20)
    record("test.thing_ended", subject=subjects[0], by=None)
    while transparency.seal():
        pass
    assert first_break() is None
    first, second, third = facts_about(subjects[0])
    assert first.figures["sentence"] == 'tab\tand "quotes" \\ and đ'
    assert (second.kind, third.kind) == ("test.thing_moved", "test.thing_ended")


def test_a_subject_that_has_facts_already_is_refused():
    record("test.thing_made", subject="test.thing:1", by=None)
    with pytest.raises(Exception, match="journal_head_pkey"), transaction.atomic():
        chains(3)


@pytest.mark.parametrize(
    "figures", [{}, {"b": 1, "aa": 2, "a": 3}, {"đ": "x", "ab": [1, {"c": None}]}]
)
def test_objects_are_written_as_the_database_writes_them(figures):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [bulk.as_jsonb(figures)])
        assert cursor.fetchone()[0] == bulk.as_jsonb(figures)
