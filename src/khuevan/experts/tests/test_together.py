"""Two bookings agreed on at once: one of them gets the time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from khuevan.experts import actions
from khuevan.experts.models import Booking
from khuevan.experts.rules.bookings import State
from khuevan.platform.errors import RuleBroken

from .factories import declared, make_cast


@pytest.mark.django_db(transaction=True)
def test_of_bookings_accepted_at_once_for_one_time_one_is_agreed(documents):
    cast = make_cast()
    asked = [cast.ask()[0] for _ in range(4)]
    start, version, person = asked[0].starts[0], declared(), cast.expert.person

    def accept(booking):
        try:
            actions.accept(booking=booking, start=start, declared=version, by=person)
            return True
        except RuleBroken:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        went = list(pool.map(accept, asked))
    assert sum(went) == 1
    states = Booking.objects.filter(pk__in=[b.pk for b in asked]).values_list("state", flat=True)  # fmt: skip
    assert sorted(states) == [State.AGREED, State.ASKED, State.ASKED, State.ASKED]
