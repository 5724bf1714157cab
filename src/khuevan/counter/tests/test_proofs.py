"""What an applicant takes home: every fact of a dossier, checked without the platform."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from khuevan.counter import actions
from khuevan.counter.rules.states import Business
from khuevan.journal.public import facts_about

from .factories import make_dossier


TOOL = Path(__file__).parents[4] / "tools/verify_proof.py"

pytestmark = pytest.mark.usefixtures("feed_shows_this_transaction")


@pytest.fixture
def dossier(cast):
    make_dossier(Business.FILED, cast=cast)  # facts of others stand between
    made = make_dossier(Business.DECIDED, cast=cast)
    call_command("journal", "seal", stdout=StringIO())
    return made


@pytest.fixture
def taken_home(client, cast, dossier):
    client.force_login(cast.citizen)
    page = client.get(reverse("dossier", args=[dossier.pk])).text
    address = reverse("journal:proofs", args=[dossier.ref])
    assert address in page
    traces = client.get(reverse("journal:traces", args=[dossier.ref])).text
    assert address in traces
    assert "verify_proof.py" in traces
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    return answer.json()


def checked(tmp_path, document, *arguments):
    file = tmp_path / "proofs.json"
    file.write_text(json.dumps(document))
    return subprocess.run(
        [sys.executable, "-I", "-S", TOOL, file, *arguments],
        text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_the_applicant_takes_every_fact_home_and_the_tool_confirms_each(
    client, taken_home, dossier, tmp_path
):
    published = client.get(reverse("journal:overview")).text
    [key] = set(re.findall(r"[\w./-]+/journal\+[0-9a-f]{8}\+[\w+/=]+", published))
    done = checked(tmp_path, taken_home, "--key", key)
    assert done.returncode == 0, done.stdout + done.stderr
    facts = facts_about(dossier.ref)
    for fact in facts:
        assert f"Fact {fact.number} stands in the log" in done.stdout
    assert done.stdout.count("counter.dossier_decided") == 1
    assert taken_home["waiting"] == []


def test_a_fact_left_out_changed_or_borrowed_is_noticed(taken_home, tmp_path):
    proofs = taken_home["proofs"]
    missing = checked(tmp_path, taken_home | {"proofs": proofs[:3] + proofs[4:]})
    assert (missing.returncode, "A fact is missing before" in missing.stdout) == (1, True)  # fmt: skip
    changed = proofs[2] | {"content": proofs[2]["content"].replace("counter.", "Counter.")}  # fmt: skip
    spoiled = checked(tmp_path, taken_home | {"proofs": [*proofs[:2], changed, *proofs[3:]]})  # fmt: skip
    assert (spoiled.returncode, "does not match its hash" in spoiled.stdout) == (1, True)  # fmt: skip
    other = checked(tmp_path, taken_home | {"subject": "counter.dossier:another"})
    assert (other.returncode, "about another thing" in other.stdout) == (1, True)
    assert checked(tmp_path, taken_home | {"proofs": []}).returncode == 1


def test_what_is_not_signed_yet_is_named_as_waiting(client, taken_home, cast, dossier, tmp_path):  # fmt: skip
    actions.read_application(dossier=dossier, by=cast.head)
    later = client.get(reverse("journal:proofs", args=[dossier.ref])).json()
    assert later["waiting"] == [facts_about(dossier.ref)[-1].number]
    done = checked(tmp_path, later)
    assert done.returncode == 0
    assert "was not under a signed checkpoint yet" in done.stdout


def test_who_may_not_see_a_dossier_gets_none_of_its_facts(client, cast, dossier):
    address = reverse("journal:proofs", args=[dossier.ref])
    number = facts_about(dossier.ref)[0].number
    for person, sees in (
        (cast.stranger, False),
        (cast.head, True),
        (cast.citizen, True),
    ):
        client.force_login(person)
        assert (client.get(address).status_code == 200) == sees
        proof = client.get(reverse("journal:proof", args=[number])).json()
        assert ("content" in proof) == sees


def test_taking_a_dossiers_facts_home_takes_few_queries(
    client, cast, dossier, django_assert_max_num_queries
):
    client.force_login(cast.citizen)
    with django_assert_max_num_queries(12):
        client.get(reverse("journal:proofs", args=[dossier.ref]))
