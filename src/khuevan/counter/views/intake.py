"""Taking a dossier in for somebody: at the counter, by post, or helping them online."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from khuevan.catalogue.public import Channel, Supply, find_procedures
from khuevan.counter import actions, filing, words
from khuevan.counter.access import ROLES_OF, may_receive_at
from khuevan.counter.charges import fee_lines_of
from khuevan.counter.citizen_forms import (
    ApplicantForm,
    ConsentForm,
    DeliveryWishForm,
    IntakeStartForm,
)
from khuevan.counter.definitions import definition_of, outdated
from khuevan.counter.models import Dossier, ReturnBy, Wish
from khuevan.counter.photos import acceptable
from khuevan.counter.rules.states import Business
from khuevan.counter.schema_forms import controls, faults, in_order, typed
from khuevan.directory.public import CityRequest, Organisation, OrganisationKind, Person
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.process.public import Duty

from .common import own_dossier, refusal


def points_of(person: Person) -> QuerySet[Organisation]:
    """Return where somebody takes dossiers in."""
    keys = [
        h.organisation_id
        for h in person.authority.holdings
        if h.role in ROLES_OF[Duty.RECEPTION]
    ]
    return Organisation.objects.in_force().filter(pk__in=keys).in_order()


@idempotent
def start(request: CityRequest) -> HttpResponse:
    """Find the procedure, say how it came and for whom; a draft is begun."""
    points = points_of(request.user)
    if not points:
        raise PermissionDenied
    words_sought = request.GET.get("q", "").strip()[:200]
    chosen = request.GET.get("code", "")[:20]
    form = IntakeStartForm(points, request.POST or None, initial={"code": chosen})
    if request.method == "POST" and form.is_valid():
        dossier = _begun(form, request.user)
        if dossier is not None:
            return redirect("intake-page", pk=dossier.pk)
    drafts = Dossier.objects.filter(
        filed_by=request.user, business=Business.DRAFT
    ).exclude(applicant=request.user)
    context = {
        "form": form,
        "query_": words_sought,
        "hits": find_procedures(words_sought) if words_sought else (),
        "chosen": chosen,
        "drafts": drafts.order_by("-created_at")[:20],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/intake.html", context, status=status)


def _begun(form: IntakeStartForm, by: Person) -> Dossier | None:
    data = form.cleaned_data
    applicant = _account_of(data["national_id"])
    try:
        if applicant == by:
            raise RuleBroken(_("File your own dossier online: nobody takes in their own."))  # fmt: skip
        return actions.start_draft(
            procedure=data["code"].strip(), channel=Channel(data["channel"]),
            applicant=applicant, point=data["point"], by=by,
        )  # fmt: skip
    except RuleBroken as broken:
        field = {"procedure": "code"}.get(broken.field, broken.field)
        form.add_error(field if field in form.fields else None, refusal(broken))
        return None


def _account_of(national_id: str) -> Person | None:
    """Return whose account an identity number is, if it is exactly one."""
    if not national_id.strip():
        return None
    found = Person.objects.filter(national_id=national_id.strip(), is_active=True)[:2]
    return found[0] if len(found) == 1 else None


@idempotent
def intake_page(request: CityRequest, pk: UUID) -> HttpResponse:
    """The whole dossier on one page: applicant, answers, papers, then file and accept."""
    dossier = own_dossier(request, pk)
    if dossier.filed_by_id != request.user.pk or dossier.applicant_id == request.user.pk:  # fmt: skip
        raise Http404
    if dossier.business != Business.DRAFT:
        return redirect("filing-receipt", pk=dossier.pk)
    if outdated(dossier):
        return redirect("filing-version", pk=dossier.pk)
    desk = Desk(request, dossier)
    if request.method == "POST" and desk.keep() and "file" in request.POST and desk.file():  # fmt: skip
        messages.success(request, _("Taken in: %(code)s") % {"code": desk.dossier.code})
        return redirect("filing-receipt", pk=dossier.pk)
    if request.method == "POST" and "file" not in request.POST and not desk.errors:
        messages.success(request, _("Kept. Send it when everything is there."))
        return redirect(request.path)
    status = 422 if desk.errors else 200
    return TemplateResponse(request, "counter/intake_page.html", desk.shown(), status=status)  # fmt: skip


class Desk:
    """One intake on its way: what was typed, what is wrong, what is kept."""

    def __init__(self, request: CityRequest, dossier: Dossier) -> None:
        self.request, self.dossier, self.by = request, dossier, request.user
        self.definition = definition_of(dossier)
        self.errors: list[tuple[str, str]] = []
        sent = request.POST if request.method == "POST" else None
        application = dossier.application
        self.applicant = ApplicantForm(
            sent,
            initial={
                "name": dossier.applicant_name, "national_id": application.national_id,
                "phone": application.phone, "email": application.email,
                "address": application.address,
            },
        )  # fmt: skip
        self.consent = ConsentForm(sent, initial={"consent": application.consent.get("how")})  # fmt: skip
        self.delivery = DeliveryWishForm(self.definition, sent, initial=self._wished())

    @property
    def assisted(self) -> bool:
        """Tell whether this is help at filing, not reception."""
        return self.dossier.channel == Channel.ASSISTED

    def _wished(self) -> dict[str, Any]:
        wish = Wish.objects.filter(dossier=self.dossier).first()
        if wish is None:
            point = self.dossier.receiving_point
            here = point if point and point.kind == OrganisationKind.COMMUNE else None
            return {"agency": filing.likely_commune(self.dossier) or here, "return_by": ReturnBy.POINT}  # fmt: skip
        return {
            "agency": wish.agency, "return_by": wish.return_by,
            "return_point": wish.return_point, "post_address": wish.post_address,
        }  # fmt: skip

    def keep(self) -> bool:
        """Keep everything that came, faults and all; tell whether all could be kept."""
        form, request = self.definition.form, self.request
        names = list(form.get("properties", {}))
        actions.save_draft(dossier=self.dossier, answers=typed(form, names, request.POST), by=self.by)  # fmt: skip
        if self.dossier.applicant is None and self.applicant.is_valid():
            self._try("id_name", lambda: actions.describe_applicant(dossier=self.dossier, **self.applicant.cleaned_data, by=self.by))  # fmt: skip
        if self.assisted and self.consent.is_valid():
            how = self.consent.cleaned_data["consent"]
            self._try("id_consent", lambda: actions.record_consent(dossier=self.dossier, how=how, by=self.by))  # fmt: skip
        for row in filing.paper_rows(self.dossier):
            if row.asked:
                self._try(f"paper-{row.component.code}", lambda code=row.component.code: self._paper(code))  # fmt: skip
        if self.delivery.is_valid():
            self._try("id_agency", self._wish)
        self.dossier = own_dossier(request, self.dossier.pk)
        return not self.errors

    def _paper(self, code: str) -> None:
        """Note a paper as it lay on the desk; what is not said anew stays as it was."""
        upload, form = self.request.FILES.get(f"scan:{code}"), self.request.POST.get(f"form:{code}", "")  # fmt: skip
        kept = self.dossier.papers.filter(component=code, replaced_at=None).first()
        if upload is not None and upload.name:
            content, name = acceptable(upload.read(), upload.name)
            actions.attach_paper(
                dossier=self.dossier, component=code, content=content, name=name,
                form=int(form) if form in {"0", "1"} else 2, digitised=True, by=self.by,
            )  # fmt: skip
        elif form in {"0", "1"} and (kept is None or kept.form != int(form)):
            actions.attach_paper(dossier=self.dossier, component=code, form=int(form), by=self.by)  # fmt: skip

    def _wish(self) -> None:
        data = self.delivery.cleaned_data
        actions.wish_delivery(
            dossier=self.dossier,
            agency=filing.agency_of(self.definition, data.get("agency")),
            receiving_point=data["receiving_point"] if self.assisted else self.dossier.receiving_point,
            return_by=ReturnBy(data["return_by"]), return_point=data["return_point"],
            post_address=data["post_address"], by=self.by,
        )  # fmt: skip

    def file(self) -> bool:
        """File, and at a counter accept at once; tell whether it went."""
        self._say_missing()
        if self.errors:
            return False
        return self._try("form", self._go)

    @transaction.atomic
    def _go(self) -> None:
        wish = Wish.objects.select_related("agency", "receiving_point", "return_point").get(dossier=self.dossier)  # fmt: skip
        assert wish.agency is not None
        filed = actions.file_dossier(
            dossier=self.dossier, agency=wish.agency,
            point=wish.receiving_point or wish.agency,
            return_point=wish.return_point, by=self.by,
        )  # fmt: skip
        if not self.assisted:
            filed = actions.accept_dossier(dossier=filed, by=self.by)
        self.dossier = filed

    def _say_missing(self) -> None:
        for form in self._forms():
            for field, told in form.errors.items():
                self.errors.append((f"id_{field}", f"{form.fields[field].label}: {told[0]}" if field in form.fields else str(told[0])))  # fmt: skip
        self.errors += [(m.anchor, f"{m.title}: {m.sentence}") for m in filing.missing(self.dossier)]  # fmt: skip

    def _forms(self) -> list[Any]:
        forms: list[Any] = [self.delivery]
        if self.dossier.applicant is None:
            forms.append(self.applicant)
        if self.assisted:
            forms.append(self.consent)
        return forms

    def _try(self, where: str, does: Any) -> bool:
        try:
            does()
        except (RuleBroken, InputRefused) as fault:
            self.errors.append((where, refusal(fault)))
            return False
        return True

    def shown(self) -> dict[str, Any]:
        """Return what the page shows."""
        application, form = self.dossier.application, self.definition.form
        names = in_order(form)
        wrong = faults(form, application.answers) if self.errors else {}
        try:
            fees = fee_lines_of(self.dossier)
        except RuleBroken:
            fees = None
        return {
            "dossier": self.dossier, "definition": self.definition, "errors": self.errors,
            "controls": controls(form, names, application.answers, application.provenance, wrong),
            "rows": filing.paper_rows(self.dossier), "fees": fees,
            "applicant": self.applicant, "consent": self.consent, "delivery": self.delivery,
            "assisted": self.assisted, "sources": words.SOURCES, "channels": words.CHANNELS,
            "paper_forms": words.PAPER_FORMS, "show": Supply.SHOW,
            "here": may_receive_at(self.by, self.dossier.receiving_point_id),
        }  # fmt: skip
