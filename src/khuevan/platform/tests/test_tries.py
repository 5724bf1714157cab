"""Guesses are counted by code and by address, and forgotten after a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from khuevan.platform import clock, tasks, tries
from khuevan.platform.errors import RuleBroken
from khuevan.platform.models import Tries
from khuevan.platform.tries import TRIES_OF_A_CODE, TRIES_OF_AN_ADDRESS, count_guess


pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "192.0.2.2"


def test_a_code_is_guessed_ten_times_an_hour_from_wherever():
    for n in range(TRIES_OF_A_CODE):
        count_guess("dossier", "H26-1", f"192.0.2.{n}")
    with pytest.raises(RuleBroken, match="too many"):
        count_guess("dossier", " h26-1 ", THERE)
    count_guess("dossier", "H26-2", THERE)
    count_guess("petition", "H26-1", THERE)
    with clock.telling(clock.now() + timedelta(hours=1)):
        count_guess("dossier", "H26-1", THERE)


def test_an_address_guesses_thirty_times_an_hour_whatever_the_code():
    for n in range(TRIES_OF_AN_ADDRESS):
        count_guess("dossier", f"H26-{n}", HERE)
    with pytest.raises(RuleBroken, match="too many"):
        count_guess("dossier", "H26-99", HERE)
    count_guess("dossier", "H26-98", THERE)


def test_neither_codes_nor_addresses_are_listed():
    count_guess("dossier", "H26-1", HERE)
    kept = list(Tries.objects.values_list("key", "count"))
    assert [count for _, count in kept] == [1, 1]
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key, _ in kept)  # fmt: skip


def test_tries_are_forgotten_when_their_day_is_over():
    count_guess("dossier", "H26-1", HERE)
    tasks.tidy_up()
    assert Tries.objects.count() == 2
    with clock.telling(clock.now() + tries.KEPT + timedelta(hours=1)):
        tasks.tidy_up()
    assert not Tries.objects.exists()
