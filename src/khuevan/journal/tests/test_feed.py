"""Readers of the feed: nothing lost, nothing twice, whoever is slow."""

import random
import threading
import time
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection, transaction

from khuevan.journal.public import (
    START,
    batch,
    feed,
    lag,
    place_of,
    record,
    skip_to_end,
    unread,
)
from khuevan.platform.errors import InputRefused

from .support import record_some, subject


def read_all(reader, count, since=0):
    """Read until so many facts came: transactions of other databases hold all back.

    What a test before left behind by a connection that died late is not ours to count:
    its numbers are below `since`.
    """
    numbers, patience = [], time.monotonic() + 30

    def take():
        with batch(reader) as facts:
            numbers.extend(fact.number for fact in facts if fact.number >= since)

    while len(numbers) < count and time.monotonic() < patience:
        take()
        time.sleep(0.01)
    take()
    return numbers


def write(seed, written):
    """Write in many transactions, some slow, some rolled back."""
    chance = random.Random(seed)
    for _ in range(25):
        with suppress(TimeoutError), transaction.atomic():
            numbers = record_some(chance.randint(1, 3))
            time.sleep(chance.choice([0, 0, 0.002, 0.02]))
            if chance.random() < 0.2:
                raise TimeoutError
            transaction.on_commit(partial(written.extend, numbers))
    connection.close()


def read(done, handled):
    while not done.is_set():
        with batch("test", limit=7) as facts:
            numbers = [fact.number for fact in facts]
        handled.extend(numbers)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_lose_and_repeat_nothing():
    written, handled, done = [], [], threading.Event()
    writers = [threading.Thread(target=write, args=[n, written]) for n in range(8)]
    readers = [threading.Thread(target=read, args=[done, handled]) for _ in range(2)]
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    first = min(written)
    handled = [number for number in handled if number >= first]
    handled += read_all("test", len(written) - len(handled), first)
    assert len(written) > 100
    assert sorted(handled) == sorted(written)


@pytest.mark.django_db(transaction=True)
def test_a_later_number_waits_for_a_slower_transaction():
    first, go_on = threading.Event(), threading.Event()
    slow = []

    def write_slowly():
        with transaction.atomic():
            slow.extend(record_some(1))
            first.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    first.wait(10)
    quick = record_some(1)
    assert read_all("test", 0, slow[0]) == []
    go_on.set()
    thread.join()
    assert read_all("test", 2, slow[0]) == slow + quick


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_gets_the_same_facts_again():
    numbers = record_some(3)

    def fail():
        with batch("test") as facts:
            record("a.b_c", subject=subject(), by=None, handled=len(facts))
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail()
    assert read_all("test", 3, numbers[0]) == numbers


@pytest.mark.django_db(transaction=True)
def test_a_reader_held_elsewhere_is_left_alone():
    with batch("test"):
        pass  # from now on the reader has a cursor to hold
    numbers = record_some(3)
    seen = []

    def read_too():
        seen.append(read_all("test", 0, numbers[0]))
        connection.close()

    with batch("test", limit=0):
        thread = threading.Thread(target=read_too)
        thread.start()
        thread.join()
    assert seen == [[]]
    assert read_all("test", 3, numbers[0]) == numbers


@pytest.mark.django_db(transaction=True)
def test_lag_counts_what_a_reader_has_not_seen():
    read_all("test", 0)
    record_some(4)
    (behind,) = lag()
    assert (behind.reader, behind.facts) == ("test", 4)
    assert behind.seconds > 0
    read_all("test", 4)
    assert [(one.facts, one.seconds) for one in lag()] == [(0, 0)]


@pytest.mark.django_db
@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_the_feed_is_read_page_by_page():
    numbers = record_some(5)
    page, cursor = feed(limit=3)
    rest, end = feed(cursor, limit=3)
    assert [fact.number for fact in page + rest] == numbers
    assert feed(end) == ([], end)


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["", "5", "a-b", "1-", "1-2-3", "-1-2", "²-1"])
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(InputRefused, match="not a cursor"):
        feed(cursor)


@pytest.mark.django_db
def test_what_a_reader_has_not_taken_yet_is_told_above_the_horizon_too(monkeypatch):
    assert place_of("copy") == START
    skip_to_end("copy")
    place = place_of("copy")
    numbers = record_some(3)
    # The reader may not take the facts of a transaction that runs; pages see them.
    with batch("copy") as facts:
        assert facts == []
    assert [fact.number for fact in unread("copy")] == numbers
    assert [fact.number for fact in unread("copy", limit=2)] == numbers[:2]
    assert place_of("copy") == place
    monkeypatch.setattr("khuevan.journal.feed.HORIZON", f"'{2**63}'::xid8")
    with batch("copy"):
        pass
    assert unread("copy") == []
    assert place_of("copy") != place
