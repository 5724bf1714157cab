"""What can be done to a deal from its page: each thing with its form and its action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.functional import Promise

from khuevan.deals import actions, forms
from khuevan.deals.access import may_make, side_of
from khuevan.deals.mediating import mediators_in_pool
from khuevan.deals.models import Deal
from khuevan.deals.queries.amending import amendment_paper, waiting_in
from khuevan.deals.queries.contracting import contract_for, is_signed
from khuevan.deals.rules.states import Move, Part, State, Turn, moves_from
from khuevan.deals.words import MOVES
from khuevan.directory.public import Person, Role
from khuevan.exchange.public import MemberKind, all_members, operator_on
from khuevan.platform import clock


Condition = Callable[[Deal, Part | None], bool]


def _always(deal: Deal, side: Part | None) -> bool:
    return True


@dataclass(frozen=True)
class Offer:
    """One thing somebody may do: the move it is, its form, its action, and when it is offered."""

    move: Move
    form: type[Form]
    perform: Callable[..., object]
    when: Condition = _always
    main: bool = False

    @property
    def label(self) -> str | Promise:
        """Return what the button says."""
        return MOVES[self.move]


def _put_file(deal: Deal, file: Any, by: Person, **told: Any) -> object:
    return actions.put_file(deal=deal, content=file.read(), name=file.name, by=by, **told)  # fmt: skip


def _decide(deal: Deal, by: Person, **told: Any) -> object:
    return actions.decide_dispute(deal=deal, by=by, **told)


def _memorandum_waits(deal: Deal, side: Part | None) -> bool:
    last = deal.memoranda.order_by("-number").first()
    return last is not None and last.paper is None and last.part != side


def _end_waits(deal: Deal, side: Part | None) -> bool:
    return bool(deal.end_asked_by) and deal.end_asked_by != side


def _has_mediator(deal: Deal, side: Part | None) -> bool:
    return deal.mediator_id is not None


def _drawn_up(deal: Deal) -> bool:
    return contract_for(deal) is not None


def _waits_unsigned(deal: Deal, side: Part | None) -> bool:
    version = waiting_in(deal)
    return version is not None and amendment_paper(version) is None


OFFERS: Mapping[str, Offer] = {
    "introduce": Offer(Move.INTRODUCE, forms.WordsForm, actions.introduce, main=True),
    "accept": Offer(Move.ACCEPT, forms.NothingForm, actions.accept_contact, main=True),
    "decline": Offer(Move.DECLINE, forms.ReasonForm, actions.decline_contact),
    "memorandum": Offer(Move.DRAFT_MEMORANDUM, forms.MemorandumForm, actions.draft_memorandum, main=True),
    "agree-memorandum": Offer(Move.AGREE_MEMORANDUM, forms.NumberForm, actions.agree_memorandum, _memorandum_waits, main=True),
    "file": Offer(Move.PUT_FILE, forms.FileForm, _put_file),
    "meeting": Offer(Move.CALL_MEETING, forms.MeetingForm, actions.call_meeting),
    "signed": Offer(Move.NOTE_SIGNED, forms.SignedForm, actions.note_signed, lambda d, s: d.signed_on is None and not _drawn_up(d), main=True),
    "registered": Offer(Move.NOTE_REGISTERED, forms.RegisteredForm, actions.note_registered, lambda d, s: d.signed_on is not None and d.registered_on is None and not _drawn_up(d)),
    "effect": Offer(Move.TAKE_EFFECT, forms.EffectForm, actions.take_effect, lambda d, s: d.signed_on is not None and not _drawn_up(d), main=True),
    "end": Offer(Move.ASK_END, forms.ReasonForm, actions.ask_end, lambda d, s: not d.end_asked_by),
    "agree-end": Offer(Move.TERMINATE, forms.NothingForm, actions.agree_end, lambda d, s: d.state != State.DISPUTED and _end_waits(d, s)),
    "go-on": Offer(Move.REFUSE_END, forms.ReasonForm, actions.refuse_end, _end_waits),
    "dispute": Offer(Move.DISPUTE, forms.ReasonForm, actions.open_dispute),
    "mediator": Offer(Move.NAME_MEDIATOR, forms.MediatorForm, actions.name_mediator, main=True),
    "decide": Offer(Move.RESUME, forms.DecisionForm, _decide, _has_mediator, main=True),
    "give-back": Offer(Move.GIVE_BACK, forms.WordsForm, actions.give_back, lambda d, s: d.turn == Turn.STAFF and d.state != State.DISPUTED, main=True),
    "called-off": Offer(Move.CALLED_OFF, forms.ReasonForm, actions.note_called_off, lambda d, s: d.signed_on is not None and not _drawn_up(d)),
    "reopen": Offer(Move.REOPEN_TERMS, forms.ReasonForm, actions.reopen_terms, lambda d, s: not _drawn_up(d) and not is_signed(d)),
    "amended": Offer(Move.AMEND, forms.EffectForm, actions.amend, lambda d, s: waiting_in(d) is not None and not _drawn_up(d), main=True),
    "drop-amendment": Offer(Move.DROP_CHANGE, forms.ReasonForm, actions.drop_change, _waits_unsigned),
    "withdraw": Offer(Move.WITHDRAW, forms.ReasonForm, actions.withdraw, lambda d, s: not is_signed(d)),
}  # fmt: skip
"""Things done to a whole deal; milestones, reports and terms have pages of their own."""


def offers_for(deal: Deal, person: Person) -> dict[str, Offer]:
    """Return what somebody may do to a deal as it stands."""
    known = {row.move for row in moves_from(State(deal.state))}
    side = side_of(person, deal)
    return {
        slug: offer
        for slug, offer in OFFERS.items()
        if offer.move in known
        and offer.when(deal, side)
        and may_make(person, deal, offer.move)
    }


def more_for(slug: str, deal: Deal) -> dict[str, Any]:
    """Return whom or what a form lets choose, and what it shows at first."""
    if slug == "mediator":
        return {"people": _mediators(deal)}
    if slug == "decide":
        held = [m for m in deal.milestones.exclude(paid_at=None) if m.open]
        return {"held": {m.number: (m.title, m.amount) for m in held}}
    last = deal.memoranda.order_by("-number").first()
    if slug == "memorandum" and last is not None:
        told = ("text", "plan", "term_months", "confidential_years")
        return {"initial": {name: getattr(last, name) for name in told}}
    if slug == "agree-memorandum" and last is not None:
        return {"initial": {"number": last.number}}
    return {}


def _mediators(deal: Deal) -> Any:
    """Return the experts among members and in the pool, and the people of the operator."""
    pool = [row.person for row in mediators_in_pool(deal)]
    experts = pool + [m.person.pk for m in all_members() if m.kind is MemberKind.EXPERT and m.person]  # fmt: skip
    staff = Person.objects.filter(
        appointments__organisation__code=operator_on(clock.today()),
        appointments__role__in=(Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL),
        is_active=True,
    )
    either = Person.objects.filter(pk__in=experts) | Person.objects.filter(pk__in=staff)
    return either.order_by("sort_key")
