"""A file becomes an event log, by its ending."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory

from khuevan.platform.errors import N_, InputRefused, Problem

from .columnar import read_columnar
from .delimited import read_delimited
from .log import ColumnNames, EventLog
from .sentences import ALL_INCOMPLETE
from .unpacking import MOST_UNPACKED
from .writer import LogWriter
from .xes import read_xes


TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
TREES = (".xes", ".xes.gz")
COLUMNAR = (".parquet",)


@contextmanager
def open_log(
    path: Path,
    *,
    columns: ColumnNames | None = None,
    classifier: str = "",
    all_lifecycles: bool = False,
    zone: tzinfo | None = None,
    limit: int = MOST_UNPACKED,
) -> Iterator[EventLog]:
    """Read a CSV or XES file, plain or gzipped, and keep it while the block runs.

    A Parquet file with the columns of a log is used where it lies.

    `columns` names those of a table, `classifier` one of an XES file by which events
    are named instead of `concept:name`. Only completed events are kept where a log
    tells them apart, unless `all_lifecycles`. Times without a zone are refused unless
    `zone` says whose they are. `limit` is the most bytes, unpacked. Raises InputRefused with the row and the rule.
    """
    if path.name.lower().endswith(COLUMNAR):
        yield _with_events(path, read_columnar(path))
        return
    with TemporaryDirectory(prefix="khuevan-log-") as folder:
        with LogWriter(Path(folder) / "log.parquet") as writer:
            if path.name.lower().endswith(TABLES):
                read_delimited(
                    path, writer, columns or ColumnNames(), zone, all_lifecycles, limit
                )
            elif path.name.lower().endswith(TREES):
                read_xes(path, writer, classifier, zone, all_lifecycles, limit)
            else:
                raise _refusal(
                    path,
                    N_("The ending of the file is not one of a log"),
                    N_("Give a .csv, .csv.gz, .xes, .xes.gz or .parquet file."),
                )
            log = writer.finish(all_lifecycles=all_lifecycles)
        yield _with_events(path, log)


def _with_events(path: Path, log: EventLog) -> EventLog:
    if log.events:
        return log
    if any(s.sentence == ALL_INCOMPLETE for s in log.skipped):
        raise _refusal(
            path,
            N_("No event is a completed one"),
            N_("Ask for all life-cycle steps to see what is there."),
        )
    raise _refusal(
        path, N_("The log has no events"), N_("Look whether this is the right file.")
    )


def _refusal(path: Path, what: str, mend: str) -> InputRefused:
    return InputRefused([Problem(path.name, what, mend)])
