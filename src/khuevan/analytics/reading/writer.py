"""Events to Parquet in batches, so that a log of any size needs little memory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from khuevan.platform.errors import InputRefused, Problem

from .log import SCHEMA, EventLog, Row, Skipped


BATCH = 100_000
MOST_PROBLEMS = 20
"""After so many faults reading stops: the list is for people."""


class LogWriter:
    """Takes events in order, writes them, and collects faults and what was skipped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events = 0
        self.problems: list[Problem] = []
        self.skipped: Counter[tuple[str, str]] = Counter()
        self._rows: list[Row] = []
        self._file = pq.ParquetWriter(path, SCHEMA, compression="zstd")

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, row: Row) -> None:
        """Take one event."""
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._flush()

    def add_columns(self, columns: list[pa.Array]) -> None:
        """Take a batch of case, activity, instant, resource and organisation."""
        size = len(columns[0])
        position = pa.array(range(self.events, self.events + size), pa.int64())
        self.events += size
        self._file.write_table(
            pa.table([*columns[:3], position, *columns[3:]], schema=SCHEMA)
        )

    def skip(self, sentence: str, count: int = 1, about: str = "") -> None:
        """Remember that something was left out, or read in an unusual way."""
        self.skipped[sentence, about] += count

    def refuse(
        self, where: str, what: str, mend: str = "", **params: str | int
    ) -> None:
        """Note a fault; when there are enough of them, stop with all."""
        self.problems.append(Problem(where, what, mend, params))
        if len(self.problems) >= MOST_PROBLEMS:
            raise InputRefused(self.problems)

    def finish(self, *, all_lifecycles: bool) -> EventLog:
        """Return the log; InputRefused where anything was wrong."""
        if self.problems:
            raise InputRefused(self.problems)
        self._flush()
        skipped = tuple(
            Skipped(sentence, {"count": count, **({"about": about} if about else {})})
            for (sentence, about), count in self.skipped.items()
        )
        return EventLog(self.path, self.events, skipped, all_lifecycles)

    def _flush(self) -> None:
        if self._rows:
            columns = [list(column) for column in zip(*self._rows, strict=True)]
            kinds = [SCHEMA.field(n).type for n in (0, 1, 2, 4, 5)]
            self._rows = []
            self.add_columns(
                [pa.array(c, kind) for c, kind in zip(columns, kinds, strict=True)]
            )
