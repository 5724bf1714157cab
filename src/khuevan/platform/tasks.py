"""What the worker does for this app: jobs, the rescue of jobs, and tidying up."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from . import clock, idempotency, jobs, tries


STALLED_AFTER_SECONDS = 30


@app.task(name=jobs.TASK)
def run_job(job_id: str) -> None:
    jobs.run(UUID(job_id))


@app.periodic(cron="* * * * *")
@app.task(name="khuevan.rescue_jobs", queueing_lock="khuevan.rescue_jobs")
async def rescue_jobs(timestamp: int = 0) -> None:
    """Queue again what a killed worker was doing: nobody else would."""
    stalled = await app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=STALLED_AFTER_SECONDS
    )
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=clock.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="khuevan.tidy_up", queueing_lock="khuevan.tidy_up")
def tidy_up(timestamp: int = 0) -> None:
    """Forget first answers past their time, and tries of past days."""
    idempotency.forget_expired()
    tries.forget_tries()
