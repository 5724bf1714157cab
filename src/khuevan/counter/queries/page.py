"""Everything the page of one dossier shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from khuevan.catalogue.public import Component, Supply, components_due
from khuevan.counter.definitions import definition_of, process_of
from khuevan.counter.facts import WORDS, words_params
from khuevan.counter.models import Dossier, Paper, Step, StepState
from khuevan.counter.precheck import NEEDS_A_PAPER
from khuevan.counter.rules.clocks import Timeliness
from khuevan.counter.schema_forms import in_order, options_of, words_of
from khuevan.counter.timing import running_out, stage_due
from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.process.public import draw
from khuevan.worktime.public import working_days_between, working_hours_between


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of a timeline: when, what in words, who, where, and the fact it is."""

    at: datetime
    sentence: str
    params: dict[str, Any]
    who: str
    organisation: str
    number: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the dossier now, since when, until when, what happens next."""

    organisation: str
    person: str
    since: datetime | None
    step: str
    step_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """What the legal clock says."""

    due_at: datetime | None
    original_due_at: datetime | None
    days_left: int | None
    timeliness: Timeliness | None
    stands_since: datetime | None
    colour: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One component of the dossier beside what came in for it."""

    component: Component
    paper: Paper | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with its question and where it came from."""

    field: str
    title: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A planned appointment before the last one: what for, and when. No re-appointment."""

    name: str
    due_at: datetime


def appointments(dossier: Dossier) -> list[Appointment]:
    """Return the planned appointments of a dossier, counted from its acceptance.

    Some procedures have several (land: one for the tax notice, one for the result).
    """
    if dossier.accepted_at is None:
        return []
    return [
        Appointment(stage.name, stage_due(dossier, stage.limit))
        for stage in definition_of(dossier).stages
    ]


HIDDEN = frozenset({"counter.draft_saved", "counter.delivery_wished", "counter.note_added", "counter.application_read", "counter.step_taken", "counter.supplement_proposed", "counter.supplement_denied", "counter.papers_judged"})  # fmt: skip
"""Facts a timeline leaves out: they are told elsewhere, or say nothing to the reader."""


def timeline(dossier: Dossier, *, unnamed: UUID | None = None) -> list[Trace]:
    """Return what happened, in order, with names; without that of `unnamed`."""
    facts = [f for f in facts_about(dossier.ref) if f.kind not in HIDDEN]
    people = _names(Person, "full_name", (f.actor for f in facts))
    people.pop(f"{Person._meta.label_lower}:{unnamed}", None)
    bodies = _names(Organisation, "short_name", (f.organisation for f in facts))
    return [
        Trace(
            at=fact.occurred_at,
            sentence=WORDS.get(fact.kind, fact.kind),
            params=words_params(fact),
            who=people.get(fact.actor or "", ""),
            organisation=bodies.get(fact.organisation or "", ""),
            number=fact.number,
        )
        for fact in facts
    ]


def readers_of(dossier: Dossier) -> list[Trace]:
    """Return who opened the application, when and for what."""
    facts = [f for f in facts_about(dossier.ref) if f.kind == "counter.application_read"]  # fmt: skip
    people = _names(Person, "full_name", (f.actor for f in facts))
    bodies = _names(Organisation, "name", (f.organisation for f in facts))
    return [
        Trace(
            f.occurred_at, WORDS[f.kind], words_params(f), people.get(f.actor or "", ""),
            bodies.get(f.organisation or "", ""), f.number,
        )
        for f in facts
    ]  # fmt: skip


def holders(dossier: Dossier) -> list[Holder]:
    """Return where the dossier is; several where strands run side by side."""
    waiting = dossier.work.waiting().select_related("organisation", "person")
    return [
        Holder(
            organisation=step.organisation.name if step.organisation else "",
            person=step.person.full_name if step.person else "",
            since=step.entered_at,
            step=step.name,
            step_due_at=step.due_at,
        )
        for step in waiting.order_by("entered_at", "pk")
    ]


def clock_of(dossier: Dossier) -> Clock:
    """Judge a dossier's time now."""
    stands_since = dossier.stands_since
    due = dossier.due_at or dossier.reception_due_at
    judged = dossier.timeliness()
    running = due is not None and dossier.ended_at is None
    left = working_days_between(clock.today(), clock.local_day(due)) if running and due else None  # fmt: skip
    colour = {
        Timeliness.ON_TIME: "done", Timeliness.LATE: "late", Timeliness.OVERDUE: "late",
    }.get(judged or Timeliness.RUNNING, "risk" if running_out(left) else "running")  # fmt: skip
    return Clock(
        due, dossier.original_due_at, left, judged, stands_since, colour
    )  # fmt: skip


def checklist(dossier: Dossier) -> list[Checked]:
    """Return every component that is due, with the paper that came in for it."""
    held = {
        paper.component: paper
        for paper in dossier.papers.filter(replaced_at=None).select_related("file")
    }
    request = dossier.requests.filter(completed_at=None).first()
    asked = set(request.items.values_list("component", flat=True)) if request else set()
    due = components_due(definition_of(dossier), dossier.application.answers)
    return [Checked(one, held.get(one.code), one.code in asked) for one in due]


def lacking(dossier: Dossier) -> dict[str, str]:
    """Return what is missing or was found not to fit, each with what is wrong."""
    found = {}
    for row in checklist(dossier):
        if row.paper is not None and row.paper.checked is False:
            found[row.component.code] = row.paper.check_note
        elif row.paper is None and row.component.supply in NEEDS_A_PAPER:
            found[row.component.code] = _("It is missing.")
    return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """A further request somebody proposes: what is lacking and why, in words."""

    who: str
    at: datetime
    reason: str
    legal_basis: str
    guidance: str
    lacking: list[tuple[str, str]]  # what, what is wrong with it


def proposed(dossier: Dossier) -> Proposed | None:
    """Return the further request the leader has still to decide on."""
    found = dossier.proposals.open().select_related("proposed_by").first()
    if found is None:
        return None
    definition = definition_of(dossier)
    names = {one.code: one.name for one in definition.components}
    titles = {
        field: part.get("title", field)
        for field, part in definition.form.get("properties", {}).items()
    }
    return Proposed(
        found.proposed_by.full_name, found.proposed_at, found.reason, found.legal_basis,
        found.guidance,
        [
            (titles.get(one["field"]) or names.get(one["component"], one["component"]), one["reason"])
            for one in found.items
        ],
    )  # fmt: skip


def answers_of(dossier: Dossier) -> list[Answer]:
    """Return the form's answers in words, in the form's order."""
    application = dossier.application
    form = definition_of(dossier).form
    properties = form.get("properties", {})
    return [
        Answer(
            field,
            properties[field].get("title", field),
            words_of(application.answers[field], options_of(properties[field])),
            application.provenance.get(field, {}).get("source", ""),
        )
        for field in in_order(form)
        if field in application.answers
    ]


def control_slip(dossier: Dossier) -> list[Step]:
    """Return the steps in order: when each was handed over, to whom, on time or not (Form 06)."""
    return list(
        dossier.work.exclude(state=StepState.JOINING)
        .select_related("organisation", "person", "done_by")
        .order_by("entered_at", "pk")
    )


def picture(dossier: Dossier) -> SafeString:
    """Draw the dossier's process with where it is and how long it has waited there."""
    steps = control_slip(dossier)
    waits = {
        step.node: waited(step) for step in steps if step.state == StepState.WAITING
    }
    return draw(
        process_of(dossier),
        title=_("The way of the dossier"),
        description=", ".join(f"{s.name} ({s.state})" for s in steps if s.name),
        current=waits,
        past=frozenset(s.node for s in steps if s.state == StepState.DONE) - waits.keys(),
    )  # fmt: skip


def waited(step: Step) -> str:
    """Say how long a step has waited, in working hours or days."""
    hours = working_hours_between(step.entered_at, step.left_at or clock.now())
    if hours < 8:
        count = round(hours)
        return ngettext("%(n)s working hour", "%(n)s working hours", count) % {"n": count}  # fmt: skip
    days = round(hours / 8)
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}


def _names(model: Any, field: str, refs: Iterable[str | None]) -> dict[str, str]:
    """Return the names behind references such as `directory.person:key`."""
    keys = {}
    for ref in refs:
        label, found, key = (ref or "").partition(":")
        if found and label == model._meta.label_lower:
            keys[ref or ""] = UUID(key)
    names = dict(model.objects.filter(pk__in=keys.values()).values_list("pk", field))
    return {ref: names.get(key, "") for ref, key in keys.items()}


_USED = (Supply.SUBMIT, Supply.SHOW)


def needed(component: Component) -> bool:
    """Tell whether the applicant has to bring a component."""
    return component.supply in _USED
