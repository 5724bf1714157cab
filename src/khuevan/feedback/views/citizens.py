"""Pages for everybody: send, follow, read answers, rate. None needs an account."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khuevan.feedback import actions, forms, words
from khuevan.feedback.dated import criteria_on
from khuevan.feedback.models import Petition, Rating
from khuevan.feedback.queries.petitions import PAGE, answers, limits_of, petitions_of
from khuevan.feedback.queries.ratings import groups
from khuevan.feedback.rules.petitions import SETTLED, Category, Kind, State
from khuevan.feedback.rules.ratings import CHANGEABLE
from khuevan.feedback.tokens import follow_token, followed, link_of, told_about
from khuevan.platform import clock, files
from khuevan.platform.callers import address_of
from khuevan.platform.errors import RuleBroken
from khuevan.platform.http import page_number
from khuevan.platform.privacy import SMALLEST_GROUP
from khuevan.platform.refusals import carried_out

from .common import person_of


def sent_from(data: dict[str, Any], **more: Any) -> actions.Sent:
    """Return what a filled form sends."""
    upload = data["file"]
    kept = [files.keep(upload.read(), upload.name)] if upload else []
    return actions.Sent(
        text=data["text"],
        organisation=data["organisation"],
        kind=Kind(data["kind"]),
        category=Category(data["category"]),
        procedure=data["procedure"],
        place=data["place"],
        anonymous=not data["shown"],
        contact_name=data["contact_name"],
        phone=data["phone"],
        email=data["email"],
        files=kept,
        **more,
    )


@login_not_required
def send(request: HttpRequest) -> HttpResponse:
    """Send a reflection or proposal; its code comes at once."""
    token = (request.POST or request.GET).get("about", "")
    subject, code = told_about(token)
    given = {"procedure": code or request.GET.get("procedure", "")[:40], "about": token}
    form = forms.SendForm(request.POST or None, request.FILES or None, initial=given)
    made: list[Petition] = []
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            raise Http404
        told = sent_from(form.cleaned_data, subject=subject)
        if carried_out(
            form,
            lambda: made.append(
                actions.send_petition(sent=told, by=person_of(request))
            ),
        ):
            messages.success(
                request,
                _("Thank you. Keep this code: %(code)s") % {"code": made[0].code},
            )
            return redirect("feedback-followed", token=follow_token(made[0]))
    status = 422 if form.errors else 200
    return TemplateResponse(
        request, "feedback/send.html", {"form": form}, status=status
    )


@login_not_required
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for code and second factor; the code alone opens nothing."""
    form = forms.FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.prove_contact(
                **form.cleaned_data, address=address_of(request)
            )
        except RuleBroken as refused:
            form.add_error(None, _(refused.sentence))
        else:
            if found is not None:
                return redirect("feedback-followed", token=follow_token(found))
            wrong = _("Code and contact do not belong together. Look at both again.")
            form.add_error(None, wrong)
    status = 422 if form.errors else 200
    context = {"form": form, "mine": petitions_of(person_of(request)), **_labels()}
    return TemplateResponse(request, "feedback/follow.html", context, status=status)


@never_cache
@login_not_required
def followed_page(request: HttpRequest, token: str) -> HttpResponse:
    """The sender's view of a petition: where it is, until when, what was said."""
    petition = followed(token)
    if petition is None:
        messages.info(request, _("Please show again that the petition is yours."))
        return redirect("feedback-follow")
    form = forms.WordsForm(request.POST if "words" in request.POST else None)
    if request.method == "POST" and _reporter_did(request, petition, form):
        return redirect("feedback-followed", token=token)
    target = petition.merged_into
    context = {
        "petition": petition,
        "target": target,
        "steps": petition.steps.select_related("organisation"),
        "limits": limits_of(petition),
        "form": form,
        "may_reply": petition.state == State.MORE_ASKED,
        "may_judge": petition.state in SETTLED,
        "may_reopen": petition.state in SETTLED and petition.reopened_at is None,
        **_labels(),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "feedback/followed.html", context, status=status)


def _reporter_did(request: HttpRequest, petition: Petition, form: Any) -> bool:
    by = person_of(request)
    if "like" in request.POST:
        like = request.POST["like"] == "1"
        actions.react(petition=petition, like=like, followed=True, by=by)
        messages.success(request, _("Thank you for telling us."))
        return True
    if not form.is_valid():
        return False
    said = form.cleaned_data["words"]
    asked = petition.state == State.MORE_ASKED
    action = actions.give_more if asked else actions.reopen_petition
    return carried_out(
        form, lambda: action(petition=petition, words=said, followed=True, by=by)
    )


def _labels() -> dict[str, Any]:
    return {
        "kinds": words.KINDS, "categories": words.CATEGORIES, "states": words.STATES,
        "colours": words.COLOURS, "moves": words.MOVES, "limit_words": words.LIMITS,
        "refusals": words.REFUSALS,
    }  # fmt: skip


@require_GET
@login_not_required
def answer_list(request: HttpRequest) -> HttpResponse:
    """Published answers, found without accents."""
    query = request.GET.get("words", "")[:200]
    number = page_number(request.GET)
    rows, count = answers(query, number)
    context = {
        "rows": rows,
        "count": count,
        "words": query,
        "page": {"number": number, "pages": max(1, ceil(count / PAGE))},
        **_labels(),
    }
    return TemplateResponse(request, "feedback/answers.html", context)


@require_GET
@login_not_required
def answer_page(request: HttpRequest, code: str) -> HttpResponse:
    """One published answer; signed-in readers say what they think of it."""
    found = Petition.objects.published().select_related("organisation")
    petition = get_object_or_404(found, code=code)
    reactions = list(petition.reactions.values_list("like", flat=True))
    context = {
        "petition": petition,
        "likes": sum(reactions),
        "dislikes": len(reactions) - sum(reactions),
        **_labels(),
    }
    return TemplateResponse(request, "feedback/answer.html", context)


@require_POST
def answer_react(request: HttpRequest, code: str) -> HttpResponse:
    petition = get_object_or_404(Petition.objects.published(), code=code)
    like = request.POST.get("like") == "1"
    actions.react(petition=petition, like=like, by=person_of(request))
    messages.success(request, _("Thank you for telling us."))
    return redirect("feedback-answer", code=code)


@never_cache
@login_not_required
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Rate in one tap; criteria and words afterwards, for whoever wants to say more."""
    link = link_of(token)
    if link is None:
        raise Http404
    rating = Rating.objects.filter(link=link).first()
    # Criteria are those of procedures; what is none is given stars.
    criteria = criteria_on(clock.today()) if link.procedure else ()
    form = forms.RateForm(
        request.POST or None, initial=_given(rating), criteria=criteria,
        stars=not link.procedure,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = _said(form, rating, tapped="comment" not in request.POST)
        if carried_out(form, lambda: actions.rate(link=link, **said)):
            messages.success(
                request, _("Thank you. Your rating is kept without your name.")
            )
            return redirect("feedback-rate", token=token)
    context = {
        "link": link,
        "form": form,
        "rating": rating,
        "changeable": rating is None or clock.now() - rating.rated_at <= CHANGEABLE,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "feedback/rate.html", context, status=status)


def _said(
    form: forms.RateForm, rating: Rating | None, *, tapped: bool
) -> dict[str, Any]:
    """Return what a form says; one tap on a thumb leaves what was said before."""
    good = form.cleaned_data["good"] == "1"
    if tapped:
        scores, comment = (rating.scores, rating.comment) if rating else ({}, "")
        stars = rating.stars if rating else None
        return {"good": good, "stars": stars, "scores": scores, "comment": comment}
    told = form.cleaned_data
    stars, comment = told.get("stars"), told["comment"]
    return {"good": good, "stars": stars, "scores": form.scores(), "comment": comment}


def _given(rating: Rating | None) -> dict[str, Any]:
    if rating is None:
        return {}
    scores = {f"score_{code}": str(score) for code, score in rating.scores.items()}
    return {"good": str(int(rating.good)), "comment": rating.comment, **scores}


@require_GET
@login_not_required
def ratings(request: HttpRequest) -> HttpResponse:
    """How bodies were rated in the last ninety days: groups of five and more."""
    today = clock.today()
    since = today - timedelta(days=90)
    context = {
        "rows": groups(since, today),
        "since": since,
        "until": today,
        "smallest": SMALLEST_GROUP,
    }
    return TemplateResponse(request, "feedback/ratings.html", context)
