"""The demo city's procedures: published with all checks, and run from filing to the end."""

from __future__ import annotations

from datetime import date, time

import pytest

from demo.laws import register_laws
from demo.procedures import definitions
from khuevan.catalogue.public import publish_definition
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import clock


FROM = date(2025, 7, 1)
CODES = {d.code: d for d in definitions()}


@pytest.fixture
def published_procedures(db):
    register_laws(make_person(Role.OPERATOR))
    with clock.telling(clock.at_local(FROM, time(7))):
        for one in CODES.values():
            publish_definition(definition=one, valid_from=FROM, by=None)


def test_every_procedure_of_the_demo_passes_every_check(published_procedures):
    assert len(CODES) >= 14


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_procedure_has_a_guide_and_three_cases_of_its_author(code):
    one = CODES[code]
    assert one.executable
    assert len(one.tests) >= 3
    assert all(case.fee is not None for case in one.tests)
    guide = one.guide
    assert guide.summary
    assert guide.who
    assert guide.bring
    assert guide.after
    assert guide.events
    assert guide.also
