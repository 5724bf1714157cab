"""What the codes of statistics are called on screen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.deals.public import STEPS
from khuevan.exchange.public import (
    ABROAD,
    FIELDS,
    KINDS,
    MEMBER_KINDS,
    PROVINCES,
)

from .queries import VIEWED


NAMES: dict[str, Any] = {
    VIEWED: _("Listings looked at"),
    **{step.value: words for step, words in STEPS.items()},
}


SIDES = (_("Provider"), pgettext_lazy("deal", "Recipient"))
COSTS: dict[str, Any] = {
    "exchange": _("The exchange's fee"),
    "broker": _("Brokers, as agreed"),
    "experts": _("Experts"),
    "registration": _("Registration"),
}


def field_name(code: str) -> Any:
    """Return what a field is called; a deal over a listing without one says so."""
    return {str(field): words for field, words in FIELDS.items()}.get(code, _("No field given"))  # fmt: skip


def region_name(code: str) -> Any:
    """Return what a region is called: a province, another country, or none told."""
    if code == ABROAD:
        return _("Abroad")
    return PROVINCES.get(code, _("No region told"))


def kind_name(code: str) -> Any:
    """Return what a kind of member is called."""
    return {str(kind): words for kind, words in MEMBER_KINDS.items()}.get(code, code)


def listed_name(code: str) -> Any:
    """Return what a kind of listing is called."""
    return {str(kind): words for kind, words in KINDS.items()}.get(code, code)
