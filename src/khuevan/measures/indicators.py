"""What the public services are measured by, each from the facts of dossiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.urls import reverse

from khuevan.catalogue.public import titles_of
from khuevan.directory.public import Organisation
from khuevan.indicators.public import Better, Indicator, Period, Span, declare
from khuevan.platform.errors import N_

from .flows import BY_PROCEDURE, FLOWS, PREFIX, contributions, read_together, recomputed
from .goldens import goldens_of


def _units(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    wanted = [UUID(key) for key in keys if key and key != "None"]
    names = Organisation.objects.filter(pk__in=wanted).values_list("pk", "short_name")
    return {str(key): name for key, name in names}


def _procedures(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    return titles_of(list(keys))


def _records(name: str) -> Callable[[Mapping[str, str], Span, str], str]:
    def address(dims: Mapping[str, str], span: Span, part: str) -> str:
        wanted = [f"{key}={value}" for key, value in dims.items()]
        wanted += [f"flow={name}", f"part={part}", f"since={span.start}", f"until={span.end}"]  # fmt: skip
        return f"{reverse('measures-dossiers')}?{'&'.join(wanted)}"

    return address


def _declare(name: str, **words: object) -> None:
    flow = FLOWS[name]
    for suffix, dimension, labels in (("", "unit", _units), (BY_PROCEDURE, "procedure", _procedures)):  # fmt: skip
        if suffix and name not in PER_PROCEDURE:
            continue
        told = dict(words)
        if suffix:
            told["title"] = PER_PROCEDURE[name]
        code = f"{PREFIX}{name}{suffix}"
        declare(
            Indicator(
                code=code,
                unit=UNITS.get(name, "" if flow.counts else "%"),
                source=N_("the journal's facts about dossiers"),
                period=Period.MONTH,
                dimensions=(dimension,),
                kinds=flow.kinds,
                contributions=contributions(flow, dimension),
                recompute=recomputed(code, dimension),
                together=read_together(flow.on, dimension),
                records=_records(name),
                labels=labels,
                legal=("766/QĐ-TTg", ""),
                # A procedure's small sums could be somebody one knows (see `open_data`).
                public=not suffix,
                inner=bool(suffix),
                goldens=goldens_of(name, dimension),
                **told,  # type: ignore[arg-type]
            )
        )


UNITS = {"hours": N_("hours")}
"""Units of flows that are no share."""

PER_PROCEDURE = {
    "filed": N_("Dossiers filed, by procedure"),
    "online": N_("Filed online, by procedure"),
    "paid_online": N_("Paid online, by procedure"),
    "on_time": N_("Settled on time, by procedure"),
}
"""Flows kept by procedure as well, under this title."""

_declare(
    "filed",
    title=N_("Dossiers filed"),
    formula=N_("Dossiers filed in the period, through every channel"),
    numerator=N_("dossiers filed"),
)
_declare(
    "accepted",
    title=N_("Dossiers accepted"),
    formula=N_("Dossiers accepted in the period: the legal clock started"),
    numerator=N_("dossiers accepted"),
)
_declare(
    "online",
    title=N_("Filed online"),
    formula=N_("Dossiers filed on the portal, in VNeID or with help, divided by dossiers filed"),
    numerator=N_("dossiers filed online"),
    denominator=N_("dossiers filed"),
)  # fmt: skip
_declare(
    "served_online",
    title=N_("Served online"),
    formula=N_("Dossiers filed online, less those decided with a result on paper only, divided by dossiers filed"),
    numerator=N_("dossiers served online"),
    denominator=N_("dossiers filed"),
)  # fmt: skip
_declare(
    "assisted",
    title=N_("Filed online by a supporter"),
    formula=N_("Dossiers a supporter filed for somebody divided by dossiers filed online"),
    numerator=N_("dossiers filed with help"),
    denominator=N_("dossiers filed online"),
    better=Better.LOWER,
)  # fmt: skip
_declare(
    "refused",
    title=N_("Dossiers refused at reception"),
    formula=N_("Dossiers not accepted, with a reason (Form 03), in the period"),
    numerator=N_("dossiers refused"),
    better=Better.LOWER,
)
_declare(
    "on_time",
    title=N_("Settled on time"),
    formula=N_("Dossiers ended by their due date after at most one request for papers, divided by dossiers ended after acceptance"),
    numerator=N_("dossiers ended on time"),
    denominator=N_("dossiers ended"),
)  # fmt: skip
_declare(
    "hours",
    title=N_("Time to settle"),
    formula=N_("Hours from acceptance to the end divided by dossiers ended after acceptance"),
    numerator=N_("hours from acceptance to the end"),
    denominator=N_("dossiers ended"),
    better=Better.LOWER,
)  # fmt: skip
_declare(
    "digitised",
    title=N_("Digitised dossiers"),
    formula=N_("Decided dossiers all of whose papers exist digitally divided by decided dossiers"),
    numerator=N_("dossiers wholly digitised"),
    denominator=N_("dossiers decided"),
)  # fmt: skip
_declare(
    "e_results",
    title=N_("Electronic results"),
    formula=N_("Decided dossiers with an electronic result of legal value divided by decided dossiers whose result is a document"),
    numerator=N_("electronic results"),
    denominator=N_("dossiers decided with a document"),
)  # fmt: skip
_declare(
    "papers",
    title=N_("Digitised papers"),
    formula=N_("Papers of decided dossiers that exist digitally or as data divided by papers to digitise"),
    numerator=N_("papers digitised"),
    denominator=N_("papers to digitise"),
)  # fmt: skip
_declare(
    "stored",
    title=N_("Owner's store used or fed"),
    formula=N_("Decided dossiers that took a paper from the owner's store or put their result into it, divided by decided dossiers"),
    numerator=N_("dossiers using or feeding the store"),
    denominator=N_("dossiers decided"),
)  # fmt: skip
_declare(
    "reused",
    title=N_("Digitised data used again"),
    formula=N_("Decided dossiers with a paper from the owner's store divided by decided dossiers"),
    numerator=N_("dossiers with a paper from the store"),
    denominator=N_("dossiers decided"),
)  # fmt: skip
_declare(
    "population",
    title=N_("Population data used"),
    formula=N_("Decided dossiers that used the national population data divided by decided dossiers"),
    numerator=N_("dossiers that used population data"),
    denominator=N_("dossiers decided"),
)  # fmt: skip
_declare(
    "paid_online",
    title=N_("Paid online"),
    formula=N_("Decided dossiers whose fee was paid online divided by decided dossiers with a fee"),
    numerator=N_("dossiers paid online"),
    denominator=N_("dossiers with a fee"),
)  # fmt: skip
_declare(
    "paid",
    title=N_("Paid online, of those that paid"),
    formula=N_("Decided dossiers that paid online divided by decided dossiers that paid at all, whenever they did"),
    numerator=N_("dossiers paid online"),
    denominator=N_("dossiers that paid"),
)  # fmt: skip
_declare(
    "synced",
    title=N_("Dossiers on the national portal"),
    formula=N_("Accepted dossiers the national portal acknowledged divided by dossiers accepted"),
    numerator=N_("dossiers acknowledged by the portal"),
    denominator=N_("dossiers accepted"),
)  # fmt: skip
_declare(
    "sent_back",
    title=N_("Dossiers sent back for papers"),
    formula=N_("Decided dossiers whose applicant was asked for more at least once divided by decided dossiers"),
    numerator=N_("dossiers sent back"),
    denominator=N_("dossiers decided"),
    better=Better.LOWER,
)  # fmt: skip
