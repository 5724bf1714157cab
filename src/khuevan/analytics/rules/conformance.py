"""Conformance: where did a case leave the process it was to follow?

The process is a graph of what may directly follow what. A case is laid beside the way
through the graph that fits it best (an optimal alignment, Adriansyah 2014): each of its
events that has no place there, and each step of the way without an event, costs one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class Kind(StrEnum):
    """How a case can leave its process."""

    SKIPPED = "skipped"
    UNEXPECTED = "unexpected"
    WRONG_ORDER = "wrong_order"
    UNFINISHED = "unfinished"


SENTENCES = {
    Kind.SKIPPED: N_("“%(activity)s” was left out"),
    Kind.UNEXPECTED: N_(
        "“%(activity)s” was done where the process has no place for it"
    ),
    Kind.WRONG_ORDER: N_("“%(activity)s” was done out of its turn"),
    Kind.UNFINISHED: N_("The case ended before “%(activity)s”"),
}


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """A process as the steps that may directly follow each other.

    `allowed` maps a step to those that may follow; a way begins with one of `starts`
    and ends with one of `ends`.
    """

    name: str
    allowed: Mapping[str, frozenset[str] | set[str]]
    starts: frozenset[str] | set[str]
    ends: frozenset[str] | set[str]

    def after(self, step: str | None) -> list[str]:
        """List what may come after a step, or first of all; always in one order."""
        return sorted(self.starts if step is None else self.allowed.get(step, ()))


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure: its kind, the step, and the place in the case (from 0)."""

    kind: Kind
    activity: str
    place: int

    @property
    def sentence(self) -> str:
        """Return the untranslated sentence; `activity` fills its place."""
        return SENTENCES[self.kind]


@dataclass(frozen=True, slots=True)
class Checked:
    """A sequence laid beside its process.

    `fitness` is 1 where they agree and 0 where nothing does: 1 − cost ÷ (events +
    steps of the shortest way).
    """

    deviations: tuple[Deviation, ...]
    fitness: float


_Place = tuple[int, str | None]
"""How many events are read, and the step of the process last taken."""


@dataclass(frozen=True, slots=True)
class _Move:
    """`event` without a step, `step` without an event, or both together."""

    place: int
    event: str | None
    step: str | None


def check(
    trace: Sequence[str], model: ProcessModel, *, finished: bool = True
) -> Checked:
    """Return where a sequence of steps departs from a process.

    A case that is not `finished` may stop anywhere. Raises RuleBroken where the
    process itself cannot be gone through.
    """
    shortest = len(_align((), model, finished=True))
    moves = _align(trace, model, finished=finished)
    found = tuple(_deviations(moves, len(trace)))
    cost = sum(1 for move in moves if move.event is None or move.step is None)
    return Checked(found, 1 - cost / (len(trace) + shortest))


def _align(trace: Sequence[str], model: ProcessModel, *, finished: bool) -> list[_Move]:
    """Find a cheapest way by breadth: free moves are looked at first."""
    start: _Place = (0, None)
    came: dict[_Place, tuple[_Place, _Move]] = {}
    queue: deque[tuple[_Place, _Place | None, _Move | None]] = deque(
        [(start, None, None)]
    )
    done: set[_Place] = set()
    while queue:
        place, before, move = queue.popleft()
        if place in done:
            continue
        done.add(place)
        if before is not None and move is not None:
            came[place] = before, move
        read, step = place
        if read == len(trace) and (not finished or step in model.ends):
            return list(_back(place, came))[::-1]
        for to, taken in _moves(trace, model, place):
            if taken.event is not None and taken.step is not None:
                queue.appendleft((to, place, taken))
            else:
                queue.append((to, place, taken))
    raise RuleBroken(
        N_("The process “%(name)s” has no way from a start to an end."), name=model.name
    )


def _moves(
    trace: Sequence[str], model: ProcessModel, place: _Place
) -> Iterator[tuple[_Place, _Move]]:
    read, step = place
    following = model.after(step)
    if read < len(trace):
        event = trace[read]
        if event in following:
            yield (read + 1, event), _Move(read, event, event)
        yield (read + 1, step), _Move(read, event, None)
    for name in following:
        yield (read, name), _Move(read, None, name)


def _back(place: _Place, came: dict[_Place, tuple[_Place, _Move]]) -> Iterator[_Move]:
    while place in came:
        place, move = came[place]
        yield move


def _deviations(moves: Sequence[_Move], length: int) -> Iterator[Deviation]:
    extra = Counter(m.event for m in moves if m.event is not None and m.step is None)
    missing = Counter(m.step for m in moves if m.step is not None and m.event is None)
    moved = extra & missing  # done, and missing elsewhere: the same step, misplaced
    late = Counter(moved)
    for move in moves:
        if move.event is not None and move.step is not None:
            continue
        if move.event is not None:
            if moved[move.event]:
                moved[move.event] -= 1
                yield Deviation(Kind.WRONG_ORDER, move.event, move.place)
            else:
                yield Deviation(Kind.UNEXPECTED, move.event, move.place)
        elif move.step is not None:
            if late[move.step]:
                late[move.step] -= 1
            elif move.place == length:
                yield Deviation(Kind.UNFINISHED, move.step, move.place)
            else:
                yield Deviation(Kind.SKIPPED, move.step, move.place)
