"""Guards of services.md 8.10: each way to a good rate without service is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from khuevan.catalogue.public import Channel
from khuevan.counter.public import Business, accept_dossier
from khuevan.counter.tests.factories import (
    ask,
    bring,
    make_cast,
    make_dossier,
    make_signed,
    promise,
    seal,
    stop,
    walk_in,
)
from khuevan.directory.tests.factories import PersonFactory
from khuevan.indicators.public import audit, declared
from khuevan.measures.flows import FLOWS
from khuevan.measures.goldens import ANSWERS
from khuevan.measures.guards import windows, windows_on
from khuevan.measures.queries.records import Slice, records
from khuevan.measures.queries.shadow import guards_by_unit, shadow
from khuevan.platform import clock


OURS = [i for i in declared() if i.code.startswith("measures.")]


def test_golden_cases_come_out_right(db):
    assert all(indicator.goldens for indicator in OURS)
    assert [line for one in OURS for line in audit(one).goldens] == []


def test_every_flow_has_a_golden_case():
    assert set(ANSWERS) == set(FLOWS)


@pytest.fixture
def cast(db):
    return make_cast()


def guards(cast):
    today = clock.today()
    return shadow(today, today, procedure=cast.procedure).guards


def test_stopping_on_the_eve_of_the_date_is_counted(cast):
    make_dossier(Business.STOPPED, cast=cast)
    assert guards(cast).found["ended_just_before"] == 0
    late = make_dossier(Business.IN_PROCESS, cast=cast)
    with clock.telling(late.due_at - timedelta(hours=3)):
        stop(late, cast)
    assert guards(cast).found["ended_just_before"] == 1


def test_asking_for_papers_on_the_eve_of_the_date_is_counted(cast):
    make_dossier(Business.SUPPLEMENT, cast=cast)
    assert guards(cast).found["asked_just_before"] == 0
    late = make_dossier(Business.IN_PROCESS, cast=cast)
    with clock.telling(late.due_at - timedelta(hours=3)):
        ask(late, cast)
    assert guards(cast).found["asked_just_before"] == 1


def test_a_dossier_received_late_is_counted_though_its_own_clock_is_fine(cast):
    waiting = make_dossier(Business.FILED, cast=cast)
    make_dossier(Business.ACCEPTED, cast=cast)
    assert guards(cast).found["received_late"] == 0
    with clock.telling(clock.now() + timedelta(days=6)):
        accept_dossier(dossier=waiting, by=cast.receiver)
    told = guards(cast)
    assert (told.found["received_late"], told.filed) == (1, 2)
    assert told.hours_to_accept > 24


def test_a_dossier_nobody_has_received_in_time_is_counted_before_it_is_accepted(cast):
    make_dossier(Business.FILED, cast=cast)
    asked = make_dossier(Business.TO_COMPLETE, cast=cast)  # the applicant's turn
    assert asked.reception_due_at is None
    until = clock.today() + timedelta(days=6)
    since = clock.today()
    with clock.telling(clock.now() + timedelta(days=6)):
        told = shadow(since, until, procedure=cast.procedure).guards.found
    assert told["received_late"] == 1
    # The same days told as they ended: the day of filing was not over.
    told = shadow(since, since, procedure=cast.procedure).guards.found
    assert told["received_late"] == 0


def test_what_a_supporter_files_is_counted_as_such(cast):
    make_dossier(Business.FILED, cast=cast)
    walk_in(cast, Channel.ASSISTED)
    walk_in(cast, Channel.COUNTER)
    found = guards(cast).found
    assert (found["assisted"], found["filed_by_staff"]) == (1, 0)


def test_what_an_official_files_on_the_portal_for_somebody_is_counted(cast):
    make_dossier(Business.FILED, cast=cast)
    hidden = walk_in(cast, Channel.PORTAL)
    told = guards(cast)
    assert (told.found["filed_by_staff"], told.found["assisted"], told.online) == (1, 0, 2)  # fmt: skip
    today = clock.today()
    [row] = records(cast.officer, Slice("filed_by_staff", today, today)).rows
    assert row.code == hidden.code


def test_a_date_moved_with_an_apology_is_counted_a_pause_is_not(cast):
    paused = make_dossier(Business.SUPPLEMENT, cast=cast)
    with clock.telling(clock.now() + timedelta(hours=30)):
        bring(paused, cast)
    assert guards(cast).found["reappointed"] == 0
    promise(make_dossier(Business.IN_PROCESS, cast=cast), cast)
    assert guards(cast).found["reappointed"] == 1


def test_a_decision_in_the_last_hours_is_counted(cast):
    make_dossier(Business.DECIDED, cast=cast)
    late, rushed = (make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2))
    with clock.telling(rushed.due_at - timedelta(hours=1)):
        make_signed(rushed, cast)
        seal(rushed, cast)
    with clock.telling(late.due_at + timedelta(hours=1)):
        make_signed(late, cast)
        seal(late, cast)
    told = guards(cast)
    assert told.found["decided_just_before"] == 1
    slack = dict(told.slack)
    assert list(slack) == [*windows_on(clock.today()).slack_days, None]
    assert (slack[0], slack[1], sum(slack.values())) == (1, 1, 3)


def test_many_dossiers_of_one_person_on_one_day_are_counted(cast):
    most = windows_on(clock.today()).split_from
    for n in range(most):
        assert guards(cast).found["split"] == 0
        walk_in(cast, Channel.COUNTER, national_id="001190000099")
        walk_in(cast, Channel.COUNTER, national_id=f"00119000011{n}")
    assert guards(cast).found["split"] == most
    make_dossier(Business.FILED, cast=cast)
    assert guards(cast).found["split"] == most


def test_dossiers_of_one_account_on_several_days_are_not_split(cast):
    for days in range(3):
        with clock.telling(clock.now() + timedelta(days=days)):
            make_dossier(Business.FILED, cast=cast)
    until = clock.today() + timedelta(days=3)
    told = shadow(clock.today(), until, procedure=cast.procedure).guards
    assert (told.filed, told.found["split"]) == (3, 0)


def test_a_decision_long_before_its_date_leaves_days(cast):
    make_dossier(Business.DECIDED, cast=cast)
    assert guards(cast).slack_days > 1


def refiled(cast, until=None):
    """Return how often it was filed again, by the process and by the unit, the same."""
    until = until or clock.today()
    since = until - timedelta(days=60)
    [row] = [r for r in guards_by_unit(since, until) if r.key == cast.commune.pk]
    told = shadow(since, until, procedure=cast.procedure).guards.found["refiled"]
    found = records(cast.officer, Slice("refiled", since, until, unit=cast.commune.pk))
    assert row.found["refiled"] == told == found.total == len(found.rows)
    return told


@pytest.mark.parametrize("ended", [Business.REFUSED, Business.STOPPED, Business.WITHDRAWN])  # fmt: skip
def test_filing_again_after_an_end_without_a_decision_is_counted(cast, ended):
    make_dossier(ended, cast=cast)
    assert refiled(cast) == 0
    again = make_dossier(Business.FILED, cast=cast)
    assert refiled(cast) == 1
    [row] = records(cast.officer, Slice("refiled", clock.today(), clock.today())).rows
    assert row.code == again.code


def test_the_same_person_is_known_by_their_national_number_as_well(cast):
    first = make_dossier(Business.REFUSED, cast=cast)
    other = replace(cast, citizen=PersonFactory.create())
    second = make_dossier(Business.FILED, cast=other)
    assert first.applicant != second.applicant
    assert refiled(cast) == 0
    number = first.application.national_id
    assert number
    same = replace(cast, citizen=PersonFactory.create(national_id=number))
    make_dossier(Business.FILED, cast=same)
    assert refiled(cast) == 1


def test_filing_again_after_a_decision_or_for_something_else_is_not(cast):
    make_dossier(Business.DECIDED, cast=cast)
    make_dossier(Business.FILED, cast=cast)
    make_dossier(Business.REFUSED, cast=make_cast())
    assert refiled(cast) == 0


def test_filing_again_counts_within_the_window_of_the_day(cast):
    make_dossier(Business.REFUSED, cast=cast)
    days = windows_on(clock.today()).refiled_days
    with clock.telling(clock.now() + timedelta(days=days + 1)):
        make_dossier(Business.FILED, cast=cast)
        assert refiled(cast) == 0
    with clock.telling(clock.now() + timedelta(days=days - 1)):
        make_dossier(Business.FILED, cast=cast)
        assert refiled(cast) == 1


def test_the_windows_say_where_they_come_from():
    assert all(one.source and one.refiled_days and one.eve_hours for one in windows())
    assert windows_on(date(2020, 1, 1)) == windows()[0]


def test_every_unit_s_guards_lead_to_their_dossiers(cast, client):
    make_dossier(Business.REFUSED, cast=cast)
    again = make_dossier(Business.FILED, cast=cast)
    assert client.get(reverse("measures-guards")).status_code == 302
    client.force_login(cast.citizen)
    assert client.get(reverse("measures-guards")).status_code == 403
    client.force_login(cast.officer)
    page = client.get(reverse("measures-guards")).text
    address = f"{reverse('measures-dossiers')}?flow=refiled&amp;unit={cast.commune.pk}"
    [rest] = re.findall(re.escape(address) + r"([^\"]+)", page)
    assert again.code in client.get(unescape(address + rest)).text
