"""Tells the register of law which documents indicators and their targets stand on."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules

from .declaration import declared
from .models import Target


def bases() -> Iterable[RuleBasis]:
    """Yield the basis of every declared indicator and of every target set."""
    for indicator in declared():
        if indicator.legal:
            yield RuleBasis(*indicator.legal, where=gettext(indicator.title))
    for code, document, article in Target.objects.values_list(
        "indicator", "document", "article"
    ):
        where = gettext("Target of %(code)s") % {"code": code}
        yield RuleBasis(document, article, where)


register_rules("indicators", bases)
