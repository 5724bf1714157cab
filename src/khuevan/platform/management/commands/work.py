"""`khuevan work`: the jobs' worker and the journal's readers, in one process."""

from __future__ import annotations

import threading
from typing import Any

from django.core.management import BaseCommand
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from khuevan.platform import readers


CONCURRENCY = 2
SECONDS_TO_FINISH = 20


class Command(BaseCommand):
    help = "Do what waits: jobs, schedules and the readers of the journal."

    def handle(self, *args: Any, **options: Any) -> None:
        connection.ensure_connection()
        stop = threading.Event()
        reading = threading.Thread(
            target=readers.run_until, args=[stop], name="readers"
        )
        reading.start()
        try:
            connector = app.connector
            if isinstance(connector, DjangoConnector):
                with app.replace_connector(connector.get_worker_connector()):
                    app.run_worker(
                        concurrency=CONCURRENCY,
                        fetch_job_polling_interval=1,
                        shutdown_graceful_timeout=SECONDS_TO_FINISH,
                        delete_jobs="successful",
                    )
        finally:
            stop.set()
            reading.join()
