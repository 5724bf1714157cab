"""The log as Parquet: what DuckDB says of it, Spark says too."""

from __future__ import annotations

import shutil

import pyarrow.parquet as pq
import pytest

from khuevan.analytics.public import LOG_SCHEMA, analyse
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import make_cast, make_dossier
from khuevan.measures.queries.logs import log_of
from khuevan.measures.queries.parquet import write_events
from khuevan.platform import clock


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written(documents, tmp_path):
    cast = make_cast()
    for state in (Business.IN_PROCESS, Business.DECIDED, Business.DECIDED):
        make_dossier(state, cast=cast)
    path = tmp_path / "events.parquet"
    today = clock.today()
    count = write_events(path, today, today, cast.procedure)
    return cast, path, count


def test_filings_and_steps_are_in_the_file_and_no_official(written):
    cast, path, count = written
    table = pq.read_table(path)
    today = clock.today()
    events = log_of(cast.procedure, today, today).table.num_rows
    assert table.num_rows == count == events
    assert table.schema.names == LOG_SCHEMA.names
    assert table["resource"].null_count == count
    assert set(table["org"].to_pylist()) == {None, cast.commune.code}
    assert analyse(path).durations.count == 3


def test_what_lies_outside_is_not_in_the_file(written, tmp_path):
    today = clock.today()
    assert write_events(tmp_path / "none.parquet", today, today, "0.0") == 0
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_spark_says_of_the_file_what_duckdb_says(written, spark):
    _cast, path, _count = written
    assert analyse(path, backend="spark") == analyse(path)
