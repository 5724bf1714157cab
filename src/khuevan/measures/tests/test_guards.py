"""Guards of services.md 8.10: each way to a good rate without service is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from khuevan.counter.public import Business, accept_dossier
from khuevan.counter.tests.factories import ask, make_cast, make_dossier, stop
from khuevan.indicators.public import audit, declared
from khuevan.measures.flows import FLOWS
from khuevan.measures.goldens import ANSWERS
from khuevan.measures.queries.shadow import shadow
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
    assert guards(cast).ended_just_before == 0
    late = make_dossier(Business.IN_PROCESS, cast=cast)
    with clock.telling(late.due_at - timedelta(hours=3)):
        stop(late, cast)
    assert guards(cast).ended_just_before == 1


def test_asking_for_papers_on_the_eve_of_the_date_is_counted(cast):
    make_dossier(Business.SUPPLEMENT, cast=cast)
    assert guards(cast).asked_just_before == 0
    late = make_dossier(Business.IN_PROCESS, cast=cast)
    with clock.telling(late.due_at - timedelta(hours=3)):
        ask(late, cast)
    assert guards(cast).asked_just_before == 1


def test_a_dossier_received_late_is_counted_though_its_own_clock_is_fine(cast):
    waiting = make_dossier(Business.FILED, cast=cast)
    make_dossier(Business.ACCEPTED, cast=cast)
    assert guards(cast).received_late == 0
    with clock.telling(clock.now() + timedelta(days=6)):
        accept_dossier(dossier=waiting, by=cast.receiver)
    told = guards(cast)
    assert (told.received_late, told.filed) == (1, 2)
    assert told.hours_to_accept > 24


def test_a_decision_long_before_its_date_leaves_days(cast):
    make_dossier(Business.DECIDED, cast=cast)
    assert guards(cast).slack_days > 1
