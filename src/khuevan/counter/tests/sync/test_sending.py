"""Telling the national portal: in order, once, whatever goes wrong on the way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import (
    HealthCheck,
    given,
    settings as hypothesis_settings,
    strategies as st,
)

from khuevan.counter import actions
from khuevan.counter.models import (
    PortalDossier,
    PortalReceipt,
)
from khuevan.counter.rules.states import Business, Status, Sync
from khuevan.counter.rules.syncing import State
from khuevan.counter.sync import sandbox
from khuevan.counter.sync.sandbox import Behaviour
from khuevan.counter.sync.sender import send_due
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.platform import clock

from .carrying import finished, read, send_all


def test_a_whole_life_arrives_and_is_acknowledged(cast, portal):
    dossier = finished(cast)
    read(dossier)
    dossier.refresh_from_db()
    assert dossier.sync == Sync.PENDING
    send_all(portal, dossier)
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert dossier.synced_at is not None
    held = PortalDossier.objects.get(code=dossier.code)
    assert held.status == Status.RETURNED == dossier.status
    assert held.applied == dossier.messages.count()
    [paper] = held.payload["TaiLieuNop"]
    assert paper["IdTepTin"].startswith("TT-")
    assert all(json.loads(m.answer)["KetQua"] == "DA_NHAN" for m in dossier.messages.all())  # fmt: skip


def test_while_the_portal_is_down_work_goes_on_and_later_everything_arrives(
    cast, portal
):
    sandbox.misbehave(Behaviour.DOWN, lasting=True)
    dossier = finished(cast)
    read(dossier)
    assert send_due(portal) == 0
    dossier.refresh_from_db()
    assert (dossier.sync, dossier.status) == (Sync.FAILED, Status.RETURNED)
    first = dossier.messages.order_by("sequence").first()
    assert first.attempts == 1
    assert first.next_try_at > clock.now()
    assert "503" in first.answer
    sandbox.behave()
    send_all(portal, dossier)
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert PortalDossier.objects.get(code=dossier.code).status == Status.RETURNED


def test_a_wrong_digest_is_not_believed(cast, portal):
    dossier = make_dossier(Business.FILED, cast=cast)
    read(dossier)
    portal.token()
    portal.request_code(dossier.code)
    sandbox.misbehave(Behaviour.SLOW, Behaviour.WRONG_HASH)
    assert send_due(portal) == 0  # the code came too late
    with clock.telling(clock.now() + timedelta(hours=2)):
        send_due(portal)
        sandbox.misbehave(Behaviour.WRONG_HASH)
    send_all(portal, dossier)
    assert dossier.sync == Sync.ACKNOWLEDGED
    [given_id] = dossier.national_copy.files.values()
    assert given_id.startswith("TT-")


def test_an_acceptance_undone_after_it_was_told_is_for_people_to_sort_out(cast, portal):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    actions.undo_last(dossier=dossier, by=cast.receiver)
    read(dossier)
    send_all(portal, dossier)
    assert dossier.sync == Sync.CONFLICT
    assert dossier.messages.get(state=State.CONFLICT).held == Status.ACCEPTED


def test_a_message_is_not_sent_before_the_one_before_it(cast, portal):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    first, *rest = dossier.messages.order_by("sequence")
    first.next_try_at = clock.now() + timedelta(hours=1)
    first.save()
    assert send_due(portal) == 0
    assert rest
    assert not PortalDossier.objects.exists()


def test_what_a_killed_process_was_sending_is_sent_again_after_its_lease(cast, portal):
    dossier = make_dossier(Business.FILED, cast=cast)
    read(dossier)
    dossier.messages.update(
        state=State.SENDING, next_try_at=clock.now() + timedelta(minutes=10)
    )
    assert send_due(portal) == 0
    with clock.telling(clock.now() + timedelta(minutes=11)):
        assert send_due(portal) == 1


def test_a_portal_that_lost_a_dossier_is_told_the_whole_again(cast, portal):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    PortalDossier.objects.all().delete()
    actions.stop_dossier(dossier=dossier, reason="Luật", by=cast.head)
    read(dossier)
    send_all(portal, dossier)
    assert PortalDossier.objects.get(code=dossier.code).status == Status.STOPPED


MOODS = st.lists(
    st.sampled_from([b for b in Behaviour if b is not Behaviour.CONFLICT]), max_size=25
)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(moods=MOODS, early=st.integers(0, 3))
def test_any_order_of_failures_ends_with_both_sides_equal_and_each_message_applied_once(
    told_cast, moods, early
):
    cast, portal = told_cast
    PortalReceipt.objects.all().delete()
    sandbox.behave()
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    if early:
        read(dossier)
    sandbox.misbehave(*moods[: early * 4])
    send_due(portal)
    actions.stop_dossier(dossier=dossier, reason="Luật", by=cast.head)
    read(dossier)
    sandbox.misbehave(*moods[early * 4 :])
    send_all(portal, dossier)
    held = PortalDossier.objects.get(code=dossier.code)
    messages = list(dossier.messages.all())
    assert held.status == dossier.status
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert held.applied == len(messages)
    keys = {m.key for m in messages} | {f"{dossier.code}/code"}
    assert set(PortalReceipt.objects.values_list("key", flat=True)) == keys


@pytest.fixture
def told_cast(db, portal):
    return make_cast(), portal
