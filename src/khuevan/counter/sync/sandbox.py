"""A small national portal inside the platform, for trying things out; it can misbehave.

It keeps the rules we rely on: a message is taken once by its key, an older one never
replaces a newer, and what it changed itself it does not let be overwritten unasked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from khuevan.counter.models import PortalDossier, PortalMood, PortalReceipt
from khuevan.counter.rules.codes import acceptable
from khuevan.counter.rules.states import NATIONAL_MOVES, Status
from khuevan.platform import clock
from khuevan.platform.errors import N_, Unavailable


USER = "city"


class Behaviour(StrEnum):
    """What can go wrong on the other side, or on the way."""

    DOWN = "down"
    SLOW = "slow"  # takes it, answers too late
    BROKEN = "broken"  # takes it, answers 500
    WRONG_HASH = "wrong_hash"
    DUPLICATE = "duplicate"  # the network delivers it twice
    CONFLICT = "conflict"  # the applicant withdrew there meanwhile


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and whether only after the caller gave up."""

    status: int
    body: bytes
    late: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    path: str
    query: Mapping[str, list[str]]
    key: str
    body: bytes


def secret() -> str:
    """Return the secret the trial portal knows us by."""
    return salted_hmac("counter.portal", "secret", algorithm="sha256").hexdigest()


def misbehave(*behaviours: Behaviour, lasting: bool = False) -> None:
    """Have the next calls go wrong, one each; `lasting` until `behave` is called."""
    for behaviour in behaviours:
        PortalMood.objects.create(behaviour=behaviour, lasting=lasting)


def behave() -> None:
    """Let everything go right again."""
    PortalMood.objects.all().delete()


def in_process(
    method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """Be the transport of `HttpPortal` without a network in between."""
    told = answer(method, path, headers, body)
    if told.late:
        raise Unavailable(
            N_("The national portal does not answer: %(why)s"), why="timed out"
        )
    return told.status, told.body


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Take one request, as well or as badly as told."""
    mood = _next_mood()
    if mood is Behaviour.DOWN:
        return Answer(503, b"down")
    parts = urlsplit(path)
    asked = _Asked(
        method, parts.path, parse_qs(parts.query), headers.get("Idempotency-Key", ""), body
    )  # fmt: skip
    if asked.path == "/token":
        return _token(asked)
    if headers.get("Authorization") != f"Bearer {_bearer()}":
        return _no(401, "CHUA_XAC_THUC")
    if mood is Behaviour.CONFLICT:
        _withdraw_there(asked)
    status, told = _handled(asked)
    if mood is Behaviour.DUPLICATE:
        status, told = _handled(asked)
    if mood is Behaviour.WRONG_HASH and "HashTepTin" in told:
        told["HashTepTin"] = told["HashTepTin"][::-1]
    if mood is Behaviour.BROKEN:
        return Answer(500, b"taken, and then the disk was full")
    return Answer(status, json.dumps(told).encode(), late=mood is Behaviour.SLOW)


def adopt(days: int = 40) -> int:
    """Have the trial portal hold what we say it has of the latest days of filing.

    For a demo whose past was loaded, not sent. Returns how many dossiers were new.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADOPT, [clock.now() - timedelta(days=days)])
        return int(cursor.rowcount)


_ADOPT = """
    INSERT INTO counter_portaldossier
        (id, code, procedure, filed_on, status, sequence, changed_there, applied, payload)
    SELECT id, code, procedure, (filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        CASE
            WHEN business = 'decided' AND delivery IN ('not_ready', 'ready') THEN 9
            WHEN business = 'decided' THEN 10
            WHEN business IN ('accepted', 'in_process') AND finance = 'waiting' THEN 6
            WHEN business = 'filed' THEN 1
            WHEN business = 'accepted' THEN 2
            WHEN business = 'refused' THEN 3
            WHEN business = 'in_process' THEN 4
            WHEN business IN ('to_complete', 'supplement') THEN 5
            WHEN business = 'withdrawing' THEN 7
            ELSE 8
        END, 0, false, 0, '{}'
    FROM counter_dossier
    WHERE filed_at >= %s AND sync = 'acknowledged' AND origin_system = 'city' AND business <> 'draft'
    ON CONFLICT (code) DO NOTHING
"""


@transaction.atomic
def _next_mood() -> Behaviour | None:
    mood = PortalMood.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if mood is None:
        return None
    if not mood.lasting:
        mood.delete()
    return Behaviour(mood.behaviour)


def _token(asked: _Asked) -> Answer:
    told = _json(asked.body)
    if told.get("user") != USER or not hmac.compare_digest(
        str(told.get("secret", "")).encode(), secret().encode()
    ):
        return _no(401, "SAI_MAT_KHAU")
    said = {"access_token": _bearer(), "expires_in": 3600}
    return Answer(200, json.dumps(said).encode())


def _bearer() -> str:
    return salted_hmac("counter.portal", "token", algorithm="sha256").hexdigest()


@transaction.atomic
def _handled(asked: _Asked) -> tuple[int, dict[str, Any]]:
    """Return status and answer; a key that was taken before gets its first answer."""
    if asked.method == "GET" and asked.path == "/dossiers":
        return _listed(asked)
    handler = _ROUTES.get(asked.path)
    if asked.method != "POST" or handler is None:
        return 404, {"LoaiLoi": "KHONG_CO_DICH_VU"}
    if asked.key:
        before = PortalReceipt.objects.filter(key=asked.key).first()
        if before is not None:
            return 200, dict(before.answer)
    status, told = handler(asked)
    if status == 200 and asked.key:
        PortalReceipt.objects.create(key=asked.key, answer=told)
    return status, told


def _code(asked: _Asked) -> tuple[int, dict[str, Any]]:
    code = str(_json(asked.body).get("MaHoSo", ""))
    return (200, {"MaHoSo": code}) if acceptable(code) else (422, {"LoaiLoi": "SAI_MA"})


def _file(asked: _Asked) -> tuple[int, dict[str, Any]]:
    digest = hashlib.sha256(asked.body).hexdigest()
    return 200, {"IdTepTin": f"TT-{digest[:24]}", "HashTepTin": digest}


def _create(asked: _Asked) -> tuple[int, dict[str, Any]]:
    told = _json(asked.body)
    code = str(told.get("MaHoSo", ""))
    if PortalDossier.objects.filter(code=code).exists():
        return 409, {"LoaiLoi": "TRUNG", "MaHoSo": code}
    PortalDossier.objects.create(
        code=code, procedure=told["MaTTHC"], filed_on=_filed_on(told),
        status=Status(told.get("TrangThai", Status.FILED)), payload=told, applied=1,
        sequence=_sequence(asked),
    )  # fmt: skip
    return 200, {"MaHoSo": code, "KetQua": "DA_NHAN"}


def _update(asked: _Asked) -> tuple[int, dict[str, Any]]:
    told = _json(asked.body)
    code, status = str(told.get("MaHoSo", "")), int(told["TrangThai"])
    held = PortalDossier.objects.select_for_update().filter(code=code).first()
    if held is None:
        return 404, {"LoaiLoi": "KHONG_CO", "MaHoSo": code}
    if _sequence(asked) <= held.sequence:
        return 200, {"MaHoSo": code, "KetQua": "CU_HON"}
    fits = status == held.status or status in NATIONAL_MOVES[Status(held.status)]
    unasked = held.changed_there and status != held.status
    if (unasked or not fits) and not told.get("GhiDe"):
        return 409, {"LoaiLoi": "XUNG_DOT", "MaHoSo": code, "TrangThai": held.status}
    held.status, held.sequence, held.changed_there = status, _sequence(asked), False
    held.payload = _added(held.payload, told)
    held.applied += 1
    held.save()
    return 200, {"MaHoSo": code, "KetQua": "DA_NHAN"}


def _added(held: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Return what the portal holds with what an update brings: papers add up, the rest replaces."""
    papers = [*held.get("TaiLieuNop", ()), *told.get("TaiLieuNop", ())]
    brought = {name: told[name] for name in ("GiayToKetQua", "TrangThaiThanhToan", "DuocThanhToanTrucTuyen", "DanhSachLePhi") if name in told}  # fmt: skip
    return held | brought | ({"TaiLieuNop": papers} if papers else {})


_ROUTES = {
    "/codes": _code,
    "/files": _file,
    "/dossiers": _create,
    "/dossiers/progress": _update,
    "/dossiers/status": _update,
}


def _listed(asked: _Asked) -> tuple[int, dict[str, Any]]:
    day = date.fromisoformat(asked.query.get("day", [""])[0])
    rows = PortalDossier.objects.filter(filed_on=day).order_by("code")
    return 200, {
        "HoSo": [
            {"MaHoSo": row.code, "MaTTHC": row.procedure, "TrangThai": row.status}
            for row in rows
        ]
    }


def _withdraw_there(asked: _Asked) -> None:
    """Let the applicant ask for withdrawal on the portal, where that is possible."""
    if not asked.path.startswith("/dossiers/"):
        return
    held = PortalDossier.objects.filter(code=_json(asked.body).get("MaHoSo")).first()
    if held and Status.WITHDRAWING in NATIONAL_MOVES[Status(held.status)]:
        held.status, held.changed_there = Status.WITHDRAWING, True
        held.save()


def _sequence(asked: _Asked) -> int:
    return int(asked.key.rpartition("/")[2] or 0)


def _filed_on(told: Mapping[str, Any]) -> date:
    words = str(told["NgayNopHoSo"])
    return datetime.strptime(words, "%Y%m%d%H%M%S").replace(tzinfo=clock.HANOI).date()


def _json(body: bytes) -> dict[str, Any]:
    told = json.loads(body or b"{}")
    return told if isinstance(told, dict) else {}


def _no(status: int, kind: str) -> Answer:
    return Answer(status, json.dumps({"LoaiLoi": kind}).encode())
