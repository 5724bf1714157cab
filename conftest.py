"""What every test stands on: PostgreSQL, no journal of yesterday, no network."""

from __future__ import annotations

import time
import warnings
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from hypothesis import HealthCheck, settings as hypothesis_settings

from khuevan.platform import clock


# A busy machine is no fault of a rule: properties are never timed.
hypothesis_settings.register_profile(
    "khuevan", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("khuevan")


@pytest.fixture(autouse=True)
def no_demo(settings):
    """A demo city loaded in this checkout is not the tests' city, nor its day theirs."""
    settings.DEMO = False
    settings.WEBHOOKS_MAY_STAY_INSIDE = False
    settings.API_RATE_ANONYMOUS = settings.API_RATE_CLIENT = 100_000
    settings.ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = True
    clock.shift(timedelta())


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    """No test remembers the outages, or the figures, of the one before."""
    monkeypatch.setattr("khuevan.web.maintenance.REMEMBERED_SECONDS", 0)
    monkeypatch.setattr("khuevan.platform.briefly.SECONDS", 0)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages in tests need no collected static files; journeys collect them."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }


@pytest.fixture(autouse=True)
def keys_of_this_test(settings, tmp_path):
    """Signing keys are made in the test's own folder."""
    settings.JOURNAL_KEY_FILE = tmp_path / "journal/log.key"
    settings.JOURNAL_WITNESS_FOLDER = tmp_path / "journal/witness"


@pytest.fixture(autouse=True, scope="session")
def tables_may_be_emptied_between_tests():
    """What never changes may not be emptied either; only here it is, after tests that commit."""
    flush = DatabaseOperations.sql_flush

    def unkept(self, *words, **options):
        statements = flush(self, *words, **options)
        return statements and ["SET LOCAL session_replication_role = replica", *statements]  # fmt: skip

    with patch.object(DatabaseOperations, "sql_flush", unkept):
        yield


@pytest.fixture(autouse=True)
def no_facts_of_yesterday(request):
    """Tests that really commit leave no facts behind; the journal itself refuses to."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        blocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE journal_fact, journal_head, journal_reader")
            cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def feed_shows_this_transaction(monkeypatch):
    """Let readers see facts of the test's own, uncommitted transaction.

    The feed stops below every transaction that may still run, and an ordinary test
    is one. Readers tested this way need no `transaction=True`.
    """
    monkeypatch.setattr("khuevan.journal.feed.HORIZON", f"'{2**63}'::xid8")


@pytest.fixture
def wait_for_readers():
    """Wait until readers of the journal may see every committed fact.

    The feed stops below the oldest transaction of the whole database server, those
    of tests running beside this one too.
    """

    def wait(seconds=60):
        until = time.monotonic() + seconds
        while _facts_held_back() and time.monotonic() < until:
            time.sleep(0.1)

    return wait


def _facts_held_back():
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT exists(SELECT FROM journal_fact
            WHERE transaction >= pg_snapshot_xmin(pg_current_snapshot()))
        """)
        return cursor.fetchone()[0]


@pytest.fixture
def documents(transactional_db):
    """Fill documents and periods again: emptied tables take them away between tests."""
    if apps.get_model("law", "LegalDocument").objects.exists():
        return
    for (app, _name), migration in sorted(
        MigrationLoader(None).disk_migrations.items()
    ):
        for operation in migration.operations if app in {"law", "worktime"} else ():
            if isinstance(operation, RunPython):
                operation.code(apps, None)


@pytest.fixture
def spark(monkeypatch):
    """A Spark of this machine's own, that listens nowhere else."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()
