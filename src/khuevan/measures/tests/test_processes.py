"""The log of a procedure: judged by the process of the filing day, handed out whole."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from khuevan.catalogue.public import published
from khuevan.catalogue.tests.factories import publish
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import STEPS, make_cast, make_dossier, move_all
from khuevan.measures.queries import logs
from khuevan.measures.queries.logs import log_of, models_of
from khuevan.platform import clock
from khuevan.process.public import from_steps, read_steps, to_bpmn


@pytest.fixture
def cast(documents):
    return make_cast()


def shown(client, cast):
    client.force_login(cast.head)
    return client.get(reverse("measures-process", args=[cast.procedure])).context_data


@pytest.mark.django_db
def test_dossiers_that_follow_their_process_fit_it(cast, client):
    for state in (Business.FILED, Business.STOPPED, Business.DECIDED, Business.DECIDED):
        make_dossier(state, cast=cast)
    told = shown(client, cast)
    assert (told["log"].cases, told["log"].all_cases) == (4, 4)
    assert (told["conformance"].fitting, told["deviations"]) == (4, [])


@pytest.mark.django_db
def test_a_moved_dossier_is_judged_by_the_process_of_its_filing_day(cast, client):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    old = published(cast.procedure)
    rows = [*STEPS[:3], {"name": "Thẩm tra pháp lý", "duty": "handle", "hours": "4"}, *STEPS[3:]]  # fmt: skip
    process = to_bpmn(from_steps("p", "Quy trình", read_steps(rows)))
    new = publish(replace(old.definition, process=process))
    move_all(old, new)
    today = clock.today()
    log = log_of(cast.procedure, today, today)
    assert log.versions == {str(dossier.pk): old.id}
    assert set(models_of(log)) == {str(old.id)}


@pytest.mark.django_db
def test_the_page_names_the_steps_that_left_the_process(cast, client, monkeypatch):
    make_dossier(Business.DECIDED, cast=cast)
    rows = [row for row in STEPS if row["name"] != "Ký"]
    other = to_bpmn(from_steps("p", "Quy trình", read_steps(rows)))
    stricter = publish(replace(published(cast.procedure).definition, process=other))
    monkeypatch.setattr(logs, "version", lambda key: stricter)
    logs.model_of.cache_clear()
    told = shown(client, cast)
    logs.model_of.cache_clear()
    assert told["deviations"] == [
        ("“Ký” được làm ở chỗ quy trình không có bước này", 1)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_log_leaves_whole_and_without_the_names_of_people(cast, client, monkeypatch):
    monkeypatch.setattr(logs, "MOST_CASES", 1)
    for _ in range(3):
        make_dossier(Business.DECIDED, cast=cast)
    client.force_login(cast.head)
    address = reverse("measures-process-export", args=[cast.procedure, "xes"])
    xes = client.get(address).getvalue()
    assert xes.count(b"<trace>") == 3
    ocel = client.get(address.replace("xes", "ocel")).getvalue()
    kinds = [one["type"] for one in json.loads(ocel)["objects"]]
    assert (kinds.count("case"), kinds.count("resource")) == (3, 0)
    for content in (xes, ocel):
        assert str(cast.officer.pk).encode() not in content


@pytest.mark.django_db(transaction=True)
def test_a_log_written_as_parquet_is_read_as_any_other(cast, tmp_path):
    for _ in range(2):
        make_dossier(Business.DECIDED, cast=cast)
    path = tmp_path / "log.parquet"
    assert "14 events" in told("counter", "events", path)
    found = json.loads(told("analytics", "map", path, "--json"))
    assert (found["cases"], found["events"], found["variants"]) == (2, 14, 1)
    with pytest.raises(CommandError, match="give a name that ends in"):
        call_command("counter", "events", str(tmp_path / "log.csv"))


def told(*words):
    out = StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()
