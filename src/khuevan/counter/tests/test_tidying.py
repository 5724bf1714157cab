"""What has served is forgotten; what keeps a fact from being told twice stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from khuevan.counter.models import SyncMessage
from khuevan.counter.rules.states import Business
from khuevan.counter.rules.syncing import State
from khuevan.counter.tidying import TOLD_KEPT, forget_old
from khuevan.platform import clock

from .factories import make_cast, make_dossier


@pytest.fixture
def told(db):
    dossier = make_dossier(Business.IN_PROCESS, cast=make_cast())
    common = {"dossier": dossier, "kind": "create", "status": 1, "payload": {"Ten": "Lan"}}  # fmt: skip
    done = SyncMessage.objects.create(
        **common, sequence=1, state=State.DONE, done_at=clock.now(), answer="{}"
    )
    waiting = SyncMessage.objects.create(**common, sequence=2)
    return done, waiting


def test_what_the_portal_took_long_ago_is_emptied_and_still_counts_as_told(told):
    done, waiting = told
    assert forget_old() == 0
    with clock.telling(clock.now() + TOLD_KEPT + timedelta(days=1)):
        assert forget_old() == 1
        assert forget_old() == 0
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.payload, done.answer, done.sequence) == ({}, "", 1)
    assert waiting.payload == {"Ten": "Lan"}
