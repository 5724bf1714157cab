"""Carrying messages to the portal: in order, outside any transaction, again until taken.

A message is taken for a while (SKIP LOCKED, a lease), sent, and marked. A process
killed in between gives it back when the lease ends; the portal knows the key.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from khuevan.counter.models import Dossier, NationalCopy, SyncMessage
from khuevan.counter.rules.syncing import UNFINISHED, Kind, State, wait_after
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, Unavailable
from khuevan.platform.models import StoredFile

from .following import follow
from .payloads import create_payload
from .portal import Holds, NationalPortal, Refused, Taken, Unknown


LEASE = timedelta(minutes=10)
_KEPT_LETTERS = 20_000


def send_due(portal: NationalPortal, limit: int = 500) -> int:
    """Send what is due, dossier by dossier in order; return how many were taken.

    The first time the portal does not answer the rest waits: the next run tries again.
    """
    taken = 0
    for _number in range(limit):
        message = _take()
        if message is None:
            break
        try:
            answer = _deliver(message, portal)
        except Unavailable as fault:
            _put_off(message, str(fault))
            break
        except Holds as conflict:
            _mark(message, State.CONFLICT, conflict.raw, held=conflict.status)
        except Refused as refused:
            _mark(message, State.CONFLICT, refused.raw)
        else:
            _mark(message, State.DONE, answer.raw)
            taken += 1
    return taken


@transaction.atomic
def _take() -> SyncMessage | None:
    """Take the first message of a dossier whose time has come, or whose lease is over."""
    before = SyncMessage.objects.filter(
        dossier=OuterRef("dossier"), sequence__lt=OuterRef("sequence"), state__in=UNFINISHED
    )  # fmt: skip
    now = clock.now()
    message = (
        SyncMessage.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(~Exists(before), state__in=[State.WAITING, State.SENDING], next_try_at__lte=now)
        .order_by("next_try_at", "sequence")
        .first()
    )  # fmt: skip
    if message is not None:
        message.state = State.SENDING
        message.attempts += 1
        message.next_try_at = now + LEASE
        message.save(update_fields=["state", "attempts", "next_try_at"])
    return message


def _deliver(message: SyncMessage, portal: NationalPortal) -> Taken:
    dossier = Dossier.objects.select_related(
        "application", "applicant", "agency", "receiving_point"
    ).get(pk=message.dossier_id)
    message.dossier = dossier
    copy, _fresh = NationalCopy.objects.get_or_create(dossier=dossier)
    if not copy.code:
        copy.code = portal.request_code(dossier.code or "")
        copy.save(update_fields=["code"])
    if message.kind == Kind.CREATE:
        return _create(message.payload, message.key, copy, portal)
    payload = _with_files(message.payload, copy, portal) | {"MaHoSo": copy.code}
    if message.overrules:
        payload["GhiDe"] = 1
    progress = message.kind == Kind.PROGRESS
    tell = portal.update_progress if progress else portal.update_status
    try:
        return tell(payload, message.key)
    except Unknown:
        # The portal lost it, or never had it: tell the whole first, then this.
        whole = create_payload(dossier) | {"TrangThai": message.payload["TrangThai"]}
        _create(whole, f"{dossier.code}/0", copy, portal)
        return tell(payload, message.key)


def _create(
    payload: dict[str, Any], key: str, copy: NationalCopy, portal: NationalPortal
) -> Taken:
    told = _with_files(payload, copy, portal) | {"MaHoSo": copy.code}
    taken = portal.create_dossier(told, key)
    copy.created_at = clock.now()
    copy.save(update_fields=["created_at"])
    return taken


def _with_files(
    payload: dict[str, Any], copy: NationalCopy, portal: NationalPortal
) -> dict[str, Any]:
    """Hand over the files a payload names, and name them as the portal does."""
    told = dict(payload)
    for name, address in (("TaiLieuNop", "IdTepTin"), ("GiayToKetQua", "DuongDanTepTinKetQua")):  # fmt: skip
        if name in told:
            told[name] = [_uploaded(p, address, copy, portal) for p in told[name]]
    return told


def _uploaded(
    paper: dict[str, Any], address: str, copy: NationalCopy, portal: NationalPortal
) -> dict[str, Any]:
    """Hand a paper's file over once; a digest that is not ours means it arrived damaged."""
    digest = paper["HashTepTin"]
    if digest not in copy.files:
        file = StoredFile.objects.filter(sha256=digest).order_by("pk").first()
        if file is None:
            raise Refused(f"no file {digest}")
        given = portal.upload_file(_bytes_of(file), paper["TenTepDinhKem"])
        if given.hash != digest:
            raise Unavailable(N_("The portal's copy of a file has another digest."))
        copy.files[digest] = given.id
        copy.save(update_fields=["files"])
    return paper | {address: copy.files[digest]}


def _bytes_of(file: StoredFile) -> bytes:
    """Return our copy; where that is damaged, waiting for the portal would not help."""
    try:
        return files.read(file)
    except Unavailable as fault:
        raise Refused(str(fault)) from fault


@transaction.atomic
def _mark(
    message: SyncMessage, state: State, raw: str, held: int | None = None
) -> None:
    Dossier.objects.select_for_update().get(pk=message.dossier_id)
    message.state, message.answer, message.held = state, raw[:_KEPT_LETTERS], held
    message.done_at = clock.now() if state is State.DONE else None
    message.save(update_fields=["state", "answer", "held", "done_at"])
    follow(message.dossier_id)


@transaction.atomic
def _put_off(message: SyncMessage, why: str) -> None:
    Dossier.objects.select_for_update().get(pk=message.dossier_id)
    message.state, message.answer = State.WAITING, why[:_KEPT_LETTERS]
    message.next_try_at = clock.now() + wait_after(message.attempts)
    message.save(update_fields=["state", "answer", "next_try_at"])
    follow(message.dossier_id)
