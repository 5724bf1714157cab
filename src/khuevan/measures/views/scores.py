"""The scorecard of the city and its units, and the records behind every figure."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from khuevan.counter.public import STATUSES
from khuevan.directory.public import CityRequest, Organisation, OrganisationKind
from khuevan.indicators.public import spread_between
from khuevan.measures import words
from khuevan.measures.cases import ITEMS
from khuevan.measures.queries.payment import payment_shares
from khuevan.measures.queries.records import Slice, is_known, records, things
from khuevan.measures.queries.scores import scorecard
from khuevan.measures.rules.levers import levers
from khuevan.measures.versions import index_named, index_on, index_versions
from khuevan.platform import clock
from khuevan.platform.briefly import briefly
from khuevan.platform.http import day_of


UNITS = (OrganisationKind.COMMUNE, OrganisationKind.DEPARTMENT)


@require_GET
@login_not_required
def city(request: HttpRequest) -> HttpResponse:
    """Show the index of the city: points, what they are made of, what lifts them most."""
    return TemplateResponse(request, "measures/index.html", _card(request.GET, None))


@require_GET
@login_not_required
def unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the index of one department or commune."""
    found = get_object_or_404(Organisation, pk=pk, kind__in=UNITS)
    return TemplateResponse(request, "measures/index.html", _card(request.GET, found))


def _card(query: QueryDict, unit: Organisation | None) -> dict[str, object]:
    version = index_named(query.get("version", "")[:20])
    return _counted(*span_from(query), unit, version.code if version else "")


@briefly
def _counted(
    since: date, until: date, unit: Organisation | None, version: str
) -> dict[str, object]:
    """Count the index; the same for everybody, so once a minute is enough."""
    card = scorecard(since, until, unit, index_named(version))
    return {
        "counted_at": clock.now(),
        "card": card,
        "unit": unit,
        "band": words.BANDS[card.version.band(card.points)],
        "levers": levers(card.version, card.measured, card.tier)[:5],
        "groups": words.GROUPS,
        "items": words.ITEMS,
        "of_dossiers": ITEMS,
        "flags": words.FLAGS,
        "payment": payment_shares(since, until, unit.pk if unit else None),
        "versions": index_versions(),
        "ranking": [] if unit else _ranking(since, until),
        "days": f"since={since}&until={until}",
    }


def _ranking(since: date, until: date) -> list[dict[str, object]]:
    """Return every unit with the shares people feel, the most dossiers first."""
    codes = ("measures.filed", "measures.on_time", "measures.sent_back", "measures.e_results")  # fmt: skip
    spread = spread_between(codes, "unit", since, until)
    units = {str(o.pk): o for o in Organisation.objects.filter(kind__in=UNITS)}
    rows: list[dict[str, object]] = [
        {
            "unit": units[key],
            "filed": sums["measures.filed"].numerator,
            **{name: sums.get(f"measures.{name}") for name in ("on_time", "sent_back", "e_results")},
        }
        for key, sums in spread.items()
        if key in units and "measures.filed" in sums
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -int(str(row["filed"])))


@require_GET
def dossiers(request: CityRequest) -> HttpResponse:
    """List the dossiers behind a figure, as far as the reader may see them."""
    wanted = _slice(request.GET)
    if not is_known(wanted.flow):
        raise Http404
    found = records(request.user, wanted, _page(request.GET))
    context = {
        "found": found,
        "wanted": wanted,
        "item": words.ITEMS.get(wanted.flow),
        "base": _rest(request.GET),
        "statuses": STATUSES,
    }
    return TemplateResponse(request, "measures/dossiers.html", context)


@require_GET
def item_things(request: CityRequest, item: str) -> HttpResponse:
    """List the procedures, units or petitions behind an item of the index."""
    wanted = _slice(request.GET)
    version = index_named(request.GET.get("version", "")[:20]) or index_on(wanted.until)
    if item not in words.ITEMS:
        raise Http404
    found = things(request.user, item, wanted, version, _page(request.GET))
    if found is None:
        raise Http404
    context = {
        "found": found,
        "wanted": wanted,
        "item": words.ITEMS[item],
        "base": _rest(request.GET),
    }
    return TemplateResponse(request, "measures/things.html", context)


def _page(query: QueryDict) -> int:
    number = query.get("page", "1")
    return int(number) if number.isdigit() else 1


def _rest(query: QueryDict) -> str:
    """Return the address of the same list without its page."""
    rest = query.copy()
    rest.pop("page", None)
    return f"?{rest.urlencode()}&"


def _slice(query: QueryDict) -> Slice:
    """Read which records are wanted from an address."""
    since, until = span_from(query)
    part, unit = query.get("part", ""), _key(query.get("unit", ""))
    if unit is not None:
        get_object_or_404(Organisation, pk=unit)
    return Slice(
        flow=query.get("flow", ""),
        since=since,
        until=until,
        hits=part == "numerator",
        misses=part == "misses",
        unit=unit,
        procedure=query.get("procedure", "")[:20],
    )


def span_from(query: QueryDict) -> tuple[date, date]:
    """Read two days from an address; by default the year so far."""
    today = clock.today()
    since = day_of(query.get("since", "")) or date(today.year, 1, 1)
    until = day_of(query.get("until", "")) or today
    until = min(until, today)
    return (since, until) if since <= until else (until, until)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
