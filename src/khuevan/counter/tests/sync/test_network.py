"""The exchange over a real network and between processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse

from khuevan.counter.models import (
    PortalDossier,
    SyncMessage,
)
from khuevan.counter.rules.states import Business, Sync
from khuevan.counter.sync import reader, sandbox
from khuevan.counter.sync.http_adapter import HttpPortal, Network
from khuevan.counter.sync.sender import send_due
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.platform import clock
from khuevan.platform.errors import Unavailable

from .carrying import read


def test_the_trial_portal_is_closed_where_nobody_opened_it(client, db):
    address = reverse("sandbox-portal", args=["token"])
    with override_settings(NATIONAL_PORTAL=""):
        assert client.post(address).status_code == 404
    assert (
        client.post(address, "{}", content_type="application/json").status_code == 401
    )
    assert client.get(reverse("sandbox-portal", args=["dossiers"])).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_from_the_journal_over_the_network_and_back(
    documents, live_server, wait_for_readers
):
    cast = make_cast()
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    address = live_server.url + "/sandbox/national-portal"
    portal = HttpPortal(Network(address, seconds=5), sandbox.USER, sandbox.secret())
    wait_for_readers()
    while reader.take_facts():
        pass
    assert send_due(portal) == dossier.messages.count() >= 2
    dossier.refresh_from_db()
    assert dossier.sync == Sync.ACKNOWLEDGED
    day = clock.today()
    assert [h.code for h in portal.listed(day)] == [dossier.code]
    gone = HttpPortal(Network("http://127.0.0.1:9", seconds=1), "x", "y")
    with pytest.raises(Unavailable):
        gone.listed(day)


@pytest.mark.django_db(transaction=True)
def test_several_senders_at_once_tell_each_message_once(documents, portal):
    cast = make_cast()
    dossiers = [make_dossier(Business.ACCEPTED, cast=cast) for _ in range(6)]
    read(*dossiers)

    def send(_number):
        try:
            return send_due(portal)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(send, range(4)))
    sent += send_due(portal)  # what a busy neighbour made the others pass by
    assert sent == SyncMessage.objects.count()
    for dossier in dossiers:
        dossier.refresh_from_db()
        held = PortalDossier.objects.get(code=dossier.code)
        assert (held.applied, held.status) == (dossier.messages.count(), dossier.status)
        assert dossier.sync == Sync.ACKNOWLEDGED


def test_the_network_is_never_used_inside_a_transaction(db):
    with pytest.raises(RuntimeError):
        Network("http://127.0.0.1:9")("GET", "/", {}, b"")
