"""What can be done to a task from its page: one small form each, one view for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form, ModelChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from khuevan.directory.public import CityRequest, Person
from khuevan.indicators.public import value
from khuevan.platform import files
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms
from khuevan.steering.access import (
    may_assign_part,
    may_help_with,
    may_reaudit,
    may_steer,
    may_verify,
    may_work_on,
)
from khuevan.steering.models import Task
from khuevan.steering.queries.reporting import open_period_for
from khuevan.steering.rules import Proof, State, Visibility


Perform = Callable[[Task, Any, Person], object]


@dataclass(frozen=True)
class Offer:
    """One thing somebody may do to a task: its words, its form, its action."""

    slug: str
    label: str | Promise
    form: type[Form]
    perform: Perform
    may: Callable[[Person, Task], bool]
    states: frozenset[State]
    main: bool = False


_RUNNING = frozenset({State.OPEN, State.CLAIMED})


def _report(task: Task, form: Any, by: Person) -> object:
    data = form.cleaned_data
    return actions.submit_report(
        task=task,
        progress=data["progress"],
        figures=form.figures(),
        explanation=data["explanation"],
        next_step=data["next_step"],
        period=open_period_for(task),
        by=by,
    )


def _claim(task: Task, form: Any, by: Person) -> object:
    data = dict(form.cleaned_data)
    upload = data.pop("file")
    taken_at, place = data["taken_at"], data["place"]
    file = None
    if upload:
        content = upload.read()
        file = files.keep(content, upload.name)
        if data["proof"] == Proof.PHOTO:
            facts = files.photo_facts(content)
            taken_at = taken_at or facts.taken_at
            place = place or _place(facts)
    piece = actions.Shown(
        proof=Proof(data["proof"]),
        note=data["note"],
        document_number=data["document_number"],
        count=data["count"],
        file=file,
        place=place,
        taken_at=taken_at,
    )
    return actions.claim_done(task=task, evidence=[piece], by=by)


def _place(facts: files.PhotoFacts) -> str:
    if facts.latitude is None or facts.longitude is None:
        return ""
    return f"{facts.latitude:.5f}, {facts.longitude:.5f}"


def _part(task: Task, form: Any, by: Person) -> object:
    unit = form.cleaned_data["organisation"]
    return actions.finish_part(task=task, organisation=unit, by=by)


def _with_data(action: Callable[..., object]) -> Perform:
    """Call an action whose parameters are named like the form's fields."""

    def perform(task: Task, form: Any, by: Person) -> object:
        return action(task=task, **form.cleaned_data, by=by)

    return perform


def _visibility(task: Task, form: Any, by: Person) -> object:
    chosen = Visibility(form.cleaned_data["visibility"])
    return actions.publish_task(task=task, visibility=chosen, by=by)


def _steers(person: Person, task: Task) -> bool:
    return may_steer(person)


OFFERS = {
    offer.slug: offer
    for offer in (
        Offer("report", gettext_lazy("Report"), forms.ReportForm, _report,
              may_work_on, _RUNNING, main=True),
        Offer("claim", gettext_lazy("Claim it is done"), forms.ClaimForm, _claim,
              may_work_on, frozenset({State.OPEN}), main=True),
        Offer("verify", pgettext_lazy("action", "Verify"), forms.VerifyForm,
              _with_data(actions.verify_claim), may_verify, frozenset({State.CLAIMED}),
              main=True),
        Offer("reject", gettext_lazy("Send back"), forms.RejectForm,
              _with_data(actions.reject_claim), may_verify, frozenset({State.CLAIMED})),
        Offer("reaudit", gettext_lazy("Look again"), forms.ReauditForm,
              _with_data(actions.reaudit), may_reaudit, frozenset({State.ACCEPTED})),
        Offer("extension", gettext_lazy("Ask for more time"), forms.ExtensionForm,
              _with_data(actions.ask_extension), may_work_on, _RUNNING),
        Offer("difficulty", gettext_lazy("Raise a difficulty"), forms.DifficultyForm,
              _with_data(actions.raise_difficulty), may_work_on, _RUNNING),
        Offer("request", gettext_lazy("Ask another agency"), forms.RequestForm,
              _with_data(actions.ask_agency), may_work_on, _RUNNING),
        Offer("part", gettext_lazy("A unit's part is done"), forms.PartForm, _part,
              may_help_with, _RUNNING),
        Offer("cascade", gettext_lazy("Hand on in parts"), forms.CascadeForm,
              _with_data(actions.cascade_task), may_assign_part, _RUNNING),
        Offer("person", gettext_lazy("Name who answers for it"), forms.PersonForm,
              _with_data(actions.name_lead_person), may_assign_part, _RUNNING),
        Offer("visibility", gettext_lazy("Change who may see it"), forms.VisibilityForm,
              _visibility, _steers, frozenset(State)),
        Offer("suspend", gettext_lazy("Suspend"), forms.DecisionForm,
              _with_data(actions.suspend_task), _steers, frozenset({State.OPEN})),
        Offer("resume", gettext_lazy("Take up again"), forms.EmptyForm,
              _with_data(actions.resume_task), _steers, frozenset({State.SUSPENDED})),
        Offer("cancel", gettext_lazy("Cancel"), forms.DecisionForm,
              _with_data(actions.cancel_task), _steers,
              frozenset({State.OPEN, State.CLAIMED, State.SUSPENDED})),
    )
}  # fmt: skip


def offered(person: Person, task: Task) -> list[Offer]:
    """List what this person may do to this task now, the main things first."""
    return [
        offer
        for offer in OFFERS.values()
        if State(task.state) in offer.states and offer.may(person, task)
    ]


def task_action(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """Show the form of one action on a task, or carry it out."""
    task = get_object_or_404(Task.objects.visible_to(request.user), code=code)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if not offer.may(request.user, task):
        raise PermissionDenied
    form = offer.form(
        request.POST or None, request.FILES or None, initial=_initial(task)
    )
    _narrow(form, task)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(form, lambda: offer.perform(task, form, request.user)):
        messages.success(request, _("Recorded: %(what)s") % {"what": offer.label})
        return redirect("steering-task", code=task.code)
    context = {"task": task, "offer": offer, "form": form}
    answer = TemplateResponse(request, "steering/task_action.html", context)
    answer.status_code = 422 if form.errors else 200
    return answer


def _initial(task: Task) -> dict[str, Any]:
    """Prefill from the records, so that a unit only explains."""
    last = task.reports.order_by("-submitted_at").first()
    names = list(last.figures) if last else []
    shown = value(task.indicator) if task.indicator else None
    return {
        "progress": task.progress,
        "due_on": task.due_on,
        "next_step": task.next_step,
        "proof": task.proof,
        "visibility": task.visibility,
        "person": task.lead_person_id,
        "figure_name": shown.code if shown else names[0] if names else "",
        "figure": shown.value if shown else None,
        "second_name": names[1] if len(names) > 1 else "",
    }


def _narrow(form: Form, task: Task) -> None:
    """Offer only people of the leading unit where a person is asked for."""
    field = form.fields.get("person")
    if isinstance(field, ModelChoiceField):
        field.queryset = Person.objects.filter(
            appointments__organisation=task.lead_id
        ).distinct()
