"""What feedback is measured by: declared once, computed from facts about petitions and ratings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Organisation
from khuevan.indicators.public import Delta, Indicator, Share, declare
from khuevan.journal.public import Fact
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .models import Rating
from .queries.judging import One, from_figures, judged_on
from .rules.petitions import Judged
from .words import CATEGORIES


Reading = Callable[[Judged], tuple[int, int]]
INDEX = ("766/QĐ-TTg", "")


def _on_time(judged: Judged) -> tuple[int, int]:
    return (int(judged.on_time), 1) if judged.due else (0, 0)


def _satisfied(judged: Judged) -> tuple[int, int]:
    return (int(not judged.dissatisfied), 1) if judged.due else (0, 0)


def _cell(one: One) -> dict[str, str]:
    return {"organisation": one.organisation, "category": one.category}


def _share(reading: Reading) -> Callable[[Fact], Share | None]:
    def share(fact: Fact) -> Share | None:
        if "standing" not in fact.figures:
            return None
        one = from_figures(fact.figures["standing"])
        return Share(*reading(one.judged), _cell(one))

    return share


def _recompute(reading: Reading) -> Callable[[date], Iterable[Delta]]:
    def recompute(until: date) -> Iterable[Delta]:
        for one in judged_on(until):
            yield Delta(*reading(one.judged), _cell(one), until)

    return recompute


def _labels(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    if dimension == "organisation":
        wanted = [UUID(key) for key in keys]
        names = Organisation.objects.filter(pk__in=wanted)
        return {str(pk): name for pk, name in names.values_list("pk", "short_name")}
    words = {category.value: label for category, label in CATEGORIES.items()}
    return {key: gettext(str(words.get(key, key))) for key in keys}


def _declare(name: str, reading: Reading, **words: Any) -> None:
    declare(
        Indicator(
            code=f"feedback.{name}",
            unit="%",
            source=N_("the journal's facts about petitions"),
            dimensions=("organisation", "category"),
            kinds=("feedback.",),
            standing=_share(reading),
            recompute=_recompute(reading),
            labels=_labels,
            legal=INDEX,
            public=True,
            **words,
        )
    )


_declare(
    "petitions_on_time",
    _on_time,
    title=N_("Petitions handled on time"),
    formula=N_(
        "Petitions answered within their limit divided by petitions answered or past "
        "it; those turned away, passed outside or joined to another not counted"
    ),
    numerator=N_("petitions answered within their limit"),
    denominator=N_("petitions answered or past their limit"),
)
_declare(
    "petitions_satisfied",
    _satisfied,
    title=N_("Petitions whose handling satisfied"),
    formula=N_(
        "Petitions answered or past their limit, without those late, opened again or "
        "with more dislikes than likes, divided by all of them"
    ),
    numerator=N_("petitions that are neither late, repeated nor disliked"),
    denominator=N_("petitions answered or past their limit"),
)


def _rated(fact: Fact) -> Share | None:
    # Advice and events are rated, too: what is no procedure does not count here.
    if fact.kind != "feedback.rating_given" or not fact.figures["procedure"]:
        return None
    return Share(
        int(fact.figures["good"]), 1, {"organisation": fact.figures["organisation"]}
    )


def _rating_rows(until: date) -> Iterable[Delta]:
    rows = Rating.objects.filter(rated_at__lte=clock.end_of_day(until))
    rows = rows.exclude(link__procedure="")
    for good, unit in rows.values_list("good", "link__organisation"):
        yield Delta(int(good), 1, {"organisation": str(unit)}, until)


declare(
    Indicator(
        code="feedback.thumbs",
        title=N_("Thumbs up"),
        formula=N_("Ratings with a thumb up divided by ratings"),
        numerator=N_("ratings with a thumb up"),
        denominator=N_("ratings"),
        unit="%",
        source=N_("the journal's facts about ratings"),
        dimensions=("organisation",),
        kinds=("feedback.rating_given",),
        standing=_rated,
        recompute=_rating_rows,
        labels=_labels,
        legal=("224/2026/NĐ-CP", "10"),
    )
)
