"""What members do: join, describe themselves, write listings; and what waits for reviewers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khuevan.directory.public import CityRequest, Organisation, Person, Role
from khuevan.exchange import actions, forms
from khuevan.exchange.access import may_list, may_vouch, works_for_exchange
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.queries.listings import listings_of, told_of, waiting
from khuevan.exchange.queries.parties import parties_of
from khuevan.exchange.rules.auctioning import PartyKind, read_parties
from khuevan.exchange.rules.listings import EDITABLE, Field, Kind, Told
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.exchange.sheets import template
from khuevan.platform import clock
from khuevan.platform.files import ALLOWED

from .common import carried_out, given, labels, reader, seen


def _answer(
    request: CityRequest,
    form: Form,
    title: str,
    beside: Form | None = None,
    **more: Any,
) -> HttpResponse:
    wrong = form.errors or (beside is not None and beside.errors)
    context = {"form": form, "title": title, "beside": beside, **more, **labels()}
    return TemplateResponse(
        request, "exchange/form.html", context, status=422 if wrong else 200
    )


@require_GET
def mine(request: CityRequest) -> HttpResponse:
    """One's members and everything they list."""
    who = reader(request)
    members = Member.objects.acted_for_by(request.user)
    context = {
        "members": members.select_related("organisation", "person"),
        "rows": listings_of(who),
        **labels(),
    }
    return TemplateResponse(request, "exchange/mine.html", context)


@require_GET
def template_file(request: CityRequest) -> HttpResponse:
    """The empty spreadsheet for many listings at once."""
    answer = HttpResponse(template(), content_type=ALLOWED["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="tin-san-cong-nghe.xlsx"'
    return answer


def _bodies(person: Person) -> Any:
    posts = [
        h.organisation_id
        for h in person.authority.holdings
        if h.role in {Role.HEAD, Role.MEMBER}
    ]
    return Organisation.objects.filter(pk__in=posts).in_order()


def join(request: CityRequest) -> HttpResponse:
    """Take part, for an organisation of one's own or for oneself."""
    form = forms.JoinForm(given(request), bodies=_bodies(request.user))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        body = data["organisation"]
        if carried_out(
            form,
            lambda: actions.join_exchange(
                kind=MemberKind(data["kind"]),
                organisation=body,
                person=None if body else request.user,
                profile_vi=data["profile_vi"],
                profile_en=data["profile_en"],
                fields=[Field(one) for one in data["fields_of"]],
                region=data["region"],
                country=data["country"],
                by=request.user,
            ),
        ):
            messages.success(request, _("Welcome. You can write a listing now."))
            return redirect("exchange-mine")
    return _answer(request, form, _("Join the exchange"))


def member_edit(request: CityRequest, pk: UUID) -> HttpResponse:
    """Change what a member says of itself."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if not may_list(request.user, member):
        raise PermissionDenied
    told = {"profile_vi": member.profile_vi, "profile_en": member.profile_en, "fields_of": member.fields, "region": member.region}  # fmt: skip
    form = forms.ProfileForm(given(request), initial=told)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = [Field(one) for one in data.pop("fields_of")]
        if carried_out(
            form,
            lambda: actions.describe_member(member=member, **data, fields=chosen, by=request.user),
        ):  # fmt: skip
            return redirect("exchange-member", pk=pk)
    return _answer(request, form, _("Describe yourself"))


def member_parties(request: CityRequest, pk: UUID) -> HttpResponse:
    """Declare who owns a member and from where it pays."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if not may_list(request.user, member):
        raise PermissionDenied
    told = {f"{kind}s": "\n".join(lines) for kind, lines in parties_of(member).items()}
    form = forms.PartiesForm(given(request), initial=told)
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.declare_parties(member=member, owners=read_parties(form.cleaned_data["owners"], PartyKind.OWNER), accounts=read_parties(form.cleaned_data["accounts"], PartyKind.ACCOUNT), by=request.user),
    ):  # fmt: skip
        messages.success(request, _("Declared. Only you and the exchange read it."))
        return redirect("exchange-member", pk=pk)
    return _answer(request, form, _("Who stands behind you"))


def member_tier(request: CityRequest, pk: UUID) -> HttpResponse:
    """Say how well the exchange knows a member."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if not may_vouch(request.user) or may_list(request.user, member):
        raise PermissionDenied
    form = forms.TierForm(given(request), initial={"tier": member.tier})
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.set_tier(member=member, tier=Tier(form.cleaned_data["tier"]), words=form.cleaned_data["words"], by=request.user),
    ):  # fmt: skip
        return redirect("exchange-member", pk=pk)
    return _answer(request, form, member.name)


def member_country(request: CityRequest, pk: UUID) -> HttpResponse:
    """Put right where a member has its seat."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if not may_vouch(request.user) or may_list(request.user, member):
        raise PermissionDenied
    form = forms.CountryForm(given(request), initial={"country": member.country})
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.set_country(member=member, country=form.cleaned_data["country"], by=request.user),
    ):  # fmt: skip
        return redirect("exchange-member", pk=pk)
    return _answer(request, form, member.name)


def new_listing(request: CityRequest, slug: str) -> HttpResponse:
    """Begin an offer or a need."""
    shape = {"offer": forms.OfferForm, "need": forms.NeedForm}.get(slug)
    if shape is None:
        raise Http404
    members = Member.objects.acted_for_by(request.user)
    if not members.exists():
        messages.info(request, _("Join the exchange first: it takes a minute."))
        return redirect("exchange-join")
    form = shape(given(request))
    known = members.select_related("organisation", "person")
    beside = forms.MemberForm(given(request), members=known, initial={"member": known.first()})  # fmt: skip
    made: list[Listing] = []
    if request.method == "POST" and form.is_valid() and beside.is_valid() and carried_out(
        form,
        lambda: made.append(actions.draft_listing(member=beside.cleaned_data["member"], told=form.told(), by=request.user)),
    ):  # fmt: skip
        messages.success(
            request, _("Kept as a draft. Below stands what it still lacks.")
        )
        return redirect("exchange-listing", code=made[0].code)
    title = _("A problem to solve") if slug == "need" else _("Something to offer")
    return _answer(request, form, title, beside)


def listing_edit(request: CityRequest, code: str) -> HttpResponse:
    """Change a draft or what was sent back."""
    listing, _shown, _who = seen(request, code)
    if not may_list(request.user, listing.member):
        raise PermissionDenied
    if listing.state not in EDITABLE:
        return redirect("exchange-listing", code=code)
    told: Told = told_of(listing)
    shape = forms.NeedForm if told.kind is Kind.NEED else forms.OfferForm
    form = shape(given(request), initial=forms.initial_of(told))
    if request.method == "POST" and form.is_valid() and carried_out(
        form,
        lambda: actions.edit_listing(listing=listing, told=form.told(), by=request.user),
    ):  # fmt: skip
        return redirect("exchange-listing", code=code)
    return _answer(request, form, listing.code)


@require_GET
def review_list(request: CityRequest) -> HttpResponse:
    """Reviews that run, by due time, each with the name of who has it."""
    if not works_for_exchange(request.user):
        raise PermissionDenied
    rows = waiting()
    if "mine" in request.GET:
        rows = rows.filter(reviewer=request.user)
    context = {
        "rows": rows[:200],
        "mine": "mine" in request.GET,
        "now": clock.now(),
        **labels(),
    }
    return TemplateResponse(request, "exchange/reviews.html", context)
