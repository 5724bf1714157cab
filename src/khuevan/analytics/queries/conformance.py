"""A whole log beside the processes it was to follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from khuevan.analytics.engine import Backend, Source, opened
from khuevan.analytics.rules import Checked, Deviation, Kind, ProcessModel, check

from . import expressions as ask
from .analysis import coded


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Choice = Callable[[str, datetime], str | None]
"""From a case and its first instant to the key of its model, or None for no model."""


@dataclass(frozen=True, slots=True)
class CaseDeviations:
    """A case that left its process, and how."""

    case: str
    model: str
    fitness: float
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class Conformance:
    """A log judged.

    `fitting` of `cases` have no deviation, `share` is their part; `fitness` is the mean
    over cases. `by_kind` counts deviations, `without_model` cases not judged.
    """

    cases: int
    fitting: int
    share: float
    fitness: float
    by_kind: Mapping[Kind, int]
    deviating: tuple[CaseDeviations, ...]
    without_model: int


def conformance(
    source: Source,
    models: Mapping[str, ProcessModel],
    choose: Choice,
    *,
    running: Collection[str] = (),
    backend: Backend | str = Backend.DUCKDB,
) -> Conformance:
    """Judge each case by the model `choose` names for it.

    For the process in force on the filing day, `choose` looks the day of the first
    instant up among the versions. Cases still `running` need not have ended. Raises
    KeyError for a key that is not among the models, RuleBroken for a model without a
    way through.
    """
    known: dict[tuple[str, bool, str], Checked] = {}
    kinds: Counter[Kind] = Counter()
    deviating: list[CaseDeviations] = []
    cases = unjudged = 0
    fitness = 0.0
    running = frozenset(running)
    with opened(source, backend) as log:
        events, names = coded(log)
        found = log.keep(ask.cases_by_variant(ask.per_case(ask.steps(events))))
        traces = {
            row["variant"]: tuple(names[n] for n in row["trace"])
            for row in log.stream(ask.traces_of_variants(found))
        }
        for row in log.stream(found.drop("trace").order_by("case_id")):
            case, variant = row["case_id"], row["variant"]
            key = choose(case, EPOCH + timedelta(microseconds=row["began"]))
            if key is None:
                unjudged += 1
                continue
            asked = key, case in running, variant
            if asked not in known:
                known[asked] = check(
                    traces[variant], models[key], finished=case not in running
                )
            checked = known[asked]
            cases += 1
            fitness += checked.fitness
            if checked.deviations:
                kinds.update(deviation.kind for deviation in checked.deviations)
                deviating.append(
                    CaseDeviations(case, key, checked.fitness, checked.deviations)
                )
    fitting = cases - len(deviating)
    return Conformance(
        cases=cases,
        fitting=fitting,
        share=fitting / cases if cases else 0.0,
        fitness=fitness / cases if cases else 0.0,
        by_kind={kind: kinds[kind] for kind in Kind},
        deviating=tuple(deviating),
        without_model=unjudged,
    )
