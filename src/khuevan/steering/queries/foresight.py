"""What may go wrong next: green but failing, duplicates, contradictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise

from khuevan.directory.public import Person
from khuevan.indicators.public import series
from khuevan.platform import clock
from khuevan.platform.errors import N_
from khuevan.platform.text import fold
from khuevan.steering.models import Task
from khuevan.steering.policies import limits_on
from khuevan.steering.rules import Status


@dataclass(frozen=True, slots=True)
class Failing:
    """A task whose status is fine while its bound indicator falls."""

    code: str
    title: str
    indicator: str
    before: float
    now: float


def green_but_failing(*, person: Person) -> list[Failing]:
    """List running tasks in time whose bound indicator got worse over the last 30 days."""
    today = clock.today()
    tasks = (
        Task.objects.visible_to(person)
        .running()
        .exclude(indicator="")
        .with_status(on=today, limits=limits_on(today))
        .filter(status=Status.IN_TIME)
        .order_by("code")
    )
    found = []
    for code, title, indicator in tasks.values_list("code", "title", "indicator"):
        trend = series(indicator, since=today - timedelta(days=30), until=today)
        values = [point.value for point in trend.points if point.value is not None]
        if len(values) > 1 and trend.worse(values[0], values[-1]):
            found.append(Failing(code, title, indicator, values[0], values[-1]))
    return found


@dataclass(frozen=True, slots=True)
class Clash:
    """Two tasks that look alike, with the reasons in words."""

    first: str
    first_title: str
    second: str
    second_title: str
    likeness: int
    reasons: tuple[tuple[str, dict[str, object]], ...]


def clashes(*, person: Person, at_least: int = 60) -> list[Clash]:
    """Suggest running tasks that repeat or contradict each other, most alike first.

    Likeness is the share of word pairs two tasks have in common, rare ones counting more.
    Only tasks that share a rare word pair are compared, so this stays near linear.
    """
    tasks = list(
        Task.objects.visible_to(person)
        .running()
        .select_related("lead")
        .order_by("code")[:5000]
    )
    pairs = {task.code: _word_pairs(f"{task.title} {task.output}") for task in tasks}
    places: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        for pair in pairs[task.code]:
            places.setdefault(pair, []).append(task)
    rarity = {pair: 1 / len(group) for pair, group in places.items()}
    met: dict[tuple[str, str], tuple[Task, Task]] = {}
    for group in places.values():
        if len(group) <= 8:
            for one, other in combinations(group, 2):
                met.setdefault((one.code, other.code), (one, other))
    found = []
    for one, other in met.values():
        likeness = _likeness(pairs[one.code], pairs[other.code], rarity)
        if likeness >= at_least and one.parent_id != other.pk != one.pk:
            found.append(_clash(one, other, likeness))
    return sorted(found, key=lambda clash: (-clash.likeness, clash.first))


def _word_pairs(text: str) -> set[tuple[str, str]]:
    words = fold(text).split()
    return set(pairwise(words))


def _likeness(
    one: set[tuple[str, str]],
    other: set[tuple[str, str]],
    rarity: dict[tuple[str, str], float],
) -> int:
    """Return the shared share of word pairs in percent, a rare pair counting more.

    Registers repeat their formulas; two tasks are alike for the words few others use.
    """
    whole = sum(rarity[pair] for pair in one | other)
    return (
        round(100 * sum(rarity[pair] for pair in one & other) / whole) if whole else 0
    )


def _clash(one: Task, other: Task, likeness: int) -> Clash:
    reasons: list[tuple[str, dict[str, object]]] = [
        (N_("%(likeness)s%% of their words are the same"), {"likeness": likeness})
    ]
    if one.lead_id == other.lead_id:
        reasons.append((N_("the same unit leads both"), {}))
    else:
        reasons.append(
            (
                N_("two units lead: %(first)s and %(second)s"),
                {"first": one.lead.short_name, "second": other.lead.short_name},
            )
        )
    if one.due_on and other.due_on and one.due_on != other.due_on:
        reasons.append(
            (
                N_("their dates differ: %(first)s and %(second)s"),
                {
                    "first": f"{one.due_on:%d/%m/%Y}",
                    "second": f"{other.due_on:%d/%m/%Y}",
                },
            )
        )
    return Clash(one.code, one.title, other.code, other.title, likeness, tuple(reasons))
