"""Filing online: a page at a time, saved on every page, checked before it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.catalogue.public import Channel, Definition, published
from khuevan.counter import actions, filing, words
from khuevan.counter.charges import fee_lines_of
from khuevan.counter.citizen_forms import DeliveryWishForm, DoubtForm
from khuevan.counter.definitions import definition_of, outdated
from khuevan.counter.models import Dossier, ReturnBy, StoredPaper, Wish
from khuevan.counter.photos import acceptable
from khuevan.counter.rules.codes import second_factor
from khuevan.counter.rules.states import Business
from khuevan.counter.schema_forms import controls, faults, in_order, screens, typed
from khuevan.directory.public import CityRequest
from khuevan.payments.public import State, orders_of
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.platform.refusals import carried_out

from .common import address_of, of_draft, own_dossier, refusal


VNEID = "vneid"
"""The name an operator gives the national identity among the sign-in services."""


@idempotent
def new(request: CityRequest, code: str) -> HttpResponse:
    """Say what filing this takes; begin a draft, or go on with one."""
    found = published(code)
    if found is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            dossier = actions.start_draft(
                procedure=code, channel=_channel(request, found.definition), applicant=request.user,
                from_store=request.POST.get("store") == "yes", by=request.user,
            )  # fmt: skip
            return redirect("filing-page", pk=dossier.pk, number=1)
        except RuleBroken as broken:
            error = refusal(broken)
    drafts = Dossier.objects.filter(
        applicant=request.user, business=Business.DRAFT, procedure=code
    ).select_related("application")
    definition = found.definition
    context = {
        "definition": definition,
        "pages": screens(definition.form),
        "drafts": drafts.order_by("-created_at"),
        "has_store": StoredPaper.objects.visible_to(request.user).usable().exists(),
        "why_not": filing.WHY_NOT,
        "limit": definition.limit_for(Channel.PORTAL),
        "units": words.UNITS,
        "offered": definition.executable
        and any(o.channel is Channel.PORTAL for o in definition.channels),
        "error": error,
        "procedure_page": address_of("procedure", code),
    }
    status = 422 if error else 200
    return TemplateResponse(request, "counter/new.html", context, status=status)


def _channel(request: CityRequest, definition: Definition) -> Channel:
    """Return the way somebody files by: VNeID where they signed in through it."""
    signed_in = get_authentication_records(request, request.user)
    through = any(one.get("provider") == VNEID for one in signed_in)
    offered = {offer.channel for offer in definition.channels}
    return Channel.VNEID if through and Channel.VNEID in offered else Channel.PORTAL


@of_draft
def page(request: CityRequest, dossier: Dossier, number: int) -> HttpResponse:
    """One screen of the form. What is typed is kept even where it is faulty."""
    form = definition_of(dossier).form
    pages = screens(form)
    if not 1 <= number <= len(pages):
        raise Http404
    here, errors = pages[number - 1], {}
    if request.method == "POST":
        actions.save_draft(
            dossier=dossier, answers=typed(form, here.fields, request.POST),
            page=number, by=request.user,
        )  # fmt: skip
        dossier.application.refresh_from_db()
        if "later" in request.POST:
            messages.success(request, _("Saved. You can go on at any time from here."))
            return redirect("my-dossiers")
        errors = faults(form, dossier.application.answers, here.fields)
        if not errors or "anyway" in request.POST:
            return _after(dossier, number, len(pages))
    application = dossier.application
    context = _frame(dossier) | {
        "here": here,
        "controls": controls(form, here.fields, application.answers, application.provenance, errors),
        "errors": errors,
        "doubts": set(dossier.doubts.open().values_list("field", flat=True)),
        "sources": words.SOURCES,
    }  # fmt: skip
    status = 422 if errors else 200
    return TemplateResponse(request, "counter/page.html", context, status=status)


def _after(dossier: Dossier, number: int, last: int) -> HttpResponse:
    if number < last:
        return redirect("filing-page", pk=dossier.pk, number=number + 1)
    return redirect("filing-papers", pk=dossier.pk)


@of_draft
def papers(request: CityRequest, dossier: Dossier) -> HttpResponse:
    """Every paper in words: what is asked for, what is not and why; sending them."""
    component, error = request.POST.get("component", ""), ""
    if request.method == "POST":
        try:
            said = _take_paper(request, dossier, component)
        except (RuleBroken, InputRefused) as fault:
            error = refusal(fault)
        else:
            messages.success(request, said)
            return redirect(request.path + f"#paper-{component}")
    context = _frame(dossier) | {
        "rows": filing.paper_rows(dossier),
        "wrong": component if error else "",
        "error": error,
        "forms": words.PAPER_FORMS,
    }
    status = 422 if error else 200
    return TemplateResponse(request, "counter/papers.html", context, status=status)


def _take_paper(request: CityRequest, dossier: Dossier, component: str) -> str:
    """Take a paper as it was sent and return its receipt in words."""
    does, by = request.POST.get("does", "upload"), request.user
    if does == "store":
        if request.POST.get("consent") != "yes":
            raise RuleBroken(_("Tick that you agree to its use for this dossier."))
        mine = StoredPaper.objects.visible_to(by).usable()
        stored = get_object_or_404(mine, pk=request.POST.get("stored"))
        actions.use_stored_paper(dossier=dossier, component=component, stored=stored, by=by)  # fmt: skip
        return _("“%(name)s” is taken from your store.") % {"name": stored.name}
    if does == "show":
        actions.attach_paper(dossier=dossier, component=component, form=0, by=by)
        return _("Noted: you show the original when you come.")
    upload = request.FILES.get("file")
    if upload is None or not upload.name:
        raise RuleBroken(_("Choose a file."))
    content, name = acceptable(upload.read(), upload.name)
    paper = actions.attach_paper(
        dossier=dossier, component=component, content=content, name=name, by=by
    )
    assert paper.file is not None
    return _("Received: %(name)s, %(size)s KB, SHA-256 %(digest)s…") % {
        "name": paper.file.name,
        "size": max(1, paper.file.size // 1024),
        "digest": paper.file.sha256[:12],
    }


@idempotent
@of_draft
def check(request: CityRequest, dossier: Dossier) -> HttpResponse:
    """Everything once more; what is missing is said once, and then it goes."""
    definition = definition_of(dossier)
    form = DeliveryWishForm(definition, request.POST or None, initial=_wished(dossier))
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _file(request, dossier, form)):  # fmt: skip
        return redirect("filing-receipt", pk=dossier.pk)
    context = _frame(dossier) | {
        "form": form,
        "missing": filing.missing(dossier),
        "controls": controls(
            definition.form, in_order(definition.form),
            dossier.application.answers, dossier.application.provenance,
        ),
        "rows": filing.paper_rows(dossier),
        "fees": _fees(dossier),
        "sources": words.SOURCES,
        "limit": definition.limit_for(Channel(dossier.channel)),
        "units": words.UNITS,
        "agency": definition.agency != "commune" and _agency_name(dossier),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/check.html", context, status=status)


def _file(request: CityRequest, dossier: Dossier, form: DeliveryWishForm) -> None:
    """Keep what was chosen, then file; what refuses filing keeps the choice."""
    data, by = form.cleaned_data, request.user
    agency = filing.agency_of(definition_of(dossier), data.get("agency"))
    wish = actions.wish_delivery(
        dossier=dossier, agency=agency, receiving_point=data["receiving_point"],
        return_by=ReturnBy(data["return_by"]), return_point=data["return_point"],
        post_address=data["post_address"], by=by,
    )  # fmt: skip
    if filing.missing(dossier):
        raise RuleBroken(_("Something is still missing: see the list above."))
    actions.file_dossier(
        dossier=dossier, agency=agency, point=wish.receiving_point or agency,
        return_point=wish.return_point, by=by,
    )  # fmt: skip


@require_GET
def receipt(request: CityRequest, pk: Any) -> HttpResponse:
    """The receipt of filing: the code, where it is, until when somebody looks at it."""
    dossier = own_dossier(request, pk)
    if dossier.business == Business.DRAFT:
        return redirect("filing", pk=dossier.pk)
    orders, filed = orders_of(dossier.ref), dossier.application
    context = {
        "dossier": dossier,
        "wish": Wish.objects.filter(dossier=dossier).select_related("return_point").first(),
        "to_pay": next((o for o in orders if o.state is State.WAITING), None),
        "covered": next((o for o in orders if not o.amount), None),
        "returns": words.RETURN_BY,
        "cash": dossier.applicant_id != request.user.pk,
        "form_01": address_of("dossier-form", dossier.pk, "01"),
        "can_follow": second_factor(filed.national_id, filed.phone),
    }  # fmt: skip
    return TemplateResponse(request, "counter/receipt.html", context)


@require_GET
@of_draft
def draft(request: CityRequest, dossier: Dossier) -> HttpResponse:
    """The list of what a draft still needs: where one comes back to it."""
    context = _frame(dossier) | {"missing": filing.missing(dossier)}
    return TemplateResponse(request, "counter/draft.html", context)


def renew(request: CityRequest, pk: UUID) -> HttpResponse:
    """Say that a draft's procedure changed; move it to the version in force."""
    dossier = own_dossier(request, pk)
    mine = dossier.applicant_id == request.user.pk
    back = redirect("filing" if mine else "intake-page", pk=dossier.pk)
    if dossier.business != Business.DRAFT or not outdated(dossier):
        return back
    error = ""
    if request.method == "POST":
        try:
            actions.renew_draft(dossier=dossier, by=request.user)
        except RuleBroken as broken:
            error = refusal(broken)
        else:
            messages.success(request, _("Your draft follows the version in force. Look through your answers once."))  # fmt: skip
            return back
    context = {"dossier": dossier, "found": published(dossier.procedure), "error": error}  # fmt: skip
    status = 422 if error else 200
    return TemplateResponse(request, "counter/renew.html", context, status=status)


@require_POST
def discard(request: CityRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away, also one whose version holds no more."""
    dossier = own_dossier(request, pk)
    if dossier.business != Business.DRAFT:
        return redirect("dossier", pk=dossier.pk)
    actions.discard_draft(dossier=dossier, by=request.user)
    messages.success(request, _("The draft was thrown away."))
    return redirect("my-dossiers")


@of_draft
def doubt(request: CityRequest, dossier: Dossier, field: str) -> HttpResponse:
    """Report that what a register says is wrong: a request, never an overwrite."""
    part = definition_of(dossier).form.get("properties", {}).get(field)
    told = dossier.application.provenance.get(field, {})
    if part is None or not told.get("fixed"):
        raise Http404
    form = DoubtForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.doubt_value(
            dossier=dossier, field=field, said=form.cleaned_data["said"], by=request.user
        ),
    ):  # fmt: skip
        messages.success(request, _("Reported to whoever keeps the register. You can file meanwhile."))  # fmt: skip
        return redirect("filing", pk=dossier.pk)
    schema = definition_of(dossier).form
    [control] = controls(schema, [field], dossier.application.answers, dossier.application.provenance)  # fmt: skip
    context = {"dossier": dossier, "control": control, "form": form, "sources": words.SOURCES}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/wrong.html", context, status=status)


def _frame(dossier: Dossier) -> dict[str, Any]:
    """Return what every page of filing shows around itself."""
    definition = definition_of(dossier)
    pages = screens(definition.form)
    wrong = faults(definition.form, dossier.application.answers)
    return {
        "dossier": dossier,
        "definition": definition,
        "pages": pages,
        "ready": {p.number for p in pages if not any(f in wrong for f in p.fields)},
    }


def _wished(dossier: Dossier) -> dict[str, Any]:
    wish = Wish.objects.filter(dossier=dossier).first()
    if wish is None:
        return {"agency": filing.likely_commune(dossier)}
    return {
        "agency": wish.agency, "receiving_point": wish.receiving_point,
        "return_by": wish.return_by, "return_point": wish.return_point,
        "post_address": wish.post_address,
    }  # fmt: skip


def _fees(dossier: Dossier) -> Any:
    """Return the fee lines, None where a table cannot be computed yet."""
    try:
        return fee_lines_of(dossier)
    except RuleBroken:
        return None


def _agency_name(dossier: Dossier) -> str:
    try:
        return filing.agency_of(definition_of(dossier), None).name
    except RuleBroken as broken:
        return refusal(broken)
