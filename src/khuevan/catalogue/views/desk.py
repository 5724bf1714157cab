"""The desk of those who keep the catalogue: drafts, checks, publishing, undoing."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khuevan.catalogue import actions, forms, reading
from khuevan.catalogue.models import Procedure, Version
from khuevan.catalogue.publicity import publicities, waiting_drafts
from khuevan.catalogue.rules.codec import from_json
from khuevan.catalogue.rules.states import EDITABLE, Origin
from khuevan.catalogue.verdict import verdict_on
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.platform.refusals import carried_out

from .common import keepers_only, keeps, page, person_of, told
from .processes import picture_of


PUBLICITY_DAYS = 365
"""How far back the page looks: a choice of the page, not a rule."""


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    keepers_only(request)
    late = sum(one.days_left < 0 for one in waiting_drafts(clock.today()))
    return page(request, "desk.html", {"desk": reading.desk(), "late": late})


@require_http_methods(["GET", "POST"])
@idempotent
def draft_new(request: HttpRequest) -> HttpResponse:
    """Draft a new procedure, or a new version of the one named by `?code=`."""
    person = keepers_only(request)
    code = request.GET.get("code", "")
    procedure = Procedure.objects.filter(code=code).first() if code else None
    form = forms.DefinitionForm(
        request.POST or None, request.FILES or None, initial=_start_from(procedure)
    )
    if request.method == "POST" and form.is_valid() and form.made is not None:
        definition = form.made
        made: list[Version] = []

        def act() -> None:
            made.append(
                actions.draft_version(
                    definition=definition, procedure=procedure, by=person
                )
            )

        if carried_out(form, act):
            return redirect("catalogue-draft", pk=made[0].pk)
    context = {"form": form, "procedure": procedure, "version": None}
    return page(request, "draft.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@idempotent
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Work on a draft: its fields, its findings, publishing."""
    person = keepers_only(request)
    version = _version(request, pk)
    definition = from_json(version.definition)
    form = forms.DefinitionForm(
        request.POST or None, request.FILES or None, initial=_initial(version)
    )
    if request.method == "POST" and form.is_valid() and form.made is not None:
        made = form.made
        if carried_out(form, lambda: actions.change_draft(version=version, definition=made, by=person)):  # fmt: skip
            messages.success(request, _("The draft was saved."))
            return redirect("catalogue-draft", pk=pk)
    verdict = verdict_on(definition, Origin(version.origin), clock.today())
    context = {
        "form": form,
        "procedure": version.procedure,
        "version": reading.version_row(version),
        "editable": version.state in EDITABLE,
        "refused": [told(problem) for problem in verdict.refused],
        "doubtful": [told(problem) for problem in verdict.doubtful],
        "picture": picture_of(definition),
        "process": forms.ProcessForm(),
        "publish": forms.PublishForm(
            initial={"valid_from": clock.today().isoformat()}, prefix="publish"
        ),
    }
    return page(request, "draft.html", context, 422 if form.errors else 200)


@require_POST
@idempotent
def draft_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = keepers_only(request)
    verdict = actions.check_version(version=_version(request, pk), by=person)
    if verdict.sound:
        messages.success(request, _("The version was checked and may be published."))
    else:
        count = len(verdict.refused)
        messages.warning(request, _("%(count)s findings stop publishing.") % {"count": count})  # fmt: skip
    return redirect("catalogue-draft", pk=pk)


@require_POST
@idempotent
def draft_publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish from a day on; what stops it is shown on the draft's page."""
    person = keepers_only(request)
    version = _version(request, pk)
    form = forms.PublishForm(request.POST, prefix="publish")
    if not form.is_valid():
        messages.error(request, _("Give the first day the version is valid."))
        return redirect("catalogue-draft", pk=pk)
    day = form.cleaned_data["valid_from"]
    try:
        actions.publish_version(version=version, valid_from=day, by=person)
    except RuleBroken as broken:
        messages.error(request, _(broken.sentence) % broken.params)
        return redirect("catalogue-draft", pk=pk)
    except InputRefused as refused:
        for problem in refused.problems[:5]:
            words = told(problem)
            messages.error(request, f"{words['part']}: {words['what']}")
        return redirect("catalogue-draft", pk=pk)
    messages.success(request, _("The version was published."))
    return redirect("procedure", code=version.procedure.code)


@require_POST
@idempotent
def version_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo a publication no dossier used."""
    person = keepers_only(request)
    version = _version(request, pk)
    try:
        actions.withdraw_publication(version=version, by=person)
    except RuleBroken as broken:
        messages.error(request, _(broken.sentence) % broken.params)
    else:
        messages.success(request, _("The publication was undone."))
    return redirect("procedure", code=version.procedure.code)


@require_http_methods(["GET", "POST"])
@idempotent
def version_cost(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter what complying with a version costs."""
    person = keepers_only(request)
    version = _version(request, pk)
    form = forms.CostForm(request.POST or None)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.enter_cost(version=version, sheet=form.sheet(), by=person),
    ):
        return redirect("procedure", code=version.procedure.code)
    context = {"form": form, "procedure": version.procedure, "number": version.number}
    return page(request, "cost.html", context, 422 if form.errors else 200)


@login_not_required
@require_GET
def publicity(request: HttpRequest) -> HttpResponse:
    """How publications of the last year kept their deadlines."""
    until = clock.today()
    rows = publicities(until - timedelta(days=PUBLICITY_DAYS), until)
    context = {
        "rows": rows,
        "decided": sum(r.decided_in_time is True for r in rows),
        "shown": sum(r.shown_in_time is True for r in rows),
        "full": sum(not r.missing for r in rows),
        "waiting": waiting_drafts(until) if keeps(person_of(request)) else (),
    }
    return page(request, "publicity.html", context)


def _version(request: HttpRequest, pk: UUID) -> Version:
    person = keepers_only(request)
    rows = Version.objects.visible_to(person).select_related("procedure")
    return get_object_or_404(rows, pk=pk)


def _initial(version: Version) -> dict[str, str]:
    pretty = json.dumps(version.definition, ensure_ascii=False, indent=2)
    return {"definition": pretty}


def _start_from(procedure: Procedure | None) -> dict[str, str]:
    """Begin a new version with what the newest one says."""
    newest = procedure and procedure.versions.order_by("-number").first()
    return _initial(newest) if newest else {}
