"""Taking in a callback: checked, taken once, answered at once, whatever comes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from prometheus_client import Counter

from .actions import count_refusal, take_callback
from .gateways import Event, Unreadable, WrongSignature, gateway_named


LONGEST_BODY = 64 * 1024
CALLBACKS = Counter("khuevan_payment_callbacks", "Callbacks of gateways", ["answer"])
log = logging.getLogger(__name__)


def receive(name: str, headers: Mapping[str, str], body: bytes) -> HTTPStatus:
    """Take in one callback and return how it is answered; never raises.

    A fault of ours is answered 503: gateways tell again, and nothing was written.
    """
    try:
        answer = _answer(name, headers, body)
    except Exception:
        log.exception("callback failed", extra={"gateway": name})
        answer = HTTPStatus.SERVICE_UNAVAILABLE
    CALLBACKS.labels(str(int(answer))).inc()
    return answer


def _answer(name: str, headers: Mapping[str, str], body: bytes) -> HTTPStatus:
    gateway = gateway_named(name)
    if gateway is None:
        return HTTPStatus.NOT_FOUND
    if len(body) > LONGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    try:
        event: Event = gateway.verify(headers, body)
    except WrongSignature:
        log.warning("callback with a wrong signature", extra={"gateway": name})
        count_refusal(gateway=name)
        return HTTPStatus.UNAUTHORIZED
    except Unreadable:
        log.warning("callback not understood", extra={"gateway": name})
        return HTTPStatus.BAD_REQUEST
    take_callback(gateway=name, event=event, raw=body.decode(errors="replace"))
    return HTTPStatus.OK
