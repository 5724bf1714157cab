"""Control charts by week, both shares of online payment, and the guards of a rate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from khuevan.catalogue.public import Collect, Fee, FeeKind
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import (
    definition,
    make_cast,
    make_dossier,
    waive_fees,
)
from khuevan.indicators.public import audit, catch_up, declared, refill
from khuevan.measures.queries.payment import PaymentShares, payment_shares
from khuevan.measures.queries.weeks import _whole_weeks, weeks_of
from khuevan.payments.public import orders_of, take_cash
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
                " due_at = %(d)s, fee_due = %(fee)s, paid = %(p)s, paid_online = %(o)s WHERE id = %(id)s",
                {"a": ended - timedelta(days=30 if late else 2 + week % 2), "e": ended,
                 "d": ended - timedelta(days=1) if late else ended + timedelta(days=1),
                 "p": week >= 2, "fee": 10_000, "o": 2 <= week < 8, "id": made.pk},
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
    refill([one for one in declared() if one.code.startswith("measures.paid")])
    since = clock.today() - timedelta(days=100)
    told = payment_shares(since, clock.today(), cast.commune.pk)
    assert (told.with_fee_online, told.with_fee) == (6, 10)
    assert (told.online, told.paid) == (6, 8)
    page = client.get(reverse("measures-unit", args=[cast.commune.pk]), {"since": since.isoformat()}).text  # fmt: skip
    assert "60,00" in page
    assert "75,00" in page


@pytest.mark.parametrize("when", [Collect.ON_RECEIPT, Collect.ON_RETURN])
def test_a_fee_paid_after_the_decision_counts_on_the_day_of_the_decision(
    when, feed_shows_this_transaction
):
    fee = Fee("LP", "Lệ phí", FeeKind.FEE, "other", when, amount=7_000)
    cast = make_cast(definition(fees=(fee,)))
    dossier = make_dossier(Business.DECIDED, cast=cast)
    catch_up()
    today = clock.today()
    before = payment_shares(today, today, cast.commune.pk)
    assert (before.with_fee, before.paid) == (1, 0)
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=cast.receiver)
    catch_up()
    after = payment_shares(today, today, cast.commune.pk)
    assert (after.with_fee, after.paid, after.online) == (1, 1, 0)
    agrees_with_the_records()


def test_a_fee_waived_after_the_decision_is_no_fee(feed_shows_this_transaction):
    fee = Fee("LP", "Lệ phí", FeeKind.FEE, "other", Collect.ON_RECEIPT, amount=7_000)
    cast = make_cast(definition(fees=(fee,)))
    dossier = make_dossier(Business.DECIDED, cast=cast)
    waive_fees(dossier, cast)
    catch_up()
    today = clock.today()
    assert payment_shares(today, today, cast.commune.pk) == PaymentShares(0, 0, 0, 0)
    agrees_with_the_records()


def agrees_with_the_records():
    paid = [one for one in declared() if one.code.startswith("measures.paid")]
    assert all(audit(one).sound for one in paid)
