"""Item 1.4 divides by the national report, or by what stands in and says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError

from khuevan.counter.public import Business
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.indicators.public import catch_up
from khuevan.journal.public import facts_about
from khuevan.measures.actions import tell_national_count
from khuevan.measures.models import NationalCount
from khuevan.measures.queries.scores import scorecard
from khuevan.measures.rules.national import (
    Reported,
    Stands,
    denominator,
    parts_of_a_year,
)
from khuevan.measures.versions import index_named
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken


LAST_YEAR = Reported(date(2025, 1, 1), date(2025, 12, 31), 1_201)
MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("since", "until", "reports", "below", "stands"),
    [
        (*MARCH, [Reported(*MARCH, 120)], 120, Stands.REPORT),
        (*MARCH, [Reported(*MARCH, 90)], 100, Stands.REPORT),  # the larger one
        (*MARCH, [LAST_YEAR], 101, Stands.LAST_YEAR),
        (date(2026, 1, 1), MARCH[1], [LAST_YEAR], 301, Stands.LAST_YEAR),
        (date(2026, 1, 1), date(2026, 12, 31), [LAST_YEAR], 1_201, Stands.LAST_YEAR),
        (date(2026, 3, 2), MARCH[1], [LAST_YEAR], 100, Stands.NOTHING),
        (*MARCH, [], 100, Stands.NOTHING),
        (
            date(2026, 2, 1), MARCH[1],
            [Reported(*MARCH, 80), Reported(date(2026, 2, 1), date(2026, 2, 28), 70)],
            150, Stands.REPORT,
        ),
    ],
)  # fmt: skip
def test_the_report_counts_or_last_year_stands_in_or_our_own(
    since, until, reports, below, stands
):
    assert denominator(since, until, 100, reports) == (below, stands)


def test_only_months_quarters_and_years_have_their_part_of_last_year():
    assert parts_of_a_year(date(2026, 2, 1), date(2026, 2, 28)) == 12
    assert parts_of_a_year(date(2026, 4, 1), date(2026, 6, 30)) == 4
    assert parts_of_a_year(date(2026, 2, 1), date(2026, 4, 30)) is None
    assert parts_of_a_year(date(2026, 1, 1), date(2026, 2, 28)) is None
    assert parts_of_a_year(date(2025, 12, 1), date(2026, 2, 28)) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_a_report_that_counts_more_lowers_the_score_and_says_so():
    cast = make_cast()
    make_dossier(Business.ACCEPTED, cast=cast)
    catch_up()
    today = clock.today()
    live = index_named("766-live")

    def synced():
        return scorecard(today, today, cast.commune, live).measured["DOSSIER_SYNC"]

    assert (synced().denominator, synced().flag) == (1, "NO_NATIONAL_REPORT_DATA")
    office = make_person(Role.COMMITTEE_OFFICE)
    told = tell_national_count(since=today, until=today, dossiers=4, source="Báo cáo ngày", unit=cast.commune, by=office)  # fmt: skip
    assert (synced().denominator, synced().flag) == (4, "NATIONAL_REPORT")
    tell_national_count(since=today, until=today, dossiers=5, source="Báo cáo ngày", unit=cast.commune, by=None)  # fmt: skip
    assert synced().denominator == 5
    assert [f.figures["dossiers"] for f in facts_about(told.ref)] == [4, 5]


@pytest.mark.django_db
def test_a_report_is_told_by_the_office_only_and_names_itself():
    today = clock.today()
    given = {"since": today, "until": today, "dossiers": 1, "source": "Báo cáo"}
    with pytest.raises(PermissionDenied):
        tell_national_count(**given, by=make_person(Role.OFFICIAL))
    for wrong in ({"source": " "}, {"dossiers": -1}, {"until": today - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(RuleBroken):
            tell_national_count(**(given | wrong), by=None)
    assert not NationalCount.objects.exists()


@pytest.mark.django_db
def test_the_command_notes_a_report(capsys):
    call_command("counter", "reported", "2026-03-01", "2026-03-31", "120", "--source", "Báo cáo tháng 3")  # fmt: skip
    assert NationalCount.objects.get().dossiers == 120
    with pytest.raises(CommandError, match="No organisation"):
        call_command("counter", "reported", "2026-03-01", "2026-03-31", "120", "--source", "x", "--unit", "H26.NONE")  # fmt: skip
    assert NationalCount.objects.count() == 1
