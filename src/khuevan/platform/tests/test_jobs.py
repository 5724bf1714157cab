"""Long work shows how far it is, stops when asked and survives its worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from khuevan.platform import clock, jobs, tasks
from khuevan.platform.errors import RuleBroken
from khuevan.platform.models import Job, JobState


pytestmark = [pytest.mark.urls("khuevan.platform.tests.urls"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(jobs, "_kinds", {})
    monkeypatch.setattr(jobs, "_BETWEEN_WRITES_SECONDS", 0)

    @jobs.register("test.count", title="Count")
    def count(progress, *, upto):
        for n in range(upto):
            progress(n, upto, f"at {n}")
        progress(upto, upto)
        return {"counted": upto}

    @jobs.register("test.refuse", title="Refuse")
    def refuse(progress):
        raise RuleBroken("Due in %(days)s days.", days=3)

    @jobs.register("test.break", title="Break")
    def fail(progress):
        raise ZeroDivisionError

    @jobs.register("test.stop", title="Stop")
    def stop(progress):
        progress(1, 10)
        jobs.ask_to_stop(Job.objects.get())
        progress(2, 10)
        pytest.fail("it was asked to stop")


@pytest.fixture
def an(django_user_model):
    return django_user_model.objects.create(username="an", full_name="An")


@pytest.fixture
def pages(an):
    client = Client()
    client.force_login(an)
    return client


def test_a_job_runs_and_keeps_its_result(an):
    job = jobs.start_job("test.count", an, upto=5)
    assert ProcrastinateJob.objects.get().args == {"job_id": str(job.pk)}
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"counted": 5})
    assert (job.done, job.total) == (5, 5)
    assert job.finished_at is not None


def test_a_refused_job_says_why(an):
    job = jobs.start_job("test.refuse", an)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert jobs.sentence(job) == "Due in 3 days."


def test_a_fault_ends_a_job_without_its_inside(an):
    job = jobs.start_job("test.break", an)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "ZeroDivision" not in jobs.sentence(job)


def test_a_running_job_stops_at_its_next_step(an):
    job = jobs.start_job("test.stop", an)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.CANCELLED, 2)


def test_a_waiting_job_stops_at_once(an):
    job = jobs.start_job("test.count", an, upto=5)
    jobs.ask_to_stop(job)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.CANCELLED, 0)


def test_a_finished_job_is_not_run_again(an):
    job = jobs.start_job("test.count", an, upto=5)
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.attempts == 1


def test_a_job_interrupted_too_often_is_given_up(an):
    job = jobs.start_job("test.count", an, upto=5)
    Job.objects.update(attempts=jobs.MOST_ATTEMPTS, state=JobState.RUNNING)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_nothing_starts_when_the_transaction_fails(an):
    with transaction.atomic():
        jobs.start_job("test.count", an, upto=5)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_an_unknown_kind_is_a_fault_of_ours(an):
    with pytest.raises(LookupError):
        jobs.start_job("test.unknown", an)


def test_the_time_left_follows_the_pace_so_far():
    job = Job(state=JobState.RUNNING, done=25, total=100)
    job.started_at = clock.now() - timedelta(seconds=10)
    assert jobs.remaining(job) == timedelta(seconds=30)
    job.done = 0
    assert jobs.remaining(job) is None


def test_a_page_shows_progress_without_scripts(pages, an):
    job = jobs.start_job("test.count", an, upto=5)
    Job.objects.update(state=JobState.RUNNING, done=2, total=5, started_at=clock.now())
    shown = pages.get(f"/jobs/{job.pk}/").content.decode()
    assert '<progress id="job-progress" max="5" value="2">' in shown
    assert 'aria-live="polite"' in shown
    assert 'http-equiv="refresh"' in shown


def test_a_fragment_is_for_polling(pages, an):
    job = jobs.start_job("test.count", an, upto=5)
    shown = pages.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert shown.content.decode().startswith('<div id="job"')
    jobs.run(job.pk)
    shown = pages.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert "hx-trigger" not in shown.content.decode()


def test_machines_read_a_job_as_json(pages, an):
    job = jobs.start_job("test.count", an, upto=5)
    told = pages.get(f"/jobs/{job.pk}/", headers={"accept": "application/json"}).json()
    assert told["id"] == str(job.pk)
    assert told["state"] == "waiting"


def test_a_job_is_its_owners_alone(django_user_model, an):
    job = jobs.start_job("test.count", an, upto=5)
    other = Client()
    other.force_login(django_user_model.objects.create(username="b", full_name="B"))
    assert other.get(f"/jobs/{job.pk}/").status_code == 404
    assert other.post(f"/jobs/{job.pk}/stop/").status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert Client().get(f"/jobs/{job.pk}/").status_code == 302


def test_a_job_is_stopped_by_its_owner(pages, an):
    job = jobs.start_job("test.count", an, upto=5)
    assert pages.post(f"/jobs/{job.pk}/stop/").status_code == 302
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def _work():
    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_done_by_the_next(an, monkeypatch):
    # The worker's threads then close their connections, or the database stays in use.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    job = jobs.start_job("test.count", an, upto=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '2 minutes') RETURNING id"
        )
        [worker] = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker]
        )
    Job.objects.update(state=JobState.RUNNING, started_at=clock.now())
    tasks.rescue_jobs.defer()
    _work()
    _work()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)
