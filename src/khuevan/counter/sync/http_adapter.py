"""The national portal over HTTP and JSON, or over anything that answers like it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.db import connection

from khuevan.counter.rules.syncing import Held
from khuevan.platform.errors import N_, Unavailable

from .portal import LGSP, Codes, Holds, Refused, Taken, Unknown, Uploaded


TIMEOUT_SECONDS = 15.0
MOST_BYTES = 20 * 1024**2
Transport = Callable[[str, str, Mapping[str, str], bytes], tuple[int, bytes]]
"""Method, path, headers, body → status, body. Raises Unavailable where nobody answers."""
_DUPLICATE, _CONFLICT, _UNKNOWN = "TRUNG", "XUNG_DOT", "KHONG_CO"


class _NoRedirects(HTTPRedirectHandler):
    """A portal that sends us elsewhere is not the portal we were told of."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


class Network:
    """One HTTP request at a time to the configured address; never in a transaction."""

    def __init__(self, address: str, seconds: float = TIMEOUT_SECONDS) -> None:
        self.address, self.seconds = address.rstrip("/"), seconds
        self._opener = build_opener(_NoRedirects)

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        if connection.in_atomic_block:
            raise RuntimeError("The portal is never called inside a transaction.")
        asked = Request(  # noqa: S310 - the scheme was checked with the setting
            self.address + path, data=body or None, headers=dict(headers), method=method
        )
        try:
            with self._opener.open(asked, timeout=self.seconds) as answer:
                return int(answer.status), answer.read(MOST_BYTES)
        except HTTPError as told:
            return told.code, told.read(MOST_BYTES)
        except (OSError, HTTPException, ValueError) as fault:
            raise Unavailable(
                N_("The national portal does not answer: %(why)s"), why=str(fault)[:200]
            ) from fault


class HttpPortal:
    """`NationalPortal` over a transport."""

    def __init__(
        self, transport: Transport, user: str, secret: str, codes: Codes = LGSP
    ) -> None:
        self.codes = codes
        self._transport, self._user, self._secret = transport, user, secret
        self._token = ""

    def token(self) -> str:
        status, body = self._transport(
            "POST", "/token", _JSON, _packed({"user": self._user, "secret": self._secret})
        )  # fmt: skip
        if status != HTTPStatus.OK:
            raise _unavailable(status, body)
        self._token = str(_told(body).get("access_token", ""))
        return self._token

    def request_code(self, ours: str) -> str:
        told = _told(self._call("POST", "/codes", {"MaHoSo": ours}, key=f"{ours}/code"))
        return str(told["MaHoSo"])

    def upload_file(self, content: bytes, name: str) -> Uploaded:
        path = "/files?" + urlencode({"name": name})
        told = _told(self._send("POST", path, {}, content))
        return Uploaded(str(told["IdTepTin"]), str(told["HashTepTin"]))

    def create_dossier(self, payload: Mapping[str, Any], key: str) -> Taken:
        return self._tell("/dossiers", payload, key)

    def update_progress(self, payload: Mapping[str, Any], key: str) -> Taken:
        return self._tell("/dossiers/progress", payload, key)

    def update_status(self, payload: Mapping[str, Any], key: str) -> Taken:
        return self._tell("/dossiers/status", payload, key)

    def listed(self, day: date) -> Sequence[Held]:
        told = _told(self._send("GET", f"/dossiers?day={quote(day.isoformat())}", {}, b""))  # fmt: skip
        return [
            Held(str(one["MaHoSo"]), str(one["MaTTHC"]), int(one["TrangThai"]))
            for one in told["HoSo"]
        ]

    def _tell(self, path: str, payload: Mapping[str, Any], key: str) -> Taken:
        raw = self._call("POST", path, self.codes.encode(payload), key=key)
        return Taken(raw.decode("utf-8", "replace"))

    def _call(
        self, method: str, path: str, payload: Mapping[str, Any], *, key: str
    ) -> bytes:
        return self._send(
            method, path, {**_JSON, "Idempotency-Key": key}, _packed(payload)
        )

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        """Send with a token; a token that ran out is renewed once."""
        for _attempt in range(2):
            token = self._token or self.token()
            status, answer = self._transport(
                method, path, {**headers, "Authorization": f"Bearer {token}"}, body
            )
            if status != HTTPStatus.UNAUTHORIZED:
                break
            self._token = ""
        return _judged(status, answer)


_JSON = {"Content-Type": "application/json"}


def _packed(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as fault:
        raise Unavailable(N_("The national portal answered nonsense.")) from fault
    if not isinstance(told, dict):
        raise Unavailable(N_("The national portal answered nonsense."))
    return told


def _judged(status: int, body: bytes) -> bytes:
    """Return the answer of a success; say what else it is. Taken already is a success."""
    if status < HTTPStatus.BAD_REQUEST:
        return body
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
        HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT,
    }:  # fmt: skip
        raise _unavailable(status, body)
    told, raw = _told(body), body.decode("utf-8", "replace")
    kind = told.get("LoaiLoi")
    if kind == _DUPLICATE:
        return body
    if kind == _CONFLICT:
        raise Holds(raw, int(told.get("TrangThai", 0)))
    raise Unknown(raw) if kind == _UNKNOWN else Refused(raw)


def _unavailable(status: int, body: bytes) -> Unavailable:
    return Unavailable(
        N_("The national portal does not answer: %(why)s"),
        why=f"HTTP {status} {body[:100].decode('utf-8', 'replace')}",
    )
