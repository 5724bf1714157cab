"""Listings written by other programs: by the actions and in the words of the pages.

What a listing says is described once, by the forms: the schema is made of them, and they
read what was sent. Nothing is published here: both reviews stay with people.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from ninja import Schema
from pydantic import ConfigDict, Field as Bounds, StringConstraints, create_model

from khuevan.clients.public import Scope, for_clients
from khuevan.directory.public import Person
from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.idempotency import answer_once, require_key
from khuevan.platform.problems import NO

from . import actions
from .api import ListingOut, Words, listing_out, reader, router as router
from .forms import NeedForm, OfferForm, faults_of
from .models import Listing, Member
from .queries.disclosing import readable
from .queries.listings import read_listing
from .rules.disclosing import Group, Level
from .rules.listings import Kind, Told
from .words import KINDS


WRITING = for_clients(Scope.EXCHANGE_WRITE)
ANSWERS = ("state_funded", "trial_possible", "takes_restricted")
LISTS = {"ipc": "; ", "nace": "; ", "owners": "\n"}
"""Fields of several values, and what the form has between them."""
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=5_000)]


def _type_of(name: str, field: forms.Field) -> Any:
    if name in ANSWERS:
        return bool
    if name in LISTS:
        return list[Text]
    if isinstance(field, forms.IntegerField):
        return int
    return date if isinstance(field, forms.DateField) else Text


def _described(name: str, offer: forms.Field | None, need: forms.Field | None) -> Any:
    """Return a field of the schema as the forms describe it."""
    field = offer or need
    assert field is not None
    told: list[str] = [str(one.label) for one in (offer, need) if one]
    helped = [str(one.help_text) for one in (offer, need) if one and one.help_text]
    more: dict[str, Any] = {}
    if name == "kind":
        more["enum"] = [str(kind) for kind in KINDS]
    elif isinstance(field, forms.ChoiceField) and name not in ANSWERS:
        choices: Any = field.choices
        more["enum"] = [None, "", *(str(code) for code, _words in choices if code)]
    needed = name in ("kind", "title_vi")
    type_ = _type_of(name, field)
    return (
        type_ if needed else type_ | None,
        Bounds(
            ... if needed else None,
            description=". ".join(dict.fromkeys([*told, *helped])),
            json_schema_extra=more or None,
        ),
    )


class _Strict(Schema):
    """A listing as a whole, in the words of the form; a draft needs no more than its title.

    A need leaves out what only an offer has. Money in đồng.
    """

    model_config = ConfigDict(extra="forbid")

    levels: dict[Group, Level] = Bounds({}, description="Who reads which part; what is left out stays as usual.")  # fmt: skip


def _schema() -> type[_Strict]:
    """Return the schema of a listing, made of both forms."""
    with translation.override("en"):
        offer, need = OfferForm.base_fields, NeedForm.base_fields
        fields: dict[str, Any] = {
            name: _described(name, offer.get(name), need.get(name))
            for name in {**offer, **need}
        }
    return create_model("ListingIn", __base__=_Strict, __doc__=_Strict.__doc__, **fields)  # fmt: skip


ListingIn: Any = _schema()


class DraftIn(ListingIn):  # type: ignore[misc]  # made of the forms
    """A new listing; `member` is the organisation's code, where the caller speaks for several."""

    member: Words = ""


class WordsIn(Schema):
    """Why, in a sentence that stays with the listing."""

    words: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=3_000)]


@router.post(
    "/listings",
    response={200: ListingOut, 201: ListingOut, **NO},
    auth=WRITING,
    operation_id="draft_listing",
)
def draft_listing(
    request: HttpRequest, sent: DraftIn, *, dry_run: bool = False
) -> HttpResponse:
    """Begin an offer or a need as a draft. `dry_run` only looks it through: 200, no code."""
    told = _told(sent)

    def draft(by: Person) -> Listing:
        return actions.draft_listing(member=_member(by, sent.member), told=told, by=by)

    return _tried(request, draft) if dry_run else _once(request, draft, 201)


@router.put(
    "/listings/{code}",
    response={200: ListingOut, **NO},
    auth=WRITING,
    operation_id="change_listing",
)
def change_listing(
    request: HttpRequest, code: str, sent: ListingIn, *, dry_run: bool = False
) -> HttpResponse:
    """Put other words in place of all of a draft, or of what was sent back."""
    told = _told(sent)

    def change(by: Person) -> Listing:
        return actions.edit_listing(listing=_own(request, code), told=told, by=by)

    return _tried(request, change) if dry_run else _once(request, change)


@router.post(
    "/listings/{code}/submit",
    response={200: ListingOut, **NO},
    auth=WRITING,
    operation_id="submit_listing",
)
def submit_listing(request: HttpRequest, code: str) -> HttpResponse:
    """Hand a complete draft to the reviewers; every gap is named by its field."""
    return _once(request, lambda by: actions.submit_listing(listing=_own(request, code), by=by))  # fmt: skip


@router.post(
    "/listings/{code}/renew",
    response={200: ListingOut, **NO},
    auth=WRITING,
    operation_id="renew_listing",
)
def renew_listing(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a listing still holds, in the last days of its term or after it."""
    return _once(request, lambda by: actions.renew_listing(listing=_own(request, code), by=by))  # fmt: skip


@router.post(
    "/listings/{code}/withdraw",
    response={200: ListingOut, **NO},
    auth=WRITING,
    operation_id="withdraw_listing",
)
def withdraw_listing(request: HttpRequest, code: str, sent: WordsIn) -> HttpResponse:
    """Take a listing off for good, with the reason."""
    return _once(request, lambda by: actions.withdraw_listing(listing=_own(request, code), words=sent.words, by=by))  # fmt: skip


def _told(sent: Any) -> Told:
    """Return what was sent as the form reads it; InputRefused names every fault by field."""
    typed = _typed(sent)
    form = NeedForm(typed) if typed["kind"] == Kind.NEED else OfferForm(typed)
    alien = [name for name in typed if name != "kind" and name not in form.fields]
    problems = [
        Problem(name.replace("level_", "levels."), N_("listings of this kind do not say this"), N_("Leave it out."))
        for name in alien
    ]  # fmt: skip
    problems += faults_of(form)
    if problems:
        raise InputRefused(problems)
    return form.told()


def _typed(sent: Any) -> dict[str, Any]:
    """Return values as somebody would type them into the form."""
    data = sent.model_dump(exclude={"member", "levels"}, exclude_none=True)
    typed = {
        name: LISTS[name].join(value) if name in LISTS else value
        for name, value in data.items()
    }
    typed |= {name: "yes" if data[name] else "no" for name in ANSWERS if name in data}
    return typed | {f"level_{group}": level for group, level in sent.levels.items()}


def _member(by: Person, code: str) -> Member:
    """Return for which of the caller's members a listing is."""
    own = Member.objects.acted_for_by(by).select_related("organisation", "person")
    found = list(own.filter(organisation__code=code) if code else own[:2])
    if len(found) != 1:
        raise InputRefused([Problem("member", N_("it is not clear for which member"), N_("Write the code of an organisation of yours that has joined the exchange."))])  # fmt: skip
    return found[0]


def _own(request: HttpRequest, code: str) -> Listing:
    """Return a listing of the caller's; for anybody else there is none."""
    who = reader(request)
    found: Listing | None = readable(who).filter(member__in=who.members, code=code).first()  # fmt: skip
    if found is None:
        raise Http404
    return found


def _once(
    request: HttpRequest, does: Callable[[Person], Listing], status: int = 200
) -> HttpResponse:
    require_key(request)
    return answer_once(request, lambda: _done(request, does, status))


def _tried(request: HttpRequest, does: Callable[[Person], Listing]) -> HttpResponse:
    """Return what would come of it, and let nothing of it stand."""
    with transaction.atomic():
        answer = _done(request, does, 200, kept=False)
        transaction.set_rollback(True)
    return answer


def _done(
    request: HttpRequest,
    does: Callable[[Person], Listing],
    status: int,
    *,
    kept: bool = True,
) -> HttpResponse:
    by = request.user
    assert isinstance(by, Person)
    listing = does(by)
    shown = read_listing(reader(request), listing.code)
    assert shown is not None
    told = listing_out(shown)
    if not kept:
        told.code = ""
    return JsonResponse(
        told.model_dump(mode="json"),
        status=status,
        json_dumps_params={"ensure_ascii": False},
    )
