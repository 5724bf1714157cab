"""Listings for other programs: what the caller may read on the pages, no more."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from ninja import Query, Router, Schema
from pydantic import Field as Bounds, StringConstraints

from khuevan.clients.public import Scope, for_everybody, take_turn_of_file
from khuevan.directory.public import Person
from khuevan.matching.public import NotBuilt
from khuevan.platform.errors import RuleBroken, Unavailable
from khuevan.platform.problems import NO

from .exports import make_file
from .filters import FILTERS, asked_of
from .models.changes import Became
from .queries.changes import changes_after
from .queries.disclosing import Reader, Shown, reader_of
from .queries.listings import Wanted, find_listings, read_listing as listing_for
from .queries.matching import listing_to_match, matches_of
from .queries.reasons import why_found
from .queries.searching import search_listings
from .rules.listings import Field, Kind, State, Verification


MOST = 100
MOST_CHANGES = 500
router = Router(tags=["exchange"])
READING = for_everybody(Scope.EXCHANGE_READ)
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]


class Asked(Schema):
    """Which listings a program wants."""

    q: Words = ""
    kind: Kind | None = None
    field: Field | None = None
    trl: int = Bounds(0, ge=0, le=9)
    page: int = Bounds(1, ge=1, le=10_000)
    limit: int = Bounds(20, ge=1, le=MOST)


class PaperOut(Schema):
    title: str
    name: str


class OriginOut(Schema):
    """The exchange a listing comes from, and where it stands there."""

    exchange: str
    base: str
    code: str
    address: str
    licence: str
    seen_at: datetime


class ListingOut(Schema):
    """A listing; `fields` holds what the caller may read, money in đồng."""

    code: str
    kind: Kind
    state: State
    verification: Verification
    published_at: datetime | None
    expires_on: date | None
    fields: dict[str, Any]
    withheld: list[str]
    papers: list[PaperOut]
    origin: OriginOut | None = None


class ChangeOut(Schema):
    """What became of a listing; `listing` is what stands there now, null where it is gone."""

    code: str
    change: Became
    changed_at: datetime
    listing: ListingOut | None


class ChangePage(Schema):
    """A page of changes, the earliest first; ask again with `cursor` as `since`."""

    exchange: str
    licence: str
    changes: list[ChangeOut]
    cursor: str
    more: bool


class ListingPage(Schema):
    listings: list[ListingOut]
    count: int


def reader(request: HttpRequest) -> Reader:
    """Return who asks, as the disclosure of listings knows them."""
    return reader_of(request.user if isinstance(request.user, Person) else None)


def listing_out(shown: Shown) -> ListingOut:
    """Return a listing as programs read it."""
    return ListingOut(
        code=shown.code,
        kind=shown.kind,
        state=shown.state,
        verification=shown.verification,
        published_at=shown.published_at,
        expires_on=shown.expires_on,
        fields=dict(shown.fields),
        withheld=[group.value for group, _level in shown.withheld],
        papers=[PaperOut(title=p.title, name=p.name) for p in shown.papers],
        origin=OriginOut(**asdict(shown.origin)) if shown.origin else None,
    )


@router.get(
    "/listings",
    response={200: ListingPage, **NO},
    auth=READING,
    operation_id="list_listings",
)
def list_listings(request: HttpRequest, asked: Query[Asked]) -> ListingPage:
    """List published offers and needs, the newest first, as the caller may read them."""
    wanted = Wanted(asked.q, asked.kind or "", asked.field or "", asked.trl)
    found, count = find_listings(reader(request), wanted, asked.page, asked.limit)
    return ListingPage(listings=[listing_out(shown) for shown in found], count=count)


class FoundOut(Schema):
    """A listing found: score by words, 0 where none were asked; reasons in words."""

    code: str
    title: str
    score: float
    reasons: list[str]


class FoundPage(Schema):
    """A page of what was found, best first, how many there are, and counts by filter."""

    found: list[FoundOut]
    count: int
    filters: dict[str, dict[str, int]]


class Narrowed(Schema):
    """What a program looks for: words and filters as the catalogue's address writes them."""

    words: Words = ""
    kind: list[str] = Bounds([], max_length=20)
    field: list[Field] = Bounds([], max_length=20)
    trl: list[str] = Bounds([], max_length=3)
    price: list[str] = Bounds([], max_length=10)
    house: list[str] = Bounds([], max_length=10)
    region: list[str] = Bounds([], max_length=40)
    check: list[Verification] = Bounds([], max_length=4)
    page: int = Bounds(1, ge=1, le=500)
    limit: int = Bounds(20, ge=1, le=MOST)


@router.get(
    "/search",
    response={200: FoundPage, **NO},
    auth=READING,
    operation_id="search_listings",
)
def search(request: HttpRequest, asked: Query[Narrowed]) -> FoundPage:
    """Search published offers and needs, best first, by what the caller may read."""
    answer = search_listings(
        reader(request), asked_of(request.GET), asked.page, asked.limit
    )
    return FoundPage(
        found=[
            FoundOut(code=row.code, title=row.fields["title_vi"], score=answer.scores.get(row.code, 0.0), reasons=list(why_found(row, asked.words)))
            for row in answer.rows
        ],
        count=answer.count,
        filters={one.name: dict(answer.facets.get(one.facet, ())) for one in FILTERS},
    )  # fmt: skip


@router.get(
    "/listings/{code}/matches",
    response={200: list[FoundOut], **NO},
    auth=READING,
    operation_id="match_listing",
)
def match_listing(
    request: HttpRequest, code: str, limit: Annotated[int, Bounds(ge=1, le=MOST)] = 10
) -> list[FoundOut]:
    """Match a published need or offer by what the caller may read; best first."""
    who = reader(request)
    try:
        listing = listing_to_match(who, code)
    except RuleBroken:
        raise Http404 from None
    try:
        found = matches_of(listing, who, limit)
    except NotBuilt as missing:
        raise Unavailable(missing.sentence, **missing.params) from missing
    return [
        FoundOut(code=one.shown.code, title=one.shown.fields["title_vi"], score=one.score, reasons=list(one.reasons))
        for one in found.fitting
    ]  # fmt: skip


@router.get(
    "/listings/{code}",
    response={200: ListingOut, **NO},
    auth=READING,
    operation_id="read_listing",
)
def read_listing(request: HttpRequest, code: str) -> ListingOut:
    """Read one listing as the caller may; 404 where they may not see it."""
    shown = listing_for(reader(request), code)
    if shown is None:
        raise Http404
    return listing_out(shown)


@router.get(
    "/changes",
    response={200: ChangePage, 304: None, **NO},
    auth=READING,
    operation_id="list_changes",
)
def list_changes(
    request: HttpRequest,
    since: Words = "",
    limit: Annotated[int, Bounds(ge=1, le=MOST_CHANGES)] = 100,
    *,
    public: bool = False,
) -> HttpResponse:
    """What was published, changed, withdrawn or expired after `since`, once each, in order.

    Nothing is left out and nothing forgotten, however old the cursor; send the `ETag`
    back as `If-None-Match` to hear only of what is new. With `public` a client is told
    what everybody may read, to hand it on.
    """
    who = Reader() if public else reader(request)
    found = changes_after(who, since, limit)
    page = ChangePage(
        exchange=settings.SITE_URL,
        licence=settings.EXCHANGE_LICENCE,
        changes=[
            ChangeOut(
                code=row.code,
                change=row.became,
                changed_at=row.changed_at,
                listing=listing_out(row.shown) if row.shown else None,
            )
            for row in found.rows
        ],
        cursor=found.cursor,
        more=found.more,
    )
    answer = JsonResponse(page.model_dump(mode="json"), json_dumps_params={"ensure_ascii": False})  # fmt: skip
    etag = f'"{sha256(answer.content).hexdigest()}"'
    answer.headers["ETag"] = etag
    told = get_conditional_response(request, etag=etag, response=answer)
    assert told is not None
    return told


def _text(media_type: str) -> dict[str, Any]:
    """Return the description of an answer that is a file of text."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {"responses": {200: {"content": content}}}


@router.get(
    "/export.jsonl",
    response={200: None, **NO},
    auth=READING,
    operation_id="export_json_lines",
    openapi_extra=_text("application/jsonl"),
)
def export_json_lines(request: HttpRequest) -> FileResponse:
    """All public listings as JSON Lines: a line about the file, then one each.

    `Repr-Digest` is the file's SHA-256 (RFC 9530); its first line names the schema, the
    licence, and the cursor to read changes from.
    """
    return _file(request, "jsonl", "application/jsonl")


@router.get(
    "/export.csv",
    response={200: None, **NO},
    auth=READING,
    operation_id="export_csv",
    openapi_extra=_text("text/csv"),
)
def export_csv(request: HttpRequest) -> FileResponse:
    """All public listings as CSV (RFC 4180, UTF-8), the same fields as the JSON Lines."""
    return _file(request, "csv", "text/csv; charset=utf-8")


def _file(request: HttpRequest, form: str, media_type: str) -> FileResponse:
    take_turn_of_file(request)
    made = make_file(form)
    answer = FileResponse(made.file, content_type=media_type, filename=f"listings.{form}", as_attachment=True)  # fmt: skip
    answer.headers["Content-Length"] = str(made.size)
    answer.headers["Repr-Digest"] = f"sha-256=:{b64encode(made.digest).decode()}:"
    answer.headers["Link"] = f'<{settings.EXCHANGE_LICENCE}>; rel="license"'
    # Compressed on the way it would be other bytes than its checksum speaks of.
    answer.headers["Content-Encoding"] = "identity"
    return answer
