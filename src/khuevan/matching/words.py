"""What reasons and codes are called on screen."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _

from .matching import Verdict
from .rules.entries import Kind, Licence, Screening
from .rules.fitting import Reason


KINDS = {Kind.OFFER: _("Offer"), Kind.NEED: _("Need")}
LICENCES = {
    Licence.OWNERSHIP: _("transfer of ownership"),
    Licence.EXCLUSIVE: _("exclusive licence"),
    Licence.NON_EXCLUSIVE: _("non-exclusive licence"),
    Licence.SALE: _("sale of goods"),
    Licence.SERVICE: _("service"),
}
SCREENINGS = {
    Screening.FREE: _("on no list"),
    Screening.RESTRICTED: _("restricted"),
    Screening.PROHIBITED: _("prohibited"),
}
VERDICTS = {
    Verdict.RELEVANT: _("Fits"),
    Verdict.OTHER_PROBLEM: _("Solves another problem"),
    Verdict.NOT_READY: _("Not ready enough"),
    Verdict.TERMS_OR_PRICE: _("Terms or price do not fit"),
    Verdict.KNOWN_ALREADY: _("Known already"),
    Verdict.OTHER: _("Another reason"),
}


def say(reason: Reason, names: dict[str, str] | None = None) -> str:
    """Return a reason as a sentence in the reader's language.

    `names` tell what codes of fields, regions and territories are called; a code that
    is not among them stands for itself.
    """
    told = {name: _told(value, names or {}) for name, value in reason.params.items()}
    return gettext(reason.what) % told if reason.what else ""


def _told(value: Any, names: dict[str, str]) -> str | Promise:
    if isinstance(value, Licence):
        return LICENCES[value]
    if isinstance(value, tuple):
        return ", ".join(str(_told(one, names)) for one in value)
    if isinstance(value, int):
        whole = f"{value:,}"
        return whole.replace(",", ".") if get_language() == "vi" else whole
    return names.get(value, str(value))
