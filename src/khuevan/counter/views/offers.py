"""What an official can do to a dossier from its page: one small form each, one view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from khuevan.counter import actions, forms, words
from khuevan.counter.access import (
    has_interest,
    may_ask,
    may_assign,
    may_lead,
    may_receive,
    may_stand_aside,
    may_work,
)
from khuevan.counter.actions.undoing import WINDOW
from khuevan.counter.definitions import definition_of, process_of
from khuevan.counter.documents.results import granted_text
from khuevan.counter.models import Dossier, LastAction, Step
from khuevan.counter.owing import FEE, open_duty, waiting_orders
from khuevan.counter.queries.page import lacking, proposed
from khuevan.counter.rules.states import (
    ENDED,
    SETTLING,
    Business,
    Delivery,
    Finance,
    Outcome,
)
from khuevan.counter.staffing import able, step_of
from khuevan.directory.public import CityRequest, Person
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import carried_out
from khuevan.process.public import Duty


@dataclass(frozen=True)
class Offer:
    """One thing somebody may do: its words, its form, its action, when it is there."""

    slug: str
    label: str | Promise
    form: type[Form]
    perform: Callable[[Dossier, Any, Person], object]
    may: Callable[[Person, Dossier], bool]
    states: frozenset[Business]
    main: bool = False


SIGNED = frozenset({"sign", "seal"})
"""What nobody should do without seeing the decision once more."""
_RECEPTION = frozenset({Business.FILED, Business.TO_COMPLETE})
_OPEN = frozenset({Finance.NOTIFIED, Finance.WAITING})
_WORKING = frozenset({Business.ACCEPTED, Business.IN_PROCESS})


def _has_step(*duties: Duty) -> Callable[[Person, Dossier], bool]:
    def has(person: Person, dossier: Dossier) -> bool:
        step = step_of(person, dossier)
        return step is not None and Duty(step.duty) in duties

    return has


def _in_pool(person: Person, dossier: Dossier) -> bool:
    step = step_of(person, dossier)
    return (
        step is not None and step.person_id is None and Duty(step.duty) is Duty.HANDLE
    )


def _assignable(dossier: Dossier) -> Step | None:
    return dossier.work.waiting().filter(duty=Duty.HANDLE).first()


def _may_assign(person: Person, dossier: Dossier) -> bool:
    step = _assignable(dossier)
    return step is not None and may_assign(person, step)


def _may_decide_proposal(person: Person, dossier: Dossier) -> bool:
    return may_lead(person, dossier) and dossier.proposals.open().exists()


def _may_go_on(person: Person, dossier: Dossier) -> bool:
    step = dossier.work.stuck().order_by("entered_at").first()
    return step is not None and (may_assign(person, step) or may_lead(person, dossier))


def _owes_duty(person: Person, dossier: Dossier) -> bool:
    """Tell whether a duty is open: an unpaid fee is settled by paying it alone."""
    if not may_work(person, dossier):
        return False
    held = Finance(dossier.finance)
    notified = held is Finance.NOTIFIED and open_duty(dossier) is not None
    return held is Finance.WAITING or notified


def _may_waive(person: Person, dossier: Dossier) -> bool:
    if not may_lead(person, dossier):
        return False
    return Finance(dossier.finance) in _OPEN and bool(waiting_orders(dossier, FEE))


def _may_undo(person: Person, dossier: Dossier) -> bool:
    return LastAction.objects.filter(
        dossier=dossier, by=person, at__gt=clock.now() - WINDOW
    ).exists()


def _may_withdraw(person: Person, dossier: Dossier) -> bool:
    held = getattr(dossier, "result", None)
    return held is not None and held.withdrawn_at is None and may_lead(person, dossier)


def _may_declare(person: Person, dossier: Dossier) -> bool:
    return may_stand_aside(person, dossier) and not has_interest(person, dossier)


def _accept(dossier: Dossier, form: Any, by: Person) -> object:
    return actions.accept_dossier(dossier=dossier, by=by)


def _finish(dossier: Dossier, form: Any, by: Person) -> object:
    step = step_of(by, dossier)
    if step is None:
        raise RuleBroken(_("This step is not waiting for anybody now."))
    data = form.cleaned_data
    return finish_in_order(
        step, data.get("handler"), by, outcome=data.get("outcome", ""),
        remark=data.get("remark", ""),
    )  # fmt: skip


@transaction.atomic
def finish_in_order(
    step: Step,
    handler: Person | None,
    by: Person,
    *,
    outcome: str = "ok",
    remark: str = "",
) -> Dossier:
    """Finish a step; what it assigns without naming anybody goes to whoever has least."""
    done = actions.finish_step(
        step=step, outcome=outcome, remark=remark, handler=handler, by=by
    )
    handle = _assignable(done)
    if (
        step.duty == Duty.ASSIGN
        and handler is None
        and handle is not None
        and handle.person_id is None
    ):
        actions.assign_step(step=handle, by=by)
    return done


def _take(dossier: Dossier, form: Any, by: Person) -> object:
    step = step_of(by, dossier)
    assert step is not None
    return actions.take_step(step=step, by=by)


def _assign(dossier: Dossier, form: Any, by: Person) -> object:
    step = _assignable(dossier)
    assert step is not None
    return actions.assign_step(step=step, person=form.cleaned_data["person"], by=by)


def _ask(dossier: Dossier, form: Any, by: Person) -> object:
    data = form.cleaned_data
    if dossier.asked_enough and not may_lead(by, dossier):
        return actions.propose_supplement(
            dossier=dossier, items=form.items(), legal_basis=data["legal_basis"],
            guidance=data["guidance"], reason=data["override"], by=by,
        )  # fmt: skip
    return actions.ask_supplement(
        dossier=dossier, items=form.items(), legal_basis=data["legal_basis"],
        guidance=data["guidance"], override=data.get("override", ""), by=by,
    )  # fmt: skip


def _decide_proposal(dossier: Dossier, form: Any, by: Person) -> object:
    proposal = dossier.proposals.open().get()
    return actions.decide_proposal(proposal=proposal, **form.cleaned_data, by=by)


def _go_on(dossier: Dossier, form: Any, by: Person) -> object:
    step = dossier.work.stuck().order_by("entered_at").first()
    assert step is not None
    return actions.go_on_without_child(step=step, **form.cleaned_data, by=by)


def _draft(dossier: Dossier, form: Any, by: Person) -> object:
    data = form.cleaned_data
    return actions.draft_result(
        dossier=dossier, outcome=Outcome(data["outcome"]), text=data["text"],
        reason=data["reason"], by=by,
    )  # fmt: skip


def _deliver(dossier: Dossier, form: Any, by: Person) -> object:
    chosen = Delivery(form.cleaned_data["delivery"])
    return actions.return_result(dossier=dossier, delivery=chosen, by=by)


def _sign(dossier: Dossier, form: Any, by: Person) -> object:
    return actions.sign_results(dossiers=[dossier], by=by)


def _with_data(
    action: Callable[..., object],
) -> Callable[[Dossier, Any, Person], object]:
    """Call an action whose parameters are named like the form's fields."""

    def perform(dossier: Dossier, form: Any, by: Person) -> object:
        return action(dossier=dossier, **form.cleaned_data, by=by)

    return perform


OFFERS = {
    offer.slug: offer
    for offer in (
        Offer("accept", gettext_lazy("Accept"), forms.EmptyForm, _accept, may_receive,
              _RECEPTION, main=True),
        Offer("finish", gettext_lazy("Finish this step"), forms.FinishForm, _finish,
              _has_step(Duty.ASSIGN, Duty.HANDLE, Duty.CHECK), _WORKING, main=True),
        Offer("take", gettext_lazy("Take it"), forms.EmptyForm, _take, _in_pool, _WORKING, main=True),
        Offer("draft", gettext_lazy("Draft the result"), forms.DraftForm, _draft,
              _has_step(Duty.HANDLE), _WORKING),
        Offer("sign", pgettext_lazy("action", "Sign"), forms.EmptyForm, _sign,
              _has_step(Duty.SIGN), _WORKING, main=True),
        Offer("seal", gettext_lazy("Number and seal"), forms.EmptyForm,
              _with_data(actions.seal_result), _has_step(Duty.CLERK), _WORKING, main=True),
        Offer("return", gettext_lazy("Hand over the result"), forms.DeliveryForm, _deliver,
              _has_step(Duty.RETURN), frozenset({Business.DECIDED}), main=True),
        Offer("ask", gettext_lazy("Ask for papers, once"), forms.SupplementForm, _ask,
              may_ask, _RECEPTION | _WORKING),
        Offer("proposal", gettext_lazy("Decide on a further request"), forms.ProposalForm,
              _decide_proposal, _may_decide_proposal, _RECEPTION | _WORKING, main=True),
        Offer("without-child", gettext_lazy("Go on without the other procedure"), forms.WithoutChildForm,
              _go_on, _may_go_on, _WORKING, main=True),
        Offer("refuse", gettext_lazy("Refuse at reception"), forms.ReasonForm,
              _with_data(actions.refuse_dossier), may_receive, frozenset({Business.FILED})),
        Offer("assign", gettext_lazy("Give it to somebody"), forms.AssignForm, _assign,
              _may_assign, _WORKING),
        Offer("finance", gettext_lazy("Notify a financial duty"), forms.FinanceForm,
              _with_data(actions.ask_finance), may_work, _WORKING),
        Offer("paid", gettext_lazy("The duty is settled"), forms.SettleForm,
              _with_data(actions.settle_finance), _owes_duty,
              _WORKING | {Business.DECIDED}),
        Offer("waive", gettext_lazy("Waive the fee"), forms.WaiveForm,
              _with_data(actions.waive_fees), _may_waive,
              _RECEPTION | SETTLING | {Business.DECIDED}),
        Offer("apologise", gettext_lazy("Apologise and name a new date"), forms.ApologyForm,
              _with_data(actions.apologise), may_work, _WORKING),
        Offer("withdrawal", gettext_lazy("Decide on the withdrawal"), forms.WithdrawalForm,
              _with_data(actions.decide_withdrawal), may_work,
              frozenset({Business.WITHDRAWING}), main=True),
        Offer("stop", gettext_lazy("Stop the dossier"), forms.ReasonForm,
              _with_data(actions.stop_dossier), may_lead,
              _WORKING | {Business.SUPPLEMENT, Business.TO_COMPLETE}),
        Offer("withdraw-result", gettext_lazy("Withdraw the result"), forms.ReasonForm,
              _with_data(actions.withdraw_result), _may_withdraw, frozenset({Business.DECIDED})),
        Offer("note", gettext_lazy("Add a note"), forms.NoteForm,
              _with_data(actions.add_note), may_work, frozenset(Business) - {Business.DRAFT}),
        Offer("interest", gettext_lazy("I have an interest in this"), forms.InterestForm,
              _with_data(actions.declare_interest), _may_declare,
              frozenset(Business) - ENDED - {Business.DRAFT}),
        Offer("undo", gettext_lazy("Undo my last action"), forms.EmptyForm,
              _with_data(actions.undo_last), _may_undo, frozenset(Business)),
    )
}  # fmt: skip


def offered(person: Person, dossier: Dossier) -> list[Offer]:
    """List what this person may do to this dossier now, the main things first."""
    state = Business(dossier.business)
    found = [o for o in OFFERS.values() if state in o.states and o.may(person, dossier)]
    return sorted(found, key=lambda offer: not offer.main)


def dossier_action(request: CityRequest, pk: UUID, slug: str) -> HttpResponse:
    """Show the form of one action on a dossier, or carry it out."""
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user).select_related("application"), pk=pk
    )
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if not offer.may(request.user, dossier):
        raise PermissionDenied
    form = _form(offer, dossier, request)
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(form, lambda: offer.perform(dossier, form, request.user)):
        messages.success(request, _("Recorded: %(what)s") % {"what": offer.label})
        return redirect("dossier", pk=dossier.pk)
    template = "counter/ask.html" if slug == "ask" else "counter/action.html"
    context = {
        "dossier": dossier,
        "offer": offer,
        "form": form,
        "result": getattr(dossier, "result", None) if slug in SIGNED else None,
        "proposal": proposed(dossier) if slug == "proposal" else None,
        "outcomes": words.OUTCOMES,
    }
    answer = TemplateResponse(request, template, context)
    answer.status_code = 422 if form.errors else 200
    return answer


def _form(offer: Offer, dossier: Dossier, request: CityRequest) -> Form:
    posted = request.POST if request.method == "POST" else None
    if offer.form is forms.SupplementForm:
        asking = forms.SupplementForm(
            definition_of(dossier), dossier.asked_enough, posted
        )
        asking.suggest(lacking(dossier))
        return asking
    form = offer.form(posted, initial=_initial(dossier))
    _narrow(form, dossier, request.user)
    return form


def _initial(dossier: Dossier) -> dict[str, Any]:
    held = getattr(dossier, "result", None)
    if held is None:
        return {}
    return {"outcome": held.outcome, "text": held.text, "reason": held.reason}


def _narrow(form: Form, dossier: Dossier, person: Person) -> None:
    """Offer only outcomes the process knows, and only people who can do the step."""
    if isinstance(form, forms.FinishForm):
        step = step_of(person, dossier)
        form.fields["outcome"].choices = _outcomes(dossier, step)  # type: ignore[attr-defined]
        form.initial["outcome"] = "ok"
        if step is None or step.duty != Duty.ASSIGN:
            del form.fields["handler"]
    if isinstance(form, forms.DraftForm) and (said := granted_text(dossier)):
        form.fields["text"].help_text = _("The document says already: “%(text)s”") % {"text": said}  # fmt: skip
    for name in ("handler", "person"):
        if name in form.fields and dossier.agency_id:
            people = able(dossier, Duty.HANDLE, dossier.agency_id)
            form.fields[name].queryset = Person.objects.filter(pk__in=people).order_by("sort_key")  # type: ignore[attr-defined]  # fmt: skip


def _outcomes(dossier: Dossier, step: Step | None) -> list[tuple[str, str]]:
    """Return what the flows after a step ask about, in words."""
    choices = [("ok", _("In order: the dossier goes on"))]
    if step is not None and _can_go_back(dossier, step):
        choices.append(("redo", _("Not yet: it goes back")))
    return choices


def _can_go_back(dossier: Dossier, step: Step) -> bool:
    process = process_of(dossier)
    after = {flow.target for flow in process.outgoing.get(step.node, ())}
    return any(
        "'redo'" in flow.condition
        for gateway in after
        for flow in process.outgoing.get(gateway, ())
    )
