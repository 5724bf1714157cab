"""Reading the catalogue: what holds on a day, versions for ever, counts, what is offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    F,
    Func,
    Q,
    When,
)

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.prepared import Given, Prepared

from . import index
from .dated import databases, reliefs
from .models import CostSheet, Procedure, Version
from .rules.codec import from_json
from .rules.cost import Cost, cost, sheet_from_json
from .rules.definition import (
    Channel,
    Component,
    Definition,
    Level,
    Subject,
    Supply,
    Tier,
)
from .rules.fees import FeeLine, Filing, fee_lines
from .rules.holding import DeclareOnce, Held, Issued, declare_once, held_for
from .rules.states import VersionState
from .rules.tables import evaluate


@dataclass(frozen=True, slots=True)
class Published:
    """A published version; what it says never changes, so it may be kept."""

    id: UUID
    code: str
    number: int
    definition: Definition
    valid_from: date


@dataclass(frozen=True, slots=True)
class Hit:
    """One procedure found by words; `level` is empty where its source does not say it."""

    id: UUID
    code: str
    title: str
    sector: str
    tier: Tier
    level: str
    events: tuple[str, ...] = ()


_IN_FORCE = Prepared(
    lambda: (
        Version.objects.in_force(Given("on", DateField()))
        .filter(procedure__code=Given("code", CharField()))
        .only("pk")
    )
)


def published(code: str, on: date | None = None) -> Published | None:
    """Return the version of a procedure that holds on a day (default today)."""
    found = _IN_FORCE.ask(code=code, on=on or clock.today())
    return version(found[0].pk) if found else None


def in_force(on: date | None = None) -> list[Published]:
    """Return every version that holds on a day (default today), by code."""
    rows = (
        Version.objects.in_force(on or clock.today())
        .order_by("procedure__code")
        .values_list("pk", "procedure__code", "number", "definition", "valid_from")
    )
    return [
        Published(pk, code, number, from_json(told), valid_from)
        for pk, code, number, told, valid_from in rows
        if valid_from is not None
    ]


def versions_of(code: str) -> list[Published]:
    """Return every published version of a procedure, the newest first."""
    rows = Version.objects.filter(
        procedure__code=code, state=VersionState.PUBLISHED
    ).order_by("-number")
    return [_version(str(pk)) for pk in rows.values_list("pk", flat=True)]


def version(version_id: UUID | str) -> Published:
    """Return a version that was published; kept in memory, as it never changes.

    Raises RuleBroken where there is none.
    """
    return _version(str(version_id))


@lru_cache(maxsize=4096)
def _version(version_id: str) -> Published:
    row = (
        Version.objects.filter(pk=version_id, state__in=[VersionState.PUBLISHED])
        .values_list("pk", "procedure__code", "number", "definition", "valid_from")
        .first()
    )
    if row is None:
        raise RuleBroken(N_("There is no such published version of a procedure."))
    pk, code, number, told, valid_from = row
    assert valid_from is not None
    return Published(pk, code, number, from_json(told), valid_from)


def titles_of(codes: Collection[str]) -> dict[str, str]:
    """Return the titles of procedures by code."""
    return dict(Procedure.objects.filter(code__in=codes).values_list("code", "title"))


def find_procedures(text: str, limit: int = 20) -> tuple[Hit, ...]:
    """Search published procedures by words, with or without accents, best first."""
    return tuple(_hit(entry) for entry in index.search(text, limit))


def procedures_of_event(event: str) -> tuple[Hit, ...]:
    """Return the published procedures of a life event, the city's and communes' only."""
    return tuple(
        _hit(entry)
        for entry in index.current().entries
        if event in entry.events and entry.tier != Tier.MINISTRY
    )


def tier_counts() -> dict[Tier, int]:
    """Count the procedures in force today by tier, from memory."""
    told = Counter(entry.tier for entry in index.current().entries)
    return {tier: told[tier] for tier in Tier if told[tier]}


def fees_for(
    definition: Definition,
    *,
    answers: Mapping[str, Any],
    channel: Channel,
    subject: Subject,
    on: date,
    digital_citizen: bool = False,
) -> tuple[FeeLine, ...]:
    """Return what each fee comes to, who pays it and why; RuleBroken for a broken table."""
    filing = Filing(answers, channel, subject, on, digital_citizen)
    return fee_lines(definition, filing, reliefs())


def components_due(
    definition: Definition, answers: Mapping[str, Any]
) -> tuple[Component, ...]:
    """Return the components that belong to a dossier with these answers.

    One whose condition asks for an answer that is not there is not due.
    """
    context = {**answers, "answers": dict(answers)}
    return tuple(
        component
        for component in definition.components
        if not component.when or _holds(component.when, context)
    )


def _holds(condition: str, context: Mapping[str, Any]) -> bool:
    try:
        return evaluate(condition, context) is True
    except RuleBroken:
        return False


def databases_for(content: str, on: date | None = None) -> tuple[Held, ...]:
    """Return the databases that hold a content on a day, with the article that says so."""
    return held_for(content, on or clock.today(), databases())


def declare_once_rate(definition: Definition, on: date | None = None) -> DeclareOnce:
    """Return how much of what databases and the store hold is not asked for again."""
    day = on or clock.today()
    return declare_once(definition, day, databases(), issued_on(day))


def issued_on(day: date) -> tuple[Issued, ...]:
    """Return the electronic results people's stores get on a day, by procedure.

    Of procedures that run here, and of all whose result says what it proves.
    """
    told = Q(definition__has_key="process") | Q(definition__result__has_key="content")
    rows = Version.objects.in_force(day).filter(told).order_by("procedure__code")
    return tuple(
        Issued(code, result["name"], result.get("content", ""))
        for code, result in rows.values_list("procedure__code", "definition__result")
        if result and result.get("is_document", True) and result.get("electronic", True)
    )


def cost_of(version_id: UUID | str) -> Cost | None:
    """Return the compliance cost of a version, None where none was entered."""
    kept = CostSheet.objects.filter(version__pk=version_id).first()
    return cost(sheet_from_json(kept.sheet)) if kept else None


def counts(on: date | None = None) -> dict[str, dict[str, int]]:
    """Count the procedures in force on a day by `tier` and by `level`."""
    rows = Version.objects.in_force(on or clock.today())
    told: dict[str, dict[str, int]] = {}
    for name, path in (("tier", "definition__tier"), ("level", "definition__level")):
        grouped = rows.values_list(path).annotate(n=Count("pk")).order_by(path)
        told[name] = {str(key): number for key, number in grouped}
    return told


@dataclass(frozen=True, slots=True)
class Offered:
    """What the catalogue says of a procedure in force that measures need.

    `online`: of a level online; `population`: a paper of it is replaced by the national
    population data; `with_fee`: it names a fee; `runs_here`: its dossiers are worked on
    in this system; `with_data`: a paper is replaced by data, the owner's store or left
    out, `all_by_data`: every paper but those made here is; `proactive`: it is offered
    before it is asked for. `agency` is a code, "commune", or empty where nobody said.
    """

    code: str
    tier: Tier
    agency: str
    online: bool
    full: bool
    population: bool
    with_fee: bool
    runs_here: bool
    with_data: bool
    all_by_data: bool
    proactive: bool


_REPLACED = '$.components[*] ? (@.supply == "data" || @.supply == "store" || @.supply == "waived")'  # fmt: skip
_ASKED = '$.components[*] ? (!exists(@.supply) || @.supply == "submit" || @.supply == "show")'  # fmt: skip


def offered(on: date | None = None) -> tuple[Offered, ...]:
    """Return every procedure in force on a day (default today), by code: one query."""
    rows = (
        Version.objects.in_force(on or clock.today())
        .annotate(
            population=_tell(_data("identity") | _data("residence")),
            with_fee=_tell(Q(definition__fees__0__isnull=False)),
            runs_here=_tell(
                Q(definition__process__isnull=False) & ~Q(definition__process="")
            ),
            with_data=_finds(_REPLACED),
            asked=_finds(_ASKED),
            proactive=_tell(Q(definition__proactive__level__isnull=False)),
        )
        .order_by("procedure__code")
        .values_list(
            "procedure__code", "definition__tier", "definition__agency",
            "definition__level", "population", "with_fee", "runs_here", "with_data",
            "asked", "proactive",
        )
    )  # fmt: skip
    return tuple(
        Offered(
            code, Tier(tier), agency, level in (Level.FULL, Level.PART),
            level == Level.FULL, population, with_fee, runs, with_data,
            with_data and not asked, proactive,
        )
        for code, tier, agency, level, population, with_fee, runs, with_data, asked, proactive in rows
    )  # fmt: skip


def _tell(condition: Q) -> Case:
    """Return a condition as a column: what JSON does not say counts as no."""
    return Case(When(condition, then=True), default=False)


def _finds(path: str) -> Func:
    """Return whether a definition has something at a JSON path, as a column."""
    template = f"jsonb_path_exists(%(expressions)s, '{path}')"
    return Func(F("definition"), template=template, output_field=BooleanField())


def _data(content: str) -> Q:
    """Keep what takes a content from its database: asking for its paper is no connection."""
    part = {"content": content, "supply": Supply.DATA.value}
    return Q(definition__components__contains=[part])


def procedures_seen(
    person: Person | None, codes: Collection[str]
) -> list[tuple[str, str]]:
    """Return code and title of those procedures somebody may see, by code."""
    rows = Procedure.objects.visible_to(person).filter(code__in=codes)
    return list(rows.order_by("code").values_list("code", "title"))


def _hit(entry: index.Entry) -> Hit:
    return Hit(
        UUID(entry.version),
        entry.code,
        entry.title,
        entry.sector,
        Tier(entry.tier),
        entry.level,
        entry.events,
    )
