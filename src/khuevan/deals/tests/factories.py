"""Deals in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from khuevan.contracts.public import (
    Crossing,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
    sign_contract,
)
from khuevan.deals import actions
from khuevan.deals.dated import nda_on
from khuevan.deals.joining import follow
from khuevan.deals.models import Broker, Deal, Memorandum, Milestone as Part
from khuevan.deals.rules.states import State
from khuevan.directory.public import Person, Role
from khuevan.directory.tests.factories import make_person
from khuevan.exchange.tests.factories import (
    Cast as ExchangeCast,
    Listing,
    Member,
    State as ListingState,
    Told,
    make_cast as make_exchange,
    make_listing,
    make_member,
)
from khuevan.payments.public import orders_of
from khuevan.payments.tests.factories import payment, tell
from khuevan.platform import clock


WHY = "Chúng tôi cần màng lọc này cho xưởng nhuộm 200 m³ mỗi ngày."
_numbers = count(1)
TERMS = Terms(
    name="Chuyển giao màng lọc gốm", objects=(Object.KNOW_HOW, Object.PROCESS),
    content="Quy trình chế tạo và vận hành màng lọc", product="Màng lọc gốm nhiều lớp",
    standards="QCVN 13", form=Form.INDEPENDENT, crossing=Crossing.DOMESTIC,
    right=Right.USE, exclusive=False, sub_transfer=False, field_of_use="Dệt nhuộm",
    territory="Việt Nam", methods=(Method.DOCUMENTS, Method.TRAINING), place="Hà Nội",
    milestones=(
        Milestone("Bàn giao hồ sơ", "Biên bản bàn giao", 30, 300_000_001),
        Milestone("Chạy thử đạt", "Biên bản chạy thử", 90, 499_999_999),
    ),
    royalty=None, equity=0, taxes="Mỗi bên chịu thuế của mình", term_months=60,
    warranty_months=12, warranty="Sửa trong 15 ngày", improvements="Của bên tạo ra",
    confidential_years=5, penalty=800, liability="Theo thiệt hại thực tế",
    ending="Báo trước 60 ngày", disputes="Trọng tài tại Hà Nội",
)  # fmt: skip
ROYALTY = Royalty(RoyaltyBase.NET_REVENUE, 350, 6, 18, 10_000_000)


@dataclass
class Cast:
    """A provider and a recipient with who may bind them, a broker, the exchange's people."""

    exchange: ExchangeCast
    listing: Listing
    provider: Person
    provider_head: Person
    recipient: Person
    recipient_head: Person
    staff: Person
    expert: Person
    broker: Broker
    broker_person: Person

    @property
    def buyer(self) -> Member:
        return self.exchange.firm

    @property
    def stranger(self) -> Person:
        return self.exchange.outsider


def make_cast(told: Told | None = None, **changes: object) -> Cast:
    exchange = make_exchange()
    more = {"told": told} if told else {}
    listing = make_listing(exchange, ListingState.PUBLISHED, **more, **changes)  # type: ignore[arg-type]
    member, person = make_member()
    staff = exchange.first
    return Cast(
        exchange=exchange, listing=listing, provider=exchange.lister,
        provider_head=make_person(Role.HEAD, exchange.institute.organisation),
        recipient=exchange.buyer,
        recipient_head=make_person(Role.HEAD, exchange.firm.organisation),
        staff=staff, expert=exchange.second, broker_person=person,
        broker=actions.register_broker(member=member.pk, by=staff),
    )  # fmt: skip


def ask(cast: Cast, *, brokered: bool = False) -> Deal:
    return actions.ask_contact(
        listing=cast.listing.code, member=cast.buyer.pk, words=WHY,
        broker=cast.broker if brokered else None, by=cast.recipient,
    )  # fmt: skip


def make_deal(
    cast: Cast,
    state: State = State.ASKED,
    terms: Terms = TERMS,
    *,
    brokered: bool = False,
) -> Deal:
    """Return a deal in a state before its end, made the way people make it."""
    deal = ask(cast, brokered=brokered or state is State.WITH_BROKER)
    if deal.state == State.WITH_BROKER and state is not State.WITH_BROKER:
        actions.introduce(deal=deal, words="Hai bên hợp nhau", by=cast.broker_person)
        deal.refresh_from_db()
    for step in _STEPS:
        if deal.state == state:
            break
        step(cast, deal, terms)
        deal.refresh_from_db()
    assert deal.state == state
    return deal


def _accept(cast: Cast, deal: Deal, terms: Terms) -> None:
    actions.accept_contact(deal=deal, by=cast.provider)


def sign_ndas(cast: Cast, deal: Deal, terms: Terms = TERMS) -> None:
    version = nda_on(clock.today()).version
    actions.agree_nda(deal=deal, version=version, by=cast.provider_head)
    actions.agree_nda(deal=deal, version=version, by=cast.recipient_head)


def agree_on_memorandum(cast: Cast, deal: Deal, terms: Terms = TERMS) -> None:
    made = draft(cast, deal)
    assert made.paper is not None
    for head in (cast.provider_head, cast.recipient_head):
        sign_contract(contract=made.paper, by=head)
    deal.refresh_from_db()
    follow(deal)


def draft(cast: Cast, deal: Deal, **changes: object) -> Memorandum:
    """Let the provider draft a memorandum."""
    told: dict[str, object] = {
        "text": "Hai bên muốn chuyển giao trong năm nay",
        "plan": "Chạy thử một tháng tại xưởng của bên nhận", "by": cast.provider,
    }  # fmt: skip
    return actions.draft_memorandum(deal=deal, **(told | changes))  # type: ignore[arg-type]


def _agree_terms(cast: Cast, deal: Deal, terms: Terms) -> None:
    made = actions.propose_terms(deal=deal, terms=terms, after=0, by=cast.provider)
    actions.agree_terms(deal=deal, number=made.number, by=cast.recipient_head)


def _take_effect(cast: Cast, deal: Deal, terms: Terms) -> None:
    actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)
    actions.take_effect(deal=deal, effective_on=clock.today(), by=cast.staff)


def finish_work(cast: Cast, deal: Deal, terms: Terms = TERMS) -> None:
    """Deliver, pay for and accept every milestone."""
    for milestone in deal.milestones.all():
        if milestone.paid_at is None:
            pay(milestone)
        actions.deliver(milestone=milestone, evidence="Biên bản kèm theo", by=cast.provider)  # fmt: skip
        actions.accept_work(milestone=milestone, by=cast.recipient)


def withdraw(deal: Deal, cast: Cast) -> Deal:
    """Let the recipient withdraw."""
    return actions.withdraw(deal=deal, words="Không thống nhất được giá", by=cast.recipient)  # fmt: skip


def note_signed(deal: Deal, cast: Cast) -> Deal:
    """Let the exchange's people note that both signed on paper today."""
    return actions.note_signed(deal=deal, signed_on=clock.today(), by=cast.staff)


def call_off(deal: Deal, cast: Cast) -> Deal:
    """Let them note that the signed contract was called off."""
    return actions.note_called_off(deal=deal, words="Ký nhầm bản của hợp đồng", by=cast.staff)  # fmt: skip


def rate(deal: Deal, points: int, by: Person) -> None:
    """Let a side say how the exchange served it."""
    actions.rate(deal=deal, points=points, by=by)


def open_dispute(cast: Cast, deal: Deal) -> Deal:
    actions.open_dispute(deal=deal, words="Màng lọc không đạt công suất đã hẹn", by=cast.recipient)  # fmt: skip
    return actions.name_mediator(deal=deal, person=cast.expert, by=cast.staff)


_STEPS = (
    _accept, sign_ndas, agree_on_memorandum, _agree_terms, _take_effect, finish_work
)  # fmt: skip
"""What leads from each state to the next."""


def pay(milestone: Part) -> None:
    """Let the bank tell that a milestone's money came."""
    milestone.refresh_from_db()
    order = orders_of(milestone.ref)[-1]
    tell(payment(order, order.amount, f"DEAL{next(_numbers)}"))  # type: ignore[arg-type]


def with_royalty(terms: Terms = TERMS) -> Terms:
    return replace(terms, royalty=ROYALTY)


def later(days: int) -> object:
    """Hold the clock so many days from now."""
    return clock.telling(clock.now() + timedelta(days=days))


def day(days: int = 0) -> date:
    return clock.today() + timedelta(days=days)
