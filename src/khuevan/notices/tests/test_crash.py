"""Killed with -9 in the middle: each inbox has each fact once, each mail arrives."""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.db import connection

from khuevan.directory.tests.factories import PersonFactory
from khuevan.notices.models import Delivery, DeliveryState, Enclosed, Notice

from .support import happen, wish


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FACTS, READERS, BATCH = 30, 3, 7

# A worker of its own process. It dies at the given call of the given step.
WORKER = """
import os, signal, sys
from datetime import timedelta
import django
from django.db import connection
step, fatal, name, port, minutes = sys.argv[1], *sys.argv[2:]
django.setup()
from django.conf import settings
from khuevan.directory.public import Person
from khuevan.notices import declaration, making, outbox, queueing, senders
from khuevan.notices.public import Message, Urgency, declare
from khuevan.platform import clock
connection.settings_dict["NAME"] = name
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
clock.shift(timedelta(minutes=int(minutes)))
queueing.is_working_day = lambda day: True
left = int(fatal)
def dying(function, *, after):
    def call(*args, **kwargs):
        global left
        left -= 1
        if not after and not left:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if after and not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return call
words = lambda fact, gathered: fact.figures
declaration._declared.clear()
if step == "words":
    words = dying(words, after=False)
elif step == "queued":
    making.enclose = dying(making.enclose, after=True)
elif step == "committed":
    making.take_facts = dying(making.take_facts, after=True)
elif step == "composed":
    senders.compose = dying(senders.compose, after=True)
declare(Message("toy.thing_burnt", "Thing %(code)s", "It burnt.",
    lambda fact, gathered: Person.objects.values_list("pk", flat=True), words,
    lambda fact, gathered: "/city/", Urgency.NOW))
if port == "0":
    settings.EMAIL_HOST = "mail.example.org"
    while making.take_facts(limit=BATCH): pass
else:
    while outbox.deliver_due(): pass
""".replace("BATCH", str(BATCH))


def work(step="nothing", fatal=0, *, port=0, minutes=0):
    name = connection.settings_dict["NAME"]
    arguments = [step, str(fatal), name, str(port), str(minutes)]
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(sys.path)}
        | {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        | {"KHUEVAN_VAR": str(django_settings.VAR)},
    )


def test_killed_makers_tell_each_fact_once(wait_for_readers):
    readers = PersonFactory.create_batch(READERS)
    facts = [happen("toy.thing_burnt", code=f"A{n}") for n in range(FACTS)]
    wait_for_readers()
    for step, fatal in [("words", 4), ("queued", 2), ("committed", 2), ("words", 9)]:
        assert work(step, fatal).wait() == -signal.SIGKILL
    assert work().wait() == 0
    told = Notice.objects.values_list("fact", "person_id")
    assert sorted(told) == sorted((f, r.pk) for f in facts for r in readers)
    queued = Enclosed.objects.values_list("notice", flat=True)
    assert Counter(queued) == Counter(Notice.objects.values_list("pk", flat=True))


def test_killed_carriers_bring_each_mail(post_office, wait_for_readers):
    for person in PersonFactory.create_batch(READERS):
        wish(person, urgent_passes=True)
    for number in range(4):
        happen("toy.thing_burnt", code=f"A{number}")
    wait_for_readers()
    assert work(minutes=1).wait() == 0
    # Messages the mail server took whose carrier died before it could note that.
    for lease, fatal in enumerate([3, 2, 4]):
        carrier = work(port=post_office.port, minutes=60 * 24 * (lease + 3))
        kill_after(post_office, carrier, messages=fatal)
        assert carrier.wait() == -signal.SIGKILL
    post_office.clerk.after_taking = lambda: None
    assert work("composed", 2, port=post_office.port, minutes=60 * 24 * 7).wait() != 0
    assert work(port=post_office.port, minutes=60 * 24 * 8).wait() == 0
    sent = Delivery.objects.filter(state=DeliveryState.SENT)
    assert sent.count() == Delivery.objects.count() == 4 * READERS
    assert set(post_office.ids()) == {f"<{d.pk}@localhost>" for d in sent}
    twice = [copies for copies in Counter(post_office.ids()).values() if copies > 1]
    assert twice == [2, 2, 2]


def kill_after(post_office, carrier, *, messages):
    left = [messages]

    def count_down():
        left[0] -= 1
        if left[0] == 0:
            carrier.kill()
            carrier.wait()  # it shall not hear that its message was taken

    post_office.clerk.after_taking = count_down
