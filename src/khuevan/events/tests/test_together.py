"""Many register at once: seats are given once, and the rest wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from khuevan.events.models import Registration
from khuevan.events.rules.events import Standing
from khuevan.platform.errors import RuleBroken

from .factories import guest, make_cast


@pytest.mark.django_db(transaction=True)
def test_seats_are_given_once_however_many_register_at_once():
    event = make_cast().published(seats=3)

    def register(number):
        try:
            return guest(event, email=f"k{number}@example.org").standing
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        standings = list(pool.map(register, range(8)))
    assert standings.count(Standing.REGISTERED) == 3
    assert standings.count(Standing.WAITING) == 5


@pytest.mark.django_db(transaction=True)
def test_one_address_that_registers_many_times_at_once_is_registered_once():
    event = make_cast().published(seats=3)

    def register(_):
        try:
            guest(event, email="k@example.org")
            return True
        except RuleBroken:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        went = list(pool.map(register, range(6)))
    assert sum(went) == 1
    assert Registration.objects.filter(event=event).count() == 1
