"""The page of one deal, and the small forms behind its buttons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.contracts.public import ContractView, Side
from khuevan.deals import actions, forms
from khuevan.deals.access import (
    actors_of,
    may_bind,
    may_know_lister,
    may_make,
    may_meet,
    may_open_price,
    may_pay_out,
    may_rate,
    may_read_room,
    may_read_terms,
    oversees,
    side_of,
)
from khuevan.deals.calendars import entry_of
from khuevan.deals.dated import nda_on, nda_version
from khuevan.deals.joining import draw_up, draw_up_change, open_price_for
from khuevan.deals.mediating import mediators_in_pool
from khuevan.deals.models import Deal, Meeting, Survey
from khuevan.deals.models.deals import MOST_POINTS
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.queries.contracting import (
    contract_for,
    paper_of,
    sides_of,
    terms_on,
)
from khuevan.deals.queries.deals import names_of
from khuevan.deals.queries.money import Money, money_of
from khuevan.deals.rules.royalties import FIGURES
from khuevan.deals.rules.states import BOUND, Actor, Move, Part, State, moves_from
from khuevan.deals.words import labels
from khuevan.directory.public import CityRequest
from khuevan.experts.public import ExpertRow
from khuevan.platform import clock
from khuevan.platform.calendars import calendar_answer
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.http import download_of
from khuevan.platform.refusals import fault, refusal, said

from .amending import change_for
from .common import carried_out, form_page, given, open_to_terms, own_side, seen
from .offers import OFFERS, more_for, offers_for
from .origin import may_correct, papers_for
from .room import room_of


@require_GET
def deal(request: CityRequest, code: str) -> HttpResponse:
    """Who has the deal, until when, what comes next; and all that was done."""
    found, person = seen(request, code), request.user
    side = side_of(person, found)
    reads = may_read_terms(person, found)
    moves = {row.move for row in moves_from(State(found.state))}
    memorandum = found.memoranda.select_related("by", "agreed_by").last() if reads else None  # fmt: skip
    paper = paper_of(memorandum) if memorandum else None
    money = money_of(found) if reads or may_pay_out(person, found) else None
    context = {
        "deal": found, "side": side, "names": names_of(found, person),
        "now": clock.now(), "today": clock.today(),
        "offers": offers_for(found, person), "reads": reads,
        "mine": _is_mine(found, side, person),
        "consents": found.consents.select_related("by"),
        "may_consent": Move.SIGN_NDA in moves and side is not None and may_make(person, found, Move.SIGN_NDA) and not found.consents.filter(part=side).exists(),
        "room": room_of(found, side) if may_read_room(person, found) else None,
        "meetings": found.meetings.all() if may_meet(person, found) else [],
        "may_write": side is not None,
        "memorandum": memorandum, "memorandum_paper": paper,
        "versions": found.versions.select_related("by").order_by("-number") if reads else [],
        "may_propose": Move.PROPOSE_TERMS in moves and side is not None,
        "papers": papers_for(found, person), "may_correct": may_correct(found, person),
        "contract": contract_for(found) if reads else None,
        "may_draw_up": reads and side is not None and found.state == State.CONTRACTING and sides_of(found) is not None,
        "change": change_for(found, side) if reads else None,
        "money": money, "todo": _to_sign(paper, side) + _todo(found, side, money),
        "may_pay_out": may_pay_out(person, found) and bool(found.book),
        "reports": found.reports.all() if reads else [],
        "decisions": found.decisions.select_related("decided_by") if reads else [],
        "mediators": _mediators(found, side, person),
        "surveys": found.surveys.filter(part=side, answer="") if side else [],
        "may_open_price": side is not None and may_open_price(found, side) and may_bind(request.user, found.parties.get(part=side)),
        "may_rate": may_rate(found, side), "most_points": MOST_POINTS,
        "steps": _steps(found, reads, None if may_know_lister(person, found) else side),
        **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "deals/deal.html", context)


def _mediators(found: Deal, side: Part | None, person: Any) -> list[ExpertRow]:
    """Return experts who could mediate, to who may ask them while nobody does yet."""
    asks = side is not None or oversees(person)
    waits = found.state == State.DISPUTED and found.mediator_id is None
    return mediators_in_pool(found)[:5] if asks and waits else []


_SIGNS_AS = {Part.PROVIDER: Side.GIVER, Part.RECIPIENT: Side.TAKER}


def _to_sign(paper: ContractView | None, side: Part | None) -> list[tuple[str, str]]:
    """Return where a side signs the memorandum it has not signed yet."""
    if paper is None or side is None or paper.signed_on or _SIGNS_AS[side] in paper.signed_by:  # fmt: skip
        return []
    return [(_("Read the memorandum and sign it"), paper.address)]


def _todo(found: Deal, side: Part | None, money: Money | None) -> list[tuple[str, str]]:
    """Return what is next for a side once the contract is in effect: label and address."""
    if money is None or side is None:
        return []
    rows = _to_pay_again(money) if side is Part.RECIPIENT else []
    if found.state == State.PERFORMING and side is Part.PROVIDER and money.next_number:
        rows.append((_("Deliver milestone %(number)s") % {"number": money.next_number}, reverse("deal-milestone", args=[found.code, money.next_number, "deliver"])))  # fmt: skip
    if found.state == State.PERFORMING and side is Part.RECIPIENT:
        for paid in money.milestones:
            number = paid.row.number
            if paid.token and not paid.row.lacks:
                rows.append((_("Pay in for milestone %(number)s") % {"number": number}, reverse("payments-pay", args=[paid.token])))  # fmt: skip
            elif paid.row.state == MilestoneState.DELIVERED:
                rows.append((_("Look at milestone %(number)s and accept it") % {"number": number}, reverse("deal-milestone", args=[found.code, number, "accept"])))  # fmt: skip
    if found.state == State.REPORTING and side is Part.RECIPIENT:
        due = [p.row.number for p in money.reports if p.row.filed_at is None and p.row.last < clock.today()]  # fmt: skip
        rows += [(_("Pay the royalty of period %(number)s") % {"number": p.row.number}, reverse("payments-pay", args=[p.token])) for p in money.reports if p.token and not p.row.taken_back]  # fmt: skip
        rows += [(_("File the report of period %(number)s") % {"number": n}, reverse("deal-report", args=[found.code, n])) for n in due[:1]]  # fmt: skip
    return rows[:2]


def _to_pay_again(money: Money) -> list[tuple[str, str]]:
    """Return where the recipient pays again what the bank took back, the deal ended or not."""
    rows = [p.token for p in money.milestones if p.token and p.row.lacks]
    rows += [p.token for p in money.reports if p.token and p.row.taken_back]
    return [(_("Pay again what the bank took back"), reverse("payments-pay", args=[token])) for token in rows]  # fmt: skip


def _is_mine(found: Deal, side: Part | None, person: Any) -> bool:
    if side is not None:
        return found.turn in (side.value, "both")
    actors = actors_of(person, found)
    return (found.turn == "broker" and Actor.BROKER in actors) or (found.turn == "staff" and bool(actors & {Actor.STAFF, Actor.MEDIATOR}))  # fmt: skip


_SAID_TO_SIDES = frozenset({Move.PROPOSE_TERMS, Move.PROPOSE_CHANGE, Move.DISPUTE, Move.RESUME, Move.DELIVER, Move.SEND_BACK, Move.CALL_MEETING, Move.PUT_FILE})  # fmt: skip


def _steps(found: Deal, reads: bool, stranger_to: Part | None) -> list[dict[str, Any]]:
    """Return what was done; words the sides said to each other are for who reads terms.

    `stranger_to` is the side of a reader who may not know yet who the other one is.
    """
    rows = found.steps.select_related("by").order_by("-at", "-pk")
    return [
        {
            "at": step.at, "part": step.part, "move": step.move,
            "by": None if stranger_to and step.part == stranger_to.other else step.by,
            "words": "" if step.move in _SAID_TO_SIDES and not reads else step.words,
        }
        for step in rows
    ]  # fmt: skip


@require_POST
def contract(request: CityRequest, code: str) -> HttpResponse:
    """Draw up the contract of what was agreed, or its amendment, and go to its page."""
    found = seen(request, code)
    make = draw_up_change if found.state in BOUND else draw_up
    try:
        made = make(deal=found, by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    except InputRefused as refused:
        for problem in refused.problems:
            messages.error(request, fault(problem))
    else:
        return redirect(made.address)
    return redirect("deal", code=code)


def deal_action(request: CityRequest, code: str, slug: str) -> HttpResponse:
    """One small form for one thing to do."""
    found = seen(request, code)
    offer = OFFERS.get(slug)
    if offer is None:
        raise Http404
    if slug not in offers_for(found, request.user):
        if request.method == "POST" or not actors_of(request.user, found):
            raise PermissionDenied
        return redirect("deal", code=code)
    more = more_for(slug, found)
    form = offer.form(given(request), request.FILES or None, **more)
    if request.method == "POST" and form.is_valid():
        told = form.decided() if isinstance(form, forms.DecisionForm) else form.cleaned_data  # fmt: skip
        if carried_out(form, lambda: offer.perform(deal=found, **told, by=request.user)):  # fmt: skip
            messages.success(request, _("Done."))
            return redirect("deal", code=code)
    return form_page(request, form, offer.label, offer.label, found)


def nda(request: CityRequest, code: str) -> HttpResponse:
    """The text of the NDA, who agreed to it, and agreeing."""
    found = seen(request, code)
    side = own_side(request.user, found)
    consents = list(found.consents.select_related("by"))
    text = nda_version(consents[0].version) if consents else nda_on(clock.today())
    if request.method == "POST":
        try:
            actions.agree_nda(deal=found, version=request.POST.get("version", ""), by=request.user)  # fmt: skip
        except RuleBroken as refused:
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("Agreed for your side."))
        return redirect("deal", code=code)
    waits = found.state == State.INTRODUCED and not any(c.part == side for c in consents)  # fmt: skip
    context = {
        "deal": found, "text": text, "consents": consents, "waits": waits,
        "may": waits and may_make(request.user, found, Move.SIGN_NDA), **labels(),
    }  # fmt: skip
    return TemplateResponse(request, "deals/nda.html", context)


# ------------------------------------------------------------------------- meetings


def _meeting(request: CityRequest, code: str, pk: UUID) -> Meeting:
    found = seen(request, code)
    if not may_meet(request.user, found):
        raise PermissionDenied
    return get_object_or_404(Meeting.objects.select_related("deal"), pk=pk, deal=found)


@require_GET
def meeting_file(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """The meeting for one's calendar."""
    return calendar_answer([entry_of(_meeting(request, code, pk))], code)


def minutes(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Write what a meeting came to."""
    meeting = _meeting(request, code, pk)
    own_side(request.user, meeting.deal)
    form = forms.WordsForm(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.write_minutes(meeting=meeting, words=form.cleaned_data["words"], by=request.user),
    ):  # fmt: skip
        return redirect("deal", code=code)
    return form_page(request, form, _("Write minutes"), _("Keep"), meeting.deal, lead=meeting.agenda)  # fmt: skip


# ------------------------------------------------------------ milestones and reports


_MILESTONE_ACTS = {
    "deliver": (Move.DELIVER, forms.DeliverForm),
    "accept": (Move.ACCEPT_WORK, forms.NothingForm),
    "send-back": (Move.SEND_BACK, forms.ReasonForm),
}


def milestone(request: CityRequest, code: str, number: int, slug: str) -> HttpResponse:
    """Deliver a milestone, accept it, or send it back."""
    found = seen(request, code)
    if slug not in _MILESTONE_ACTS:
        raise Http404
    own_side(request.user, found)
    part = get_object_or_404(found.milestones, number=number)
    move, shape = _MILESTONE_ACTS[slug]
    form = shape(given(request), request.FILES or None)

    def act() -> None:
        told = dict(form.cleaned_data)
        if slug == "deliver":
            file = told.pop("file")
            more = {"content": file.read(), "name": file.name} if file else {}
            actions.deliver(milestone=part, **told, **more, by=request.user)
        elif slug == "accept":
            actions.accept_work(milestone=part, by=request.user)
        else:
            actions.send_back_work(milestone=part, **told, by=request.user)

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, _("Done."))
        return redirect("deal", code=code)
    title = labels()["moves"][move]
    return form_page(request, form, title, title, found, lead=f"{part.number}. {part.title}: {part.shown_by}")  # fmt: skip


@require_GET
def evidence(request: CityRequest, code: str, number: int) -> HttpResponse:
    """The file that shows that a milestone is there."""
    found = open_to_terms(request, code)
    part = get_object_or_404(found.milestones.select_related("file"), number=number)
    if part.file is None:
        raise Http404
    return download_of(part.file)


def report(request: CityRequest, code: str, number: int) -> HttpResponse:
    """State the figures of a period."""
    found = seen(request, code)
    own_side(request.user, found)
    row = get_object_or_404(found.reports, number=number)
    royalty = terms_on(found, row.last).royalty
    assert royalty is not None
    names = [name for name, _sign in FIGURES[royalty.base]]
    form = forms.ReportForm(given(request), figures=names)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.file_report(report=row, figures=form.cleaned_data, by=request.user)
    ):  # fmt: skip
        messages.success(
            request, _("Filed. The royalty is reckoned from your figures.")
        )
        return redirect("deal", code=code)
    words = labels()["bases"][royalty.base]
    lead = f"{row.first:%d/%m/%Y} – {row.last:%d/%m/%Y} · {words}"
    return form_page(request, form, _("File a royalty report"), _("File"), found, lead=lead)  # fmt: skip


def pay_out(request: CityRequest, code: str) -> HttpResponse:
    """Note that released money left for the provider's bank."""
    found = seen(request, code)
    if not may_pay_out(request.user, found):
        raise PermissionDenied
    form = forms.PayOutForm(given(request))
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.pay_out(deal=found, **form.cleaned_data, by=request.user)
    ):  # fmt: skip
        return redirect("deal", code=code)
    return form_page(request, form, _("Note a payment to the provider"), _("Note it"), found)  # fmt: skip


@require_POST
def survey(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Take one tap: whether a side closed elsewhere."""
    found = seen(request, code)
    asked = get_object_or_404(Survey, pk=pk, deal=found)
    form = forms.SurveyForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_survey(survey=asked, **form.cleaned_data, by=request.user)
        except RuleBroken as refused:
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("Thank you: it was noted."))
    else:
        messages.error(request, _("Choose one of the answers; a value is a number of đồng."))  # fmt: skip
    return redirect("deal", code=code)


@require_POST
def rate(request: CityRequest, code: str) -> HttpResponse:
    """Take how the exchange served one side."""
    found = seen(request, code)
    form = forms.RatingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one to five points."))
    else:
        points = form.cleaned_data
        said(request, lambda: actions.rate(deal=found, **points, by=request.user), _("Thank you: it was noted."))  # fmt: skip
    return redirect("deal", code=code)


@require_POST
def open_price(request: CityRequest, code: str) -> HttpResponse:
    """Let everybody read the price of a closed deal, for one's side."""
    try:
        both = open_price_for(deal=seen(request, code), by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    else:
        words = _("The price is open to everybody now.") if both else _("Noted. It opens once the other side agrees, too.")  # fmt: skip
        messages.success(request, words)
    return redirect("deal", code=code)
