"""Reading a partner: a token for our credentials, then its changes page by page."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from pydantic import ValidationError

from khuevan.platform import clock
from khuevan.platform.errors import N_, KhuevanError
from khuevan.platform.outside import Answer, fetch

from .actions import drop_unseen, note_fault, take_page
from .models import Partner
from .reading import Page
from .rules import Standing, site_of
from .sealing import unseal


log = logging.getLogger("khuevan.federation")
MOST_BYTES = 20_000_000
MOST_PAGES = 1_000
PAGE = 100


_SILENT = N_("The partner does not answer.")
_UNHEARD = (
    ("gaierror", N_("The partner does not answer: its name leads nowhere.")),
    ("ConnectionRefused", N_("The partner does not answer: nothing serves at its address.")),
    ("TimeoutError", N_("The partner does not answer in time.")),
    ("SSL", N_("The partner's certificate is not trusted.")),
    ("open internet", N_("The partner's address lies in a private network.")),
    ("longer than", N_("The partner's answer is too long.")),
)  # fmt: skip
"""What the network says, for people; the log has its own words."""


class NotRead(KhuevanError):
    """The partner could not be read: the sentence says why."""


class CursorUnknown(Exception):
    """The partner does not know our place in its feed any more: begin anew."""


def pull(partner: Partner) -> Counter[Standing]:
    """Read everything new of a partner; return what became of it.

    Raises NotRead where it could not be read; what was taken before that stays, and the
    partner's page says why.
    """
    try:
        return _pull(partner)
    except NotRead as fault:
        note_fault(partner=partner, fault=fault, by=None)
        raise


def pull_all() -> int:
    """Read every partner that is not paused; return how many could be read."""
    done = 0
    for partner in Partner.objects.filter(paused_at=None).order_by("pk"):
        try:
            pull(partner)
        except NotRead:
            continue  # its page says why; the others are read
        done += 1
    return done


def _pull(partner: Partner) -> Counter[Standing]:
    token = _token(partner)
    try:
        return _read_on(partner, token)
    except CursorUnknown:
        partner.cursor = ""
        return _read_on(partner, token)


def _read_on(partner: Partner, token: str) -> Counter[Standing]:
    started, anew = clock.now(), not partner.cursor
    cursor, counted = partner.cursor, Counter[Standing]()
    for _number in range(MOST_PAGES):
        page = _page(partner, token, cursor)
        counted += take_page(partner=partner, page=page, by=None)
        if not page.more or page.cursor == cursor:
            break
        cursor = page.cursor
    if anew:
        counted[Standing.GONE] += drop_unseen(partner=partner, since=started, by=None)
    return counted


def _token(partner: Partner) -> str:
    told = f"{quote(partner.client_id)}:{quote(unseal(partner.sealed))}"
    body = urlencode({"grant_type": "client_credentials", "scope": "exchange:read"})
    headers = {
        "Authorization": f"Basic {b64encode(told.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = _ask("POST", f"{partner.address}/oauth/token", body.encode(), headers)
    if answer.status in {400, 401}:
        raise NotRead(N_("The partner does not know our credentials. Ask it for new ones."))  # fmt: skip
    token = _json(answer).get("access_token")
    if not isinstance(token, str):
        raise NotRead(N_("The partner gave no token."))
    return token


def _page(partner: Partner, token: str, cursor: str) -> Page:
    asked = urlencode({"since": cursor, "limit": PAGE, "public": "true"})
    url = f"{partner.address}/api/v1/exchange/changes?{asked}"
    answer = _ask("GET", url, b"", {"Authorization": f"Bearer {token}"})
    if answer.status == 422 and cursor:
        raise CursorUnknown
    if answer.status == 403:
        raise NotRead(N_("The partner does not let our client read listings: the scope exchange:read is missing."))  # fmt: skip
    try:
        page = Page.model_validate(_json(answer))
    except ValidationError as fault:
        raise NotRead(N_("The partner's answer is no page of changes.")) from fault
    if site_of(page.exchange) != partner.address:
        raise NotRead(
            N_("At this address answers another exchange: %(exchange)s."),
            exchange=page.exchange[:100],
        )
    return page


def _ask(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
    inside = settings.WEBHOOKS_MAY_STAY_INSIDE
    headers = {"Accept": "application/json", "User-Agent": "khuevan-federation/1", **headers}  # fmt: skip
    answer = fetch(method, url, body, headers, inside=inside, most=MOST_BYTES)
    if answer.status is None:
        log.warning("%s: %s", url, answer.reason)
        raise NotRead(next((told for known, told in _UNHEARD if known in answer.reason), _SILENT))  # fmt: skip
    if answer.status >= 500 or answer.status in {404, 429}:
        raise NotRead(N_("The partner answers %(reason)s. It is asked again later."), reason=answer.reason)  # fmt: skip
    return answer


def _json(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    if not isinstance(told, dict) or answer.status != 200:
        raise NotRead(N_("The partner answers %(reason)s, which cannot be read."), reason=answer.reason)  # fmt: skip
    return told
