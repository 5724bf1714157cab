"""What an analysis returns. Times are float seconds, exact to the microsecond."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    """A step of the process: how often, in how many cases, first and last in how many."""

    name: str
    count: int
    cases: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One activity directly followed by another in the same case.

    Waiting is from the one event to the next. `total_wait` is the sum over the log.
    """

    source: str
    target: str
    count: int
    mean_wait: float
    median_wait: float
    p90_wait: float
    total_wait: float


@dataclass(frozen=True, slots=True)
class Durations:
    """How long cases take, from their first to their last event."""

    count: int
    minimum: float
    median: float
    mean: float
    p90: float
    maximum: float
    total: float


@dataclass(frozen=True, slots=True)
class Variant:
    """A sequence of activities and how many cases went exactly so."""

    activities: tuple[str, ...]
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Variants:
    """How many different sequences there are, and the most frequent of them."""

    count: int
    top: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An activity done again in the same case: in how many cases, how many times more."""

    activity: str
    cases: int
    extra: int
    self_loops: int


@dataclass(frozen=True, slots=True)
class PingPong:
    """From one activity to another and straight back."""

    activity: str
    between: str
    count: int


@dataclass(frozen=True, slots=True)
class Rework:
    """Work done again. `cases` have at least one activity more than once."""

    cases: int
    share: float
    repeats: tuple[Repeat, ...]
    ping_pong: tuple[PingPong, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Work passed from one resource or organisation to another, with the waiting."""

    source: str
    target: str
    count: int
    mean_wait: float


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A pair with its share of all waiting in the log."""

    pair: Pair
    share: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is said of a log. Lists stand most frequent first, then by name."""

    cases: int
    events: int
    activities: tuple[Activity, ...]
    pairs: tuple[Pair, ...]
    durations: Durations
    variants: Variants
    rework: Rework
    by_resource: tuple[HandOver, ...]
    by_org: tuple[HandOver, ...]


def bottlenecks(analysis: Analysis) -> tuple[Bottleneck, ...]:
    """Rank pairs by all the waiting that went into them, the largest first."""
    everything = sum(pair.total_wait for pair in analysis.pairs)
    ranked = sorted(analysis.pairs, key=lambda p: (-p.total_wait, p.source, p.target))
    return tuple(
        Bottleneck(pair, pair.total_wait / everything if everything else 0.0)
        for pair in ranked
    )
