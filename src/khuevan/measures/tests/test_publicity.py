"""Group 1 of the index: procedures once each, late ones told, owed ones not forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from khuevan.catalogue.public import Tier
from khuevan.catalogue.tests.factories import (
    make_definition,
    make_officer,
    make_version,
)
from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.measures.queries.scores import measured
from khuevan.measures.rules.index766 import Measured
from khuevan.measures.versions import index_named
from khuevan.platform import clock


LIVE = index_named("766-live")
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
IN_TIME = {"decided_on": date(2026, 3, 2), "basis_effective_on": date(2026, 3, 20)}
LATE = {"decided_on": date(2026, 3, 16), "basis_effective_on": date(2026, 3, 20)}


@pytest.fixture
def officer(db):
    return make_officer()


def write(officer, day, state="published", **changes):
    """Draft or publish a version on a day of March 2026."""
    with clock.telling(clock.at_local(day, time(9))):
        return make_version(state, definition=make_definition(**changes), by=officer)


def told(code, unit=None, until=LAST):
    with clock.telling(clock.at_local(date(2026, 4, 20), time(9))):
        return measured(FIRST, until, unit, LIVE)[code]


def test_a_procedure_counts_once_and_one_late_publication_makes_it_late(officer):
    once = write(officer, date(2026, 3, 3), **IN_TIME)
    assert told("PUBLISH_ON_TIME") == Measured(1, 1)
    again = replace(make_definition(code=once.procedure.code), **LATE)
    with clock.telling(clock.at_local(date(2026, 3, 17), time(9))):
        make_version(definition=again, by=officer)
    assert told("PUBLISH_ON_TIME") == Measured(0, 1)
    assert told("PUBLIC_UPDATE_ON_TIME") == Measured(1, 1)
    write(officer, date(2026, 3, 4), **IN_TIME)
    assert told("PUBLISH_ON_TIME") == Measured(1, 2)


def test_what_is_shown_late_counts_as_late_and_so_does_what_is_not_shown(officer):
    write(officer, date(2026, 3, 20), **IN_TIME)  # decided on 2/3: by 9/3
    assert told("PUBLIC_UPDATE_ON_TIME") == Measured(0, 1)
    write(officer, date(2026, 3, 3), "draft", **IN_TIME)
    assert told("PUBLIC_UPDATE_ON_TIME") == Measured(0, 2)
    assert told("PUBLIC_UPDATE_ON_TIME", until=date(2026, 3, 9)) == Measured(0, 0)


def test_what_was_shown_after_the_time_was_owed_in_it(officer):
    write(officer, date(2026, 4, 15), **IN_TIME)
    assert told("PUBLIC_UPDATE_ON_TIME") == Measured(0, 1)
    assert told("PUBLIC_UPDATE_ON_TIME", until=date(2026, 3, 5)) == Measured(0, 0)


def test_all_parts_are_asked_of_what_holds_on_the_last_day(officer):
    whole = write(officer, date(2026, 2, 3))
    assert told("PUBLIC_CONTENT_FULL") == Measured(1, 1)
    assert told("PUBLISH_ON_TIME") == Measured(0, 0)
    poor = replace(make_definition(code=whole.procedure.code), manner="")
    with clock.telling(clock.at_local(date(2026, 3, 12), time(9))):
        make_version(definition=poor, by=officer)
    assert told("PUBLIC_CONTENT_FULL", until=date(2026, 3, 11)) == Measured(1, 1)


def test_a_unit_is_told_of_its_own_procedures_only(officer):
    commune = OrganisationFactory.create(kind="commune")
    health = OrganisationFactory.create(kind="department", code="H26.99")
    write(officer, date(2026, 3, 3), **IN_TIME)
    write(officer, date(2026, 3, 3), tier=Tier.CITY, agency=health.code, **IN_TIME)
    write(officer, date(2026, 3, 3), tier=Tier.CITY, agency="H26.98", **IN_TIME)
    assert told("PUBLISH_ON_TIME") == Measured(3, 3)
    assert told("PUBLISH_ON_TIME", commune) == Measured(1, 1)
    assert told("PUBLISH_ON_TIME", health) == Measured(1, 1)
    assert told("ONLINE_SERVICE_RATIO", health) == Measured(1, 1)
    assert told("ONLINE_SERVICE_RATIO") == Measured(3, 3)
    assert told("ELECTRONIC_CERTIFIED_COPY", commune) == Measured(0, 1)
    assert told("ELECTRONIC_CERTIFIED_COPY", health) == Measured(0, 0)
