"""Where both sides differ: people decide, and every day is compared."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.counter.actions.syncing import (
    compare_day,
    resolve_conflict,
    settle_difference,
    take_difference,
)
from khuevan.counter.models import (
    Dossier,
    PortalDossier,
    SyncDay,
    SyncDifference,
)
from khuevan.counter.rules.states import Business, Status, Sync
from khuevan.counter.rules.syncing import (
    Choice,
    State,
)
from khuevan.counter.sync import sandbox
from khuevan.counter.sync.sandbox import Behaviour
from khuevan.counter.sync.sender import send_due
from khuevan.counter.tests.factories import make_dossier, name_duty
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .carrying import read, send_all


@pytest.fixture
def disputed(cast, portal):
    """Return a dossier the applicant withdrew on the portal while we went on."""
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    name_duty(dossier, cast)
    read(dossier)
    sandbox.misbehave(Behaviour.CONFLICT)
    send_due(portal)
    dossier.refresh_from_db()
    return dossier


def test_a_conflict_is_shown_to_the_service_centre_and_nobody_else(
    disputed, cast, keeper, client
):
    assert disputed.sync == Sync.CONFLICT
    message = disputed.messages.get(state=State.CONFLICT)
    assert message.held == Status.WITHDRAWING
    client.force_login(cast.head)
    assert client.get(reverse("dossier-sync")).status_code == 403
    address = reverse("dossier-sync-conflict", args=[message.pk])
    assert client.post(address, {"choice": "ours"}).status_code == 403
    with pytest.raises(PermissionDenied):
        resolve_conflict(message=message, choice=Choice.OURS, by=cast.head)
    client.force_login(keeper)
    page = client.get(reverse("dossier-sync")).text
    assert disputed.code in page
    assert disputed.applicant_name not in page


def test_ours_is_sent_again_and_replaces_theirs(disputed, keeper, client, portal):
    message = disputed.messages.get(state=State.CONFLICT)
    client.force_login(keeper)
    address = reverse("dossier-sync-conflict", args=[message.pk])
    assert client.post(address, {"choice": "ours"}).status_code == 302
    send_all(portal, disputed)
    assert disputed.sync == Sync.ACKNOWLEDGED
    assert PortalDossier.objects.get(code=disputed.code).status == disputed.status == Status.FINANCE  # fmt: skip
    with pytest.raises(RuleBroken, match="already"):
        resolve_conflict(message=message, choice=Choice.OURS, by=keeper)


def test_theirs_lets_the_dossier_wait_for_a_decision_on_the_withdrawal(
    disputed, keeper, portal
):
    message = disputed.messages.get(state=State.CONFLICT)
    resolve_conflict(message=message, choice=Choice.THEIRS, by=keeper)
    read(disputed)
    send_all(portal, disputed)
    assert disputed.business == Business.WITHDRAWING
    assert disputed.sync == Sync.ACKNOWLEDGED
    assert PortalDossier.objects.get(code=disputed.code).status == Status.WITHDRAWING


def test_what_the_city_cannot_follow_is_not_taken_over(disputed, keeper):
    message = disputed.messages.get(state=State.CONFLICT)
    message.held = Status.PROCESSED
    message.save()
    with pytest.raises(RuleBroken):
        resolve_conflict(message=message, choice=Choice.THEIRS, by=keeper)
    disputed.refresh_from_db()
    assert disputed.sync == Sync.CONFLICT


def test_both_sides_are_compared_by_day_procedure_and_status(cast, portal, keeper, client):  # fmt: skip
    told, silent = (make_dossier(Business.ACCEPTED, cast=cast) for _ in range(2))
    read(told)
    send_all(portal, told)
    day = clock.today()
    found = compare_day(day=day, listed=portal.listed(day), by=keeper)
    assert (found.ours, found.theirs, found.different) == (2, 1, 1)
    [count] = found.counts.all()
    assert (count.procedure, count.status, count.ours, count.theirs) == (cast.procedure, 2, 2, 1)  # fmt: skip
    [open_one] = found.differences.all()
    assert (open_one.code, open_one.ours, open_one.theirs) == (silent.code, 2, None)
    with pytest.raises(PermissionDenied):
        take_difference(difference=open_one, by=cast.head)
    client.force_login(keeper)
    assert silent.code in client.get(reverse("dossier-sync")).text
    address = reverse("dossier-sync-difference", args=[open_one.pk])
    client.post(address, {"does": "take"})
    open_one.refresh_from_db()
    assert open_one.owner == keeper
    read(silent)
    send_all(portal, silent)
    compare_day(day=day, listed=portal.listed(day), by=None)
    open_one.refresh_from_db()
    assert open_one.settled_at is not None
    assert SyncDay.objects.get().different == 0


def test_a_settled_difference_needs_words_and_comes_back_if_it_stays(cast, keeper):
    make_dossier(Business.ACCEPTED, cast=cast)
    day = clock.today()
    compare_day(day=day, listed=[], by=None)
    one = SyncDifference.objects.get()
    with pytest.raises(RuleBroken):
        settle_difference(difference=one, note=" ", by=keeper)
    settle_difference(difference=one, note="Cổng chưa nhận", by=keeper)
    with pytest.raises(RuleBroken):
        settle_difference(difference=one, note="Lại", by=keeper)
    compare_day(day=day, listed=[], by=None)
    one.refresh_from_db()
    assert one.settled_at is None


def test_a_demo_whose_past_was_loaded_gets_a_portal_that_knows_it(cast, portal):
    dossiers = [make_dossier(s, cast=cast) for s in Business if s is not Business.DRAFT]
    Dossier.objects.all().update(sync=Sync.ACKNOWLEDGED)
    assert sandbox.adopt() == len(dossiers)
    assert sandbox.adopt() == 0
    day = clock.today()
    assert compare_day(day=day, listed=portal.listed(day), by=None).different == 0
