"""In the data room and around the table: files, readings, meetings, the memorandum."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from khuevan.contracts.public import (
    Intent,
    call_off_contract,
    contracts_of,
    draw_up_memorandum,
)
from khuevan.deals.access import may_read_room, may_watch
from khuevan.deals.documents.copies import Copy, check_can_be_marked, marked_copy
from khuevan.deals.facts import record_deal
from khuevan.deals.models import Deal, Meeting, Memorandum, Reading, RoomFile
from khuevan.deals.queries.contracting import sides_of
from khuevan.deals.rules.room import MOST_FILES, Level, check_meeting, readable
from khuevan.deals.rules.states import Move, State, check_reason
from khuevan.directory.public import Person
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken

from .common import UNSIGNED, begin, locked, require, side_that, take_step


# Papers are read in Vietnamese.
NEWER = "Có bản ghi nhớ mới hơn."


@dataclass(frozen=True, slots=True)
class Handed:
    """A copy that was handed out, and the entry of it in the log."""

    copy: Copy
    reading: Reading


@transaction.atomic
def put_file(
    *, deal: Deal, content: bytes, name: str, title: str, level: Level, by: Person
) -> RoomFile:
    """Put a file of at most 20 MB into the data room, for the other side to read.

    Raises InputRefused for a file that is not acceptable, RuleBroken for a PDF that
    cannot be marked or the fifty-first file.
    """
    deal, _side = begin(deal, Move.PUT_FILE, by)
    side = side_that(deal, by)
    if deal.files.filter(taken_out_at=None).count() >= MOST_FILES:
        raise RuleBroken(
            N_("A data room has at most %(most)s files. Take one out first."),
            field="file",
            most=MOST_FILES,
        )
    kept = files.keep(content, name)
    check_can_be_marked(content, kept.media_type)
    put = RoomFile.objects.create(
        deal=deal, file=kept, title=title.strip() or kept.name[:150], level=level,
        part=side, put_by=by, put_at=clock.now(),
    )  # fmt: skip
    take_step(deal, Move.PUT_FILE, by=by, words=put.title)
    record_deal("deals.file_put", deal, by=by, file=put.ref, level=level.value)
    return put


@transaction.atomic
def take_out_file(*, file: RoomFile, by: Person) -> RoomFile:
    """Take a file of one's own side out of the room; the log of its readings stays."""
    deal = locked(file.deal)
    file = RoomFile.objects.select_for_update().get(pk=file.pk)
    require(side_that(deal, by) == file.part)
    if file.taken_out_at is not None:
        raise RuleBroken(N_("This file is no longer in the room."))
    file.taken_out_at = clock.now()
    file.save(update_fields=["taken_out_at"])
    record_deal("deals.file_taken_out", deal, by=by, file=file.ref)
    return file


@transaction.atomic
def read_file(*, file: RoomFile, by: Person) -> Handed:
    """Hand out a copy that says on every page who reads it, when, and in which deal.

    Each is entered in the log before anybody has it. Raises PermissionDenied without an
    NDA, for a stranger, and below the file's level.
    """
    # Marking a long file takes a while and changes nothing: nobody waits for it.
    file = RoomFile.objects.select_related("file", "deal").get(pk=file.pk)
    deal = file.deal
    require(may_read_room(by, deal))
    side = side_that(deal, by)
    if file.taken_out_at is not None:
        raise RuleBroken(N_("This file is no longer in the room."))
    if side != file.part and not readable(Level(file.level), State(deal.state)):
        raise PermissionDenied
    now, mark = clock.now(), secrets.token_hex(5).upper()
    copy = marked_copy(
        files.read(file.file), name=file.file.name, media_type=file.file.media_type,
        deal=deal.code, reader=f"{by.full_name} ({deal.parties.get(part=side).name})",
        at=now, mark=mark,
    )  # fmt: skip
    reading = Reading.objects.create(
        file=file, person=by, part=side, mark=mark, at=now,
        sha256=hashlib.sha256(copy.content).hexdigest(),
    )  # fmt: skip
    record_deal("deals.file_read", deal, by=by, file=file.ref, mark=mark, sha256=reading.sha256)  # fmt: skip
    return Handed(copy, reading)


@transaction.atomic
def call_meeting(
    *, deal: Deal, starts_at: datetime, ends_at: datetime, place: str = "",
    link: str = "", agenda: str, by: Person,
) -> Meeting:  # fmt: skip
    """Call a meeting of both sides; until then nobody counts as silent."""
    deal, _side = begin(deal, Move.CALL_MEETING, by)
    check_meeting(starts_at, ends_at, place, link, clock.now())
    meeting = Meeting.objects.create(
        deal=deal, starts_at=starts_at, ends_at=ends_at, place=place.strip(),
        link=link.strip(), agenda=check_reason(agenda, "agenda"), called_by=by,
    )  # fmt: skip
    take_step(deal, Move.CALL_MEETING, by=by, words=meeting.agenda)
    record_deal("deals.meeting_called", deal, by=by, meeting=meeting.ref, starts_at=starts_at)  # fmt: skip
    return meeting


@transaction.atomic
def write_minutes(*, meeting: Meeting, words: str, by: Person) -> Meeting:
    """Write down what a meeting came to, once it has begun; once written they stay."""
    deal, _side = begin(meeting.deal, Move.WRITE_MINUTES, by)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.starts_at > clock.now():
        raise RuleBroken(N_("The meeting has not begun yet."), field="words")
    if meeting.minutes_at is not None:
        raise RuleBroken(N_("The minutes are written; call another meeting to add to them."))  # fmt: skip
    meeting.minutes, meeting.minutes_by = check_reason(words), by
    meeting.minutes_at = clock.now()
    meeting.save()
    take_step(deal, Move.WRITE_MINUTES, by=by)
    record_deal("deals.minutes_written", deal, by=by, meeting=meeting.ref)
    return meeting


@transaction.atomic
def draft_memorandum(
    *, deal: Deal, text: str, plan: str, term_months: int = 12,
    confidential_years: int = 0, by: Person,
) -> Memorandum:  # fmt: skip
    """Draw up a memorandum for both sides to sign; the latest draft counts.

    The paper of the one before is called off unless it says the same. Where a side is an
    expert in person there is no paper. Raises InputRefused with what is wrong with it.
    """
    deal, _side = begin(deal, Move.DRAFT_MEMORANDUM, by)
    side = side_that(deal, by)
    last = deal.memoranda.aggregate(last=Max("number"))["last"] or 0
    made = Memorandum.objects.create(
        deal=deal, number=last + 1, text=check_reason(text, "text"),
        plan=check_reason(plan, "plan"), term_months=term_months,
        confidential_years=confidential_years, part=side, by=by, at=clock.now(),
    )  # fmt: skip
    _draw_up(deal, made, by)
    take_step(deal, Move.DRAFT_MEMORANDUM, by=by)
    record_deal("deals.memorandum_drafted", deal, by=by, number=made.number)
    return made


@transaction.atomic
def agree_memorandum(*, deal: Deal, number: int, by: Person) -> Memorandum:
    """Agree to the other side's latest draft where it has no paper; negotiation begins.

    A draft with a paper is agreed to by both signatures on it.
    """
    deal, _side = begin(deal, Move.AGREE_MEMORANDUM, by)
    side = side_that(deal, by)
    made = deal.memoranda.order_by("-number").first()
    if made is None or made.number != number or made.part == side:
        raise RuleBroken(
            N_("There is a newer draft, or it is your own side's. Look at it again."),
            field="number",
        )
    if made.paper is not None:
        raise RuleBroken(N_("Sign the memorandum's paper: both signatures agree to it."))  # fmt: skip
    _agreed(deal, made, by)
    return made


@transaction.atomic
def note_memorandum_signed(*, memorandum: Memorandum, by: Person | None) -> Memorandum:
    """Begin the negotiation once both sides signed the latest memorandum's paper."""
    require(may_watch(by))
    deal = locked(memorandum.deal)
    made = deal.memoranda.order_by("-number").first()
    if made is None or made != memorandum or deal.state != State.CONFIDENTIAL:
        raise RuleBroken(N_("There is a newer draft, or it is your own side's. Look at it again."))  # fmt: skip
    _agreed(deal, made, by)
    return made


def _draw_up(deal: Deal, made: Memorandum, by: Person) -> None:
    sides = sides_of(deal)
    if sides is None:
        return
    intent = Intent(deal.title, made.text, made.plan, made.term_months, made.confidential_years)  # fmt: skip
    paper = draw_up_memorandum(subject=deal.ref, intent=intent, sides=sides, by=by)
    for former in contracts_of(deal.ref):
        if former.id != paper.id and former.state in UNSIGNED:
            call_off_contract(contract=former.id, words=NEWER, by=None)
    made.paper = paper.id
    made.save(update_fields=["paper"])


def _agreed(deal: Deal, made: Memorandum, by: Person | None) -> None:
    made.agreed_by, made.agreed_at = by, clock.now()
    made.save(update_fields=["agreed_by", "agreed_at"])
    deal.negotiating_at = clock.now()
    take_step(deal, Move.AGREE_MEMORANDUM, by=by)
    record_deal("deals.memorandum_agreed", deal, by=by, number=made.number)
