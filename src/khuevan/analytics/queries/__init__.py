"""What a log says of its process: map, variants, rework, waiting, hand-overs."""

from .analysis import analyse, durations_of, pairs_of, rework_of, variants_of
from .conformance import CaseDeviations, Choice, Conformance, conformance
from .results import (
    Activity,
    Analysis,
    Bottleneck,
    Durations,
    HandOver,
    Pair,
    PingPong,
    Repeat,
    Rework,
    Variant,
    Variants,
    bottlenecks,
)


__all__ = [
    "Activity",
    "Analysis",
    "Bottleneck",
    "CaseDeviations",
    "Choice",
    "Conformance",
    "Durations",
    "HandOver",
    "Pair",
    "PingPong",
    "Repeat",
    "Rework",
    "Variant",
    "Variants",
    "analyse",
    "bottlenecks",
    "conformance",
    "durations_of",
    "pairs_of",
    "rework_of",
    "variants_of",
]
