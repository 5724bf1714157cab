"""From asking for contact to the NDA: ask, introduce, accept, decline, agree, withdraw."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from khuevan.deals.access import (
    acts_for,
    may_register_brokers,
    people_acting_for,
)
from khuevan.deals.dated import clock_on, nda_on, nda_version
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Broker, Consent, Deal, Party, Step
from khuevan.deals.queries.contracting import is_signed
from khuevan.deals.rules.states import (
    Move,
    Part,
    State,
    check_reason,
    usual_turn,
)
from khuevan.directory.public import Person
from khuevan.exchange.public import (
    Kind,
    MemberView,
    Shown,
    State as ListingState,
    Tier,
    are_related,
    lister_of,
    listing_for,
    member_with,
    misuse_over,
    open_after_nda,
    owners_of,
)
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import fold
from khuevan.worktime.public import due

from .common import begin, require, side_that, take_step


@transaction.atomic
def register_broker(*, member: UUID, by: Person | None) -> Broker:
    """Let a member of the exchange broker; RuleBroken where it does already."""
    require(may_register_brokers(by))
    known = _member(member)
    if Broker.objects.in_force().filter(member=member).exists():
        raise RuleBroken(N_("This member is a broker already."), field="member")
    broker = Broker.objects.create(
        member=known.id, organisation=known.organisation, person=known.person
    )
    record("deals.broker_registered", subject=broker.ref, by=by, member=str(member))
    return broker


@transaction.atomic
def end_broker(*, broker: Broker, by: Person | None) -> Broker:
    """Let a member broker no more; deals it has go on."""
    require(may_register_brokers(by))
    broker = Broker.objects.select_for_update().get(pk=broker.pk)
    if broker.ended_on is not None:
        raise RuleBroken(N_("This member is no broker any more."))
    broker.ended_on = clock.today()
    broker.save(update_fields=["ended_on"])
    record("deals.broker_ended", subject=broker.ref, by=by)
    return broker


def ask_contact(
    *, listing: str, member: UUID, words: str, broker: Broker | None = None,
    state_funded: bool | None = None, by: Person,
) -> Deal:  # fmt: skip
    """Ask for contact over a published listing, for a member one speaks for.

    Over a need the asker says whether what it offers was made with money of the State
    (`state_funded`); an offer's listing says so. Raises RuleBroken for a listing that is
    not published, a deal that runs already, and for dealing with oneself.
    """
    asker = _member(member)
    if not _speaks_for(by, asker):
        raise PermissionDenied
    shown = listing_for(by, listing)
    if shown is None or shown.state is not ListingState.PUBLISHED:
        raise RuleBroken(N_("This listing is not published any more."), field="listing")
    if shown.origin:
        raise RuleBroken(
            N_("This listing belongs to %(exchange)s: ask for contact there."),
            exchange=shown.origin.exchange,
        )
    with misuse_over(shown.id, shown.code, by):
        lister = lister_of(shown.id)
        told = check_reason(words)
        if asker.tier is Tier.REGISTERED:
            raise RuleBroken(
                N_("The exchange has not verified you yet: ask it to on your page as a member, then ask for contact."),
                field="member", misuse="unverified_member",
            )  # fmt: skip
        _refuse_self_dealing(asker, lister, shown)
        if broker is not None:
            _check_broker(broker, asker, lister)
        _one_at_a_time(shown.id)
        _refuse_second(shown.id, asker)
        part = Part.PROVIDER if shown.kind is Kind.NEED else Part.RECIPIENT
        deal = _open(shown, part, broker, shown.get("state_funded") if part is Part.RECIPIENT else state_funded)  # fmt: skip
        _join(deal, part, asker)
        _join(deal, part.other, lister)
        if broker is not None:
            Party.objects.create(deal=deal, part=Part.BROKER, member=broker.member, organisation=broker.organisation, person=broker.person)  # fmt: skip
        Step.objects.create(deal=deal, state=deal.state, part=part, words=told, by=by, at=deal.asked_at)  # fmt: skip
        record_deal("deals.contact_asked", deal, by=by, asker=part.value, brokered=broker is not None)  # fmt: skip
        return deal


def _open(
    shown: Shown, part: Part, broker: Broker | None, state_funded: bool | None
) -> Deal:
    now = clock.now()
    state = State.ASKED if broker is None else State.WITH_BROKER
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('deals_deal_number')")
        [number] = cursor.fetchone()
    return Deal.objects.create(
        code=f"GD-{clock.today().year}-{number:06d}", listing=shown.id,
        listing_code=shown.code, listing_kind=shown.kind, field=shown.get("field") or "",
        title=shown.get("title_vi"), state_funded=state_funded, asker=part,
        lister_hidden=shown.get("member") is None, state=state,
        turn=usual_turn(state, part), since=now, asked_at=now,
        due_at=due(now, clock_on(state, clock.local_day(now))).instant,
    )  # fmt: skip


@transaction.atomic
def introduce(*, deal: Deal, words: str, by: Person | None) -> Deal:
    """As broker, put the request before the other side with a recommendation."""
    deal, _side = begin(deal, Move.INTRODUCE, by)
    take_step(deal, Move.INTRODUCE, by=by, words=check_reason(words))
    record_deal("deals.contact_introduced", deal, by=by)
    return deal


@transaction.atomic
def accept_contact(*, deal: Deal, by: Person | None) -> Deal:
    """Accept to be in contact; both sides know each other from now on."""
    deal, _side = begin(deal, Move.ACCEPT, by)
    deal.introduced_at = clock.now()
    take_step(deal, Move.ACCEPT, by=by)
    record_deal("deals.contact_accepted", deal, by=by)
    return deal


@transaction.atomic
def decline_contact(*, deal: Deal, words: str, by: Person | None) -> Deal:
    """Decline, as the side that was asked or as broker, with the reason."""
    deal, _side = begin(deal, Move.DECLINE, by)
    take_step(deal, Move.DECLINE, by=by, words=check_reason(words))
    record_deal("deals.contact_declined", deal, by=by)
    return deal


@transaction.atomic
def agree_nda(*, deal: Deal, version: str, by: Person) -> Consent:
    """Agree to the NDA for one's side; the second consent opens the data room.

    The first side agrees to the text in force; the second to the same text. From then on
    the exchange opens the listing's level “after an NDA” to the asker's member.
    """
    deal, _side = begin(deal, Move.SIGN_NDA, by)
    side = side_that(deal, by)
    first = deal.consents.first()
    wanted = nda_version(first.version) if first else nda_on(clock.today())
    if version != wanted.version:
        raise RuleBroken(
            N_("Read version %(version)s of the NDA and agree to that one."),
            field="version", version=wanted.version,
        )  # fmt: skip
    if deal.consents.filter(part=side).exists():
        raise RuleBroken(N_("Your side agreed already; the other side is asked to."))
    consent = Consent.objects.create(deal=deal, part=side, version=wanted.version, digest=wanted.digest, by=by, at=clock.now())  # fmt: skip
    if first is None:
        take_step(deal, Move.SIGN_NDA, by=by)
        record_deal("deals.nda_agreed", deal, by=by, side=side.value, version=version, digest=wanted.digest)  # fmt: skip
        return consent
    deal.room_at = clock.now()
    asker = deal.parties.get(part=deal.asker)
    deal.nda = open_after_nda(listing=deal.listing, member=asker.member, signed_on=clock.today())  # fmt: skip
    take_step(deal, Move.OPEN_ROOM, by=by)
    record_deal("deals.room_opened", deal, by=by, side=side.value, version=version, digest=wanted.digest)  # fmt: skip
    return consent


@transaction.atomic
def withdraw(*, deal: Deal, words: str, by: Person | None) -> Deal:
    """Leave a deal before its contract is signed, with the reason.

    From agreed terms somebody withdraws who may bind the side; a contract drawn up from
    them is called off with it. Raises RuleBroken once both sides signed.
    """
    deal, _side = begin(deal, Move.WITHDRAW, by)
    told = check_reason(words)
    if is_signed(deal):
        raise RuleBroken(N_("Both sides signed the contract: nobody withdraws from it alone. What the authority refused is called off on the contract's page first."))  # fmt: skip
    deal.signed_on = deal.registered_on = None
    take_step(deal, Move.WITHDRAW, by=by, words=told)
    record_deal("deals.deal_withdrawn", deal, by=by)
    return deal


# ------------------------------------------------------------------ parts of actions


def _member(key: UUID) -> MemberView:
    found = member_with(key)
    if found is None:
        raise RuleBroken(N_("There is no such member of the exchange."), field="member")
    return found


def _speaks_for(person: Person, member: MemberView) -> bool:
    body = member.organisation
    return acts_for(person, body.pk if body else None, member.person.pk if member.person else None)  # fmt: skip


def _join(deal: Deal, part: Part, member: MemberView) -> None:
    Party.objects.create(deal=deal, part=part, member=member.id, organisation=member.organisation, person=member.person)  # fmt: skip


def _one_at_a_time(listing: UUID) -> None:
    """Let contact over one listing be asked for one by one, so that no second deal slips in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"deals:{listing}"])  # fmt: skip


def _refuse_second(listing: UUID, asker: MemberView) -> None:
    running = Deal.objects.live().filter(listing=listing, parties__member=asker.id)
    if found := running.first():
        raise RuleBroken(
            N_("You have asked already: %(code)s runs over this listing."),
            code=found.code,
        )


def _check_broker(broker: Broker, asker: MemberView, lister: MemberView) -> None:
    if broker.ended_on is not None:
        raise RuleBroken(N_("This member is no broker any more."), field="broker")
    if broker.member in {asker.id, lister.id}:
        raise RuleBroken(N_("A broker stands between two others."), field="broker")
    people = people_acting_for(broker.organisation, broker.person)
    for other in (asker, lister):
        if people & people_acting_for(other.organisation, other.person):
            raise RuleBroken(
                N_("A broker does not act for one of the sides as well."),
                field="broker",
            )


def _refuse_self_dealing(asker: MemberView, lister: MemberView, shown: Shown) -> None:
    """Refuse a deal of somebody with themselves; each refusal leaves a fact.

    The same member; the same people acting for both; an owner or a bank account both
    declared; the asker, or who acts for it, among the owners the listing states.
    """
    people = people_acting_for(asker.organisation, asker.person)
    why = ""
    if asker.id == lister.id:
        why = N_("This is your own listing: nobody deals with themselves.")
    elif people & people_acting_for(lister.organisation, lister.person):
        why = N_("The same people act for both sides: a deal needs two that are apart.")
    elif are_related(asker.id, lister.id):
        why = N_("Both sides declared the same owner or bank account: a deal needs two that are apart.")  # fmt: skip
    else:
        names = set(Person.objects.filter(pk__in=people).values_list("full_name", flat=True))  # fmt: skip
        own = {fold(name).strip() for name in {*names, asker.name}}
        if own & {fold(name).strip() for name in owners_of(shown.id)}:
            why = N_("You are among the owners the listing states: nobody deals with themselves.")  # fmt: skip
    if why:
        raise RuleBroken(why, field="listing", misuse="self_dealing")
