"""Files as they are or gzipped, and an end to what a small file may unpack to."""

from __future__ import annotations

import gzip
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from khuevan.platform.errors import N_, InputRefused, Problem


if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_UNPACKED = 64 * 1024**3
"""Bytes of text a log may have; a city's year has a tenth of it."""


class Unpacked(RawIOBase):
    """The bytes of a file, unpacked where its name ends in .gz, up to a limit."""

    def __init__(self, path: Path, limit: int = MOST_UNPACKED) -> None:
        self._name, self._limit, self._read = path.name, limit, 0
        packed = path.name.lower().endswith(".gz")
        self._stream = gzip.open(path, "rb") if packed else path.open("rb")  # noqa: SIM115

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        found = self._stream.readinto(buffer)
        self._read += found
        if self._read > self._limit:
            raise InputRefused(
                [
                    Problem(
                        self._name,
                        N_("The log has more than %(limit)s bytes"),
                        N_("Split it, for instance by year."),
                        {"limit": self._limit},
                    )
                ]
            )
        return found

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
