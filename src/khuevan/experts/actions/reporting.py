"""After the meeting: minutes, what was confirmed, what is owed, what was paid."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.experts.access import is_asker, is_expert, keeps_the_pool, may_settle
from khuevan.experts.facts import record_booking
from khuevan.experts.models import Booking, Minutes, MinutesPaper
from khuevan.experts.money import ask_for_money, enter_payout, keeper, take_in
from khuevan.experts.rules.bookings import (
    CHASED_TWICE,
    Move,
    State,
    Turn,
    amount_of,
    check_words,
    check_worked,
)
from khuevan.payments.public import OrderView, note_payout
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken

from .common import begin, go_on, keep_step, require


@transaction.atomic
def write_minutes(
    *, booking: Booking, asked: str, found: str, advised: str, worked: int,
    papers: Sequence[tuple[bytes, str]] = (), by: Person,
) -> Minutes:  # fmt: skip
    """As the expert, write what was asked, found and advised, and the minutes it took.

    After a dispute it is a new version beside the first. `papers` are contents with names.
    RuleBroken before the meeting began; InputRefused for a file that is not acceptable.
    """
    amends = booking.state == State.DISPUTED
    move = Move.AMEND if amends else Move.REPORT
    booking = begin(booking, move)
    require(is_expert(by, booking.expert))
    if booking.time is None or booking.time.lower > clock.now():
        raise RuleBroken(N_("It has not begun yet."))
    check_worked(worked)
    made = Minutes.objects.create(
        booking=booking, number=booking.versions.count() + 1, worked=worked,
        asked=check_words(asked, "asked"), found=check_words(found, "found"),
        advised=check_words(advised, "advised"), at=clock.now(),
    )  # fmt: skip
    for content, name in papers:
        MinutesPaper.objects.create(minutes=made, file=files.keep(content, name))
    go_on(booking, State.REPORTED)
    booking.save()
    keep_step(booking, move, by=by, turn=Turn.EXPERT)
    record_booking("minutes_written", booking, by=by, number=made.number, worked=worked)
    return made


@transaction.atomic
def confirm(*, booking: Booking, version: int, by: Person) -> Booking:
    """As who asked, confirm the minutes one has read: what they come to is then owed."""
    booking = begin(booking, Move.CONFIRM)
    require(is_asker(by, booking))
    last = booking.versions.last()
    assert last is not None
    if version != last.number:
        raise RuleBroken(N_("There is a newer version of the minutes: read that one."))
    return _owe(booking, last.worked, Move.CONFIRM, "booking_confirmed", "", by)


@transaction.atomic
def dispute(*, booking: Booking, words: str, by: Person) -> Booking:
    """As who asked, say what in the minutes or the hours is not so; the expert amends."""
    booking = begin(booking, Move.DISPUTE)
    require(is_asker(by, booking))
    told = check_words(words, "words")
    go_on(booking, State.DISPUTED)
    booking.save()
    keep_step(booking, Move.DISPUTE, by=by, words=told, turn=Turn.ASKER)
    record_booking("minutes_disputed", booking, by=by)
    return booking


@transaction.atomic
def settle(*, booking: Booking, worked: int, words: str, by: Person | None) -> Booking:
    """As the keeper, say how many minutes count, once both sides got stuck.

    That is: a clock ran out twice, or a second version was disputed too.
    """
    booking = begin(booking, Move.SETTLE)
    require(may_settle(by, booking))
    if booking.chased < CHASED_TWICE and not (
        booking.state == State.DISPUTED and booking.versions.count() > 1
    ):
        raise RuleBroken(N_("Both sides still have time to agree by themselves."))
    check_worked(worked)
    told = check_words(words, "words")
    return _owe(booking, worked, Move.SETTLE, "booking_settled", told, by)


def _owe(booking: Booking, worked: int, move: Move, kind: str, words: str, by: Person | None) -> Booking:  # fmt: skip
    booking.worked, booking.amount = worked, amount_of(booking.rate, worked)
    if booking.amount:
        go_on(booking, State.OWED)
        booking.save()
        booking.order = ask_for_money(booking)
        booking.save(update_fields=["order"])
    else:
        go_on(booking, State.CLOSED)
        booking.save()
    turn = Turn.ASKER if move is Move.CONFIRM else None
    keep_step(booking, move, by=by, words=words, turn=turn)
    record_booking(kind, booking, by=by, worked=worked, amount=booking.amount)
    return booking


@transaction.atomic
def note_paid(*, booking: Booking, order: OrderView, by: Person | None) -> Booking:
    """Note that what is owed was paid: it is the expert's in the books at once."""
    booking = begin(booking, Move.PAY)
    if booking.order != order.id:
        raise RuleBroken(N_("This order is not the one of the booking."))
    take_in(booking, order)
    booking.paid_at = clock.now()
    go_on(booking, State.CLOSED)
    booking.save()
    keep_step(booking, Move.PAY, by=None)
    record_booking("booking_paid", booking, by=by, amount=order.amount)
    return booking


@transaction.atomic
def pay_out(*, booking: Booking, reference: str, by: Person | None) -> Booking:
    """As the keeper, note that the money left for the expert's bank, with its reference.

    The daily comparison looks for it in the bank's list.
    """
    booking = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    require(keeps_the_pool(by))
    if booking.paid_at is None or not booking.amount:
        raise RuleBroken(N_("Nothing was paid in for this booking."))
    if booking.paid_out:
        raise RuleBroken(N_("It left already: %(reference)s."), reference=booking.paid_out)  # fmt: skip
    number = check_words(reference, "reference", 3)
    booking.paid_out = note_payout(subject=booking.ref, owner=keeper(), amount=booking.amount, number=number, by=by)  # fmt: skip
    booking.save(update_fields=["paid_out"])
    enter_payout(booking, booking.paid_out, by)
    record_booking("booking_paid_out", booking, by=by, amount=booking.amount)
    return booking
