"""Long work: started by a person, done by a worker, watched and stopped on a page.

An app registers its job functions in its `tasks.py`:

    @jobs.register("indicators.recompute", title=N_("Recompute all indicators"))
    def recompute(progress: Progress, *, year: int) -> dict[str, int]: ...

A job function may be run again from its start when a worker dies, so it commits in
portions and skips what is done. It calls `progress(done, total, note)` between
portions, outside a transaction: that is where a wish to stop reaches it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from . import clock
from .errors import N_, InputRefused, KhuevanError
from .models import Job, JobState


TASK = "khuevan.run_job"
MOST_ATTEMPTS = 3
_BETWEEN_WRITES_SECONDS = 0.3
log = logging.getLogger(__name__)


class Owner(Protocol):
    """Whoever starts a job, known only by reference."""

    @property
    def ref(self) -> str: ...


class Cancelled(KhuevanError):
    """Somebody asked the job to stop."""


class Progress:
    """The handle by which a job function says how far it is."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._written_at = 0.0

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Record how far the work is; raise Cancelled where it shall stop."""
        now = time.monotonic()
        if done < total and now - self._written_at < _BETWEEN_WRITES_SECONDS:
            return
        self._written_at = now
        rows = Job.objects.filter(pk=self._job.pk)
        rows.update(done=min(done, total), total=total, note=note[:300])
        if rows.filter(stop_asked_at__isnull=False).exists():
            raise Cancelled


JobFunction = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class _Kind:
    title: str
    function: JobFunction


_kinds: dict[str, _Kind] = {}


def register(kind: str, *, title: str) -> Callable[[JobFunction], JobFunction]:
    """Register a job function under a name such as `indicators.recompute`."""

    def remember(function: JobFunction) -> JobFunction:
        _kinds[kind] = _Kind(title, function)
        return function

    return remember


@transaction.atomic
def start_job(kind: str, by: Owner | None, **arguments: Any) -> Job:
    """Hand work to the worker and return its row; it begins after this transaction."""
    if kind not in _kinds:
        raise LookupError(f"No job function is registered as {kind!r}.")
    job = Job.objects.create(kind=kind, owner=by.ref if by else "", arguments=arguments)
    app.configure_task(TASK).defer(job_id=str(job.pk))
    return job


@transaction.atomic
def ask_to_stop(job: Job) -> None:
    """Ask a job to stop: at once where it waits, at its next step where it runs."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == JobState.WAITING:
        _end(job, JobState.CANCELLED, N_("Stopped before it began."))
    elif job.state == JobState.RUNNING and job.stop_asked_at is None:
        job.stop_asked_at = clock.now()
        job.save(update_fields=["stop_asked_at"])


def run(job_id: UUID) -> None:
    """Do one job, in the worker."""
    job = _begin(job_id)
    if job is None:
        return
    try:
        result = _kinds[job.kind].function(Progress(job), **job.arguments)
    except Cancelled:
        _end(
            job, JobState.CANCELLED, N_("Stopped, as asked. What was done stays done.")
        )
    except InputRefused as refused:
        _end(job, JobState.FAILED, str(refused)[:500])
    except KhuevanError as refused:
        _end(job, JobState.FAILED, refused.sentence, refused.params)
    except Exception:
        log.exception("job failed", extra={"job": str(job.pk), "kind": job.kind})
        _end(
            job,
            JobState.FAILED,
            N_("A fault of ours stopped the work; it is recorded."),
        )
    else:
        _end(job, JobState.DONE, N_("Finished."), result=result or {})


def title(job: Job) -> str:
    """Return what the job does, in the reader's language."""
    return gettext(_kinds[job.kind].title) if job.kind in _kinds else job.kind


def sentence(job: Job) -> str:
    """Return how the job ended, in the reader's language."""
    told = gettext(job.sentence) if job.sentence else ""
    return told % job.params if job.params else told


def remaining(job: Job) -> timedelta | None:
    """Return how long the work will still take at its pace so far, if that is known."""
    if job.state != JobState.RUNNING or not job.done or not job.started_at:
        return None
    elapsed = clock.now() - job.started_at
    return timedelta(
        seconds=round(elapsed.total_seconds() / job.done * (job.total - job.done))
    )


@transaction.atomic
def _begin(job_id: UUID) -> Job | None:
    job = Job.objects.select_for_update().filter(pk=job_id).unfinished().first()
    if job is None:
        return None
    if job.stop_asked_at is not None:
        _end(
            job, JobState.CANCELLED, N_("Stopped, as asked. What was done stays done.")
        )
        return None
    if job.attempts >= MOST_ATTEMPTS:
        _end(
            job, JobState.FAILED, N_("The work was interrupted too often and given up.")
        )
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.done = job.total = 0
    job.started_at = clock.now()
    job.save(update_fields=["state", "attempts", "started_at", "done", "total"])
    return job


def _end(
    job: Job,
    state: JobState,
    sentence: str,
    params: dict[str, Any] | None = None,
    result: dict[str, Any] | None = None,
) -> None:
    Job.objects.filter(pk=job.pk).unfinished().update(
        state=state,
        sentence=sentence,
        params={key: str(value) for key, value in (params or {}).items()},
        result=result or {},
        finished_at=clock.now(),
    )
