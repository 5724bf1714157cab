"""A pass opens one thing for a while, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from khuevan.platform import clock
from khuevan.platform.passes import make_pass, read_pass


KEY = UUID(int=7)
HOUR = timedelta(hours=1)


def test_a_pass_opens_its_thing_until_its_time_is_over():
    now = clock.now().replace(microsecond=0)
    with clock.telling(now):
        token = make_pass("dossier", KEY, HOUR)
    for later, opens in ((timedelta(), KEY), (HOUR, KEY), (HOUR * 1.001, None)):
        with clock.telling(now + later):
            assert read_pass("dossier", token) == opens


def test_a_pass_for_one_purpose_opens_nothing_else():
    assert read_pass("petition", make_pass("dossier", KEY, HOUR)) is None


@pytest.mark.parametrize("change", ["", "x", "-", ":", "0"])
def test_a_pass_that_was_changed_opens_nothing(change):
    token = make_pass("dossier", KEY, HOUR)
    for false in (change, token + change + "y", change + "y" + token, KEY.hex + change):
        assert read_pass("dossier", false) is None
