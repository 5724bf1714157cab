"""Control charts by week, both shares of online payment, and the guards of a rate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from khuevan.counter.public import Business
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.measures.queries.payment import payment_shares
from khuevan.measures.queries.weeks import _whole_weeks, weeks_of
from khuevan.platform import clock


pytestmark = pytest.mark.django_db
WEEKS = 10


@pytest.fixture
def cast(db):
    """Dossiers that ended in ten weeks, the last of them late."""
    cast = make_cast()
    monday = _last_monday()
    for week in range(WEEKS):
        made = make_dossier(Business.DECIDED, cast=cast)
        ended = monday - timedelta(weeks=WEEKS - 1 - week) + timedelta(hours=10)
        late = week == WEEKS - 1
        # The past cannot be acted in: the columns are set as another system reports them.
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE counter_dossier SET filed_at = %(a)s, accepted_at = %(a)s, ended_at = %(e)s,"
                " due_at = %(d)s, finance = %(f)s, fee_due = %(fee)s, paid_online = %(o)s WHERE id = %(id)s",
                {"a": ended - timedelta(days=30 if late else 2 + week % 2), "e": ended,
                 "d": ended - timedelta(days=1) if late else ended + timedelta(days=1),
                 "f": "notified" if week < 2 else "paid", "fee": 10_000, "o": 2 <= week < 8, "id": made.pk},
            )  # fmt: skip
    return cast


def _last_monday():
    today = clock.today()
    day = today - timedelta(days=today.weekday() + 7)
    return clock.at_local(day, clock.now().time().replace(hour=0, minute=0))


def test_only_whole_weeks_are_drawn():
    assert _whole_weeks(date(2026, 1, 1), date(2026, 1, 18)) == (date(2026, 1, 5), date(2026, 1, 19))  # fmt: skip
    assert _whole_weeks(date(2026, 1, 5), date(2026, 1, 17)) == (date(2026, 1, 5), date(2026, 1, 12))  # fmt: skip


def test_a_week_out_of_line_is_a_signal_in_words(cast, client):
    today = clock.today()
    told = weeks_of(today - timedelta(days=100), today, cast.procedure)
    assert [w.ended for w in told.weeks] == [1] * WEEKS
    assert any(s.first == s.last == WEEKS - 1 for s in told.days.signals)
    assert told.on_time is not None
    client.force_login(cast.head)
    page = client.get(
        reverse("measures-process", args=[cast.procedure]),
        {"since": (today - timedelta(days=100)).isoformat()},
    ).text
    assert page.count('<svg class="chart"') == 2
    assert told.labels[-1] in page


def test_few_weeks_draw_nothing(cast):
    today = clock.today()
    told = weeks_of(today - timedelta(days=21), today, cast.procedure)
    assert told.days is told.on_time is None


def test_both_shares_of_online_payment_stand_with_their_denominators(cast, client):
    since = clock.today() - timedelta(days=100)
    told = payment_shares(since, clock.today(), cast.commune.pk)
    assert (told.with_fee_online, told.with_fee) == (6, 10)
    assert (told.online, told.paid) == (6, 8)
    page = client.get(reverse("measures-unit", args=[cast.commune.pk]), {"since": since.isoformat()}).text  # fmt: skip
    assert "60,00" in page
    assert "75,00" in page
