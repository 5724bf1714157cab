"""Carrying facts to the portal at once, without the feed's and the sender's waits."""

from __future__ import annotations

from datetime import timedelta

from khuevan.counter import actions
from khuevan.counter.models import SyncMessage
from khuevan.counter.rules.states import Business
from khuevan.counter.rules.syncing import State
from khuevan.counter.sync import reader
from khuevan.counter.sync.sender import send_due
from khuevan.counter.tests.factories import make_dossier, make_signed
from khuevan.journal.public import facts_about
from khuevan.platform import clock


def read(*dossiers):
    """Give the reader what is new of some dossiers, as the journal's feed would."""
    facts = [f for d in dossiers for f in facts_about(d.ref)]
    known = set(SyncMessage.objects.values_list("sequence", flat=True))
    new = [f for f in facts if f.number not in known]
    if new:
        reader._write(new)


def send_all(portal, *dossiers, tries=60):
    """Send until nothing is due any more, letting every wait pass."""
    now = clock.now()
    for number in range(tries):
        with clock.telling(now + timedelta(hours=2 * number)):
            send_due(portal)
        left = SyncMessage.objects.filter(state__in=[State.WAITING, State.SENDING])
        if not left.exists():
            break
    for dossier in dossiers:
        dossier.refresh_from_db()


def finished(cast):
    """Return a dossier that went the whole way, result handed over."""
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    make_signed(dossier, cast)
    dossier = actions.seal_result(dossier=dossier, by=cast.clerk)
    return actions.return_result(dossier=dossier, by=cast.receiver)
