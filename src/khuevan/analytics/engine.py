"""The switch: the same Ibis expressions on DuckDB here, or on Spark beyond one machine.

Instants are counted as whole microseconds since 1970 before anything is reckoned with
them, because the backends differ in how they cut fractions of seconds and agree on
integers. Sums are kept as whole seconds and the microseconds left over: no sum of a
city's waiting overflows, and every mean is exact on both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, TypeAlias

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
import pyarrow.parquet as pq

from khuevan.platform.errors import N_, Unavailable

from .reading import COLUMNS, EventLog


MICROSECONDS = 1_000_000
MEMORY = "4GB"
"""What DuckDB may take before it uses the disk: the database next to it needs some, too."""

Table = Any
"""An Ibis table; Ibis carries no types."""

Source: TypeAlias = EventLog | pa.Table | Path
"""A log that was read, one in memory, or a Parquet file with the same columns."""


class Backend(StrEnum):
    """Where the expressions run."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def _counted_by(name: str) -> Any:
    """Return a backend's own function from an instant to microseconds since 1970."""

    def microseconds_since_1970(instant: Any) -> Any: ...

    return ibis.udf.scalar.builtin(
        microseconds_since_1970,
        name=name,
        signature=((dt.Timestamp("UTC"),), dt.int64),
    )


COUNTED = {
    Backend.DUCKDB: _counted_by("epoch_us"),
    Backend.SPARK: _counted_by("unix_micros"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A log within reach of a backend: its `events`, and room for what is kept."""

    backend: Backend
    connection: Any
    events: Table
    folder: Path
    kept: list[Table] = field(default_factory=list)

    def stream(self, expression: Table) -> Iterator[dict[str, Any]]:
        """Yield the rows of an ordered expression, of any number, through the disk."""
        path = Path(mkdtemp(dir=self.folder)) / "stream.parquet"
        expression.to_parquet(path)
        # Spark writes a folder of parts, in order.
        for part in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
            with pq.ParquetFile(part) as file:
                for batch in file.iter_batches():
                    yield from batch.to_pylist()

    def keep(self, expression: Table) -> Table:
        """Work an expression out once, for several questions asked of it."""
        if self.backend is Backend.DUCKDB:
            name = f"kept_{len(self.kept)}"
            table = self.connection.create_table(name, expression, temp=True)
        else:
            table = expression.cache()
        self.kept.append(table)
        return table


@contextmanager
def opened(source: Source, backend: Backend | str = Backend.DUCKDB) -> Iterator[Opened]:
    """Give the events as an Ibis table with `us`, microseconds since 1970.

    Spark is the session of the process, or a local one; it needs Java and PySpark.
    """
    backend = Backend(backend)
    with TemporaryDirectory(prefix="khuevan-analysis-") as name:
        folder = Path(name)
        path = _path(source, folder)
        if backend is Backend.SPARK:
            found = _opened(backend, _spark(), path, folder)
            try:
                yield found
            finally:
                for table in reversed(found.kept):
                    table.release()
        else:
            connection = ibis.duckdb.connect(temp_directory=name, memory_limit=MEMORY)
            try:
                yield _opened(backend, connection, path, folder)
            finally:
                connection.disconnect()


def _spark() -> Any:
    if find_spec("pyspark") is None or not (which("java") or os.environ.get("JAVA_HOME")):  # fmt: skip
        raise Unavailable(N_("Spark needs PySpark and Java on this machine."))
    return ibis.pyspark.connect()


def _opened(backend: Backend, connection: Any, path: Path, folder: Path) -> Opened:
    events = connection.read_parquet(str(path.resolve())).select(*COLUMNS)
    numbered = events.mutate(us=COUNTED[backend](events.occurred_at)).drop(
        "occurred_at"
    )
    return Opened(backend, connection, numbered, folder)


def _path(source: Source, folder: Path) -> Path:
    if isinstance(source, EventLog):
        return source.path
    if isinstance(source, Path):
        return source
    path: Path = folder / "log.parquet"
    pq.write_table(source.select(COLUMNS), path)
    return path


def rows(expression: Table) -> list[dict[str, Any]]:
    """Run an expression and return its rows as dictionaries."""
    found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
    return found


def size(table: Table) -> int:
    """Return the number of rows of a table."""
    return int(table.count().to_pyarrow().as_py())


def total(expression: Any) -> dict[str, Any]:
    """Return the parts of an exact sum of microseconds, to be put together by `mean`."""
    return {
        "seconds": (expression // MICROSECONDS).sum(),
        "left_over": (expression % MICROSECONDS).sum(),
    }


def microseconds(row: dict[str, Any]) -> int:
    """Put an exact sum together again."""
    return int(row["seconds"]) * MICROSECONDS + int(row["left_over"])


def seconds(amount: float | int) -> float:
    """Return microseconds as seconds.

    Quantiles between two values are cut to thousandths of a microsecond, below which
    backends may interpolate differently.
    """
    return round(amount, 3) / MICROSECONDS


def mean_seconds(sum_of_microseconds: int, count: int) -> float:
    """Return the nearest float to the exact mean; integers divide without rounding."""
    return sum_of_microseconds / (count * MICROSECONDS)
